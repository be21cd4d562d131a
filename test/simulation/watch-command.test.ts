import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cli, type Finished } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";

const PROJECT = `
import { DockerResource } from "clockwork/resources";
import { HealthcheckAssert } from "clockwork/assertions";

new DockerResource({
  name: "web",
  image: "nginx:alpine",
  ports: ["8080:80"],
  reconcile: true,
  assertions: [new HealthcheckAssert({ url: "http://localhost:8080/", bodyContains: "Hello" })],
});
new DockerResource({ name: "other", image: "nginx:alpine" });
`;

async function simulate(...args: readonly string[]): Promise<Finished> {
  using folder = testFolder();
  folder.write("main.ts", PROJECT);
  const finished = await cli(["simulate", ...args], { cwd: folder.path });
  // Nothing of the real world was touched.
  expect(readdirSync(folder.path)).toEqual(["main.ts"]);
  expect(existsSync(join(folder.path, ".clockwork"))).toBe(false);
  return finished;
}

it("simulate shows step by step what would happen, and what was assumed", async () => {
  const { code, stdout, stderr } = await simulate("main.ts", "--fault", "web dies at 10m");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  const at = (words: string): number => lines.findIndex((line) => line.includes(words));
  const steps = [
    "everything is deployed",
    "FAULT begins: web dies at 10m",
    "looked: fail",
    "incident opened: failure",
    "repair started: reconcile",
    "looked: pass",
    "incident closed: failure: repaired",
    "message to people (resolved)",
    "After 1h:",
    "Assumed to hold",
  ];
  const places = steps.map(at);
  expect(
    places.every((place) => place >= 0),
    stdout,
  ).toBe(true);
  expect(places).toEqual(places.toSorted((one, next) => one - next));
  expect(lines[at("FAULT begins")]).toMatch(/^\+10m +web +FAULT/u);
});

it("simulate ends with 1 when something is not well in the end", async () => {
  const args = ["--fault", "other dies at 1m", "--for", "5m", "--format", "json"];
  const { code, stdout } = await simulate(...args);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    isWell: false,
    faults: ["other dies at 1m"],
    forMs: 300_000,
    resources: [
      { resource: "web", isWell: true, repairs: 0 },
      { resource: "other", isWell: false, health: "unhealthy", repairs: 0, incidents: 1 },
    ],
    assumed: [{ resource: "web" }],
  });
});

it.each([
  [["--fault", "wep dies at 1m"], "did you mean web?"],
  [["--fault", "web dies"], "must be WHAT at TIME"],
  [["--for", "never"], "a duration such as"],
  [["--seed", "-1"], "an integer from 0"],
])("simulate %j says what is wrong", async (args, words) => {
  const { code, stderr } = await simulate(...args);
  expect(stderr).toContain(words);
  expect(code).toBe(78);
});
