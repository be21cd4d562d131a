import { describe, expect, it } from "vitest";
import { simulateProject, type SimulatedProject } from "../../src/app/simulate/simulate-project.ts";
import { testFolder } from "../support/folder.ts";

const PROJECT = `
import { secret } from "clockwork";
import {
  DirectoryResource,
  DockerResource,
  FileResource,
  ProcessResource,
  ServiceResource,
  SupervisorProgramResource,
  TemplateFileResource,
} from "clockwork/resources";
import {
  ContainerRunningAssert,
  DatabaseConnectionAssert,
  HealthcheckAssert,
  HTTPBodyAssert,
  PortAccessibleAssert,
} from "clockwork/assertions";

const kept = { reconcile: true };
const db = new DockerResource({
  ...kept,
  name: "db",
  image: "postgres:17",
  ports: ["5432:5432"],
  envVars: { POSTGRES_PASSWORD: secret.env("NOBODY_HAS_THIS") },
  assertions: [
    new ContainerRunningAssert(),
    new PortAccessibleAssert({ port: 5432 }),
    new DatabaseConnectionAssert(),
  ],
});
new DockerResource({
  ...kept,
  name: "web",
  image: "nginx:alpine",
  ports: ["8080:80"],
  dependsOn: [db],
  assertions: [
    new HealthcheckAssert({ url: "http://localhost:8080/health", json: { path: "$.ok", equals: true } }),
    new PortAccessibleAssert({ port: 8080 }),
  ],
});
const folder = new DirectoryResource({ ...kept, name: "folder", path: "site" });
new FileResource({ ...kept, name: "page", path: "site/index.html", source: "page.html", dependsOn: [folder] });
new TemplateFileResource({
  ...kept,
  name: "config",
  path: "/etc/site.json",
  template: '{ "port": {{ port }} }',
  variables: { port: 80 },
});
new ProcessResource({
  ...kept,
  name: "worker",
  command: ["worker", "--fast"],
  assertions: [new HTTPBodyAssert({ url: "http://127.0.0.1:9000/", contains: "hello" })],
});
new SupervisorProgramResource({ ...kept, name: "program", command: ["program"] });
new ServiceResource({ name: "api", url: "https://api.example.com/" });
new DockerResource({ name: "watched", image: "busybox" });
new DockerResource({ ...kept, name: "cache", image: "redis" });
`;

async function simulated(
  faults: readonly string[],
  { minutes = 30, seed = 1, project = PROJECT } = {},
): Promise<SimulatedProject> {
  using folder = testFolder();
  folder.write("page.html", "<h1>Hello</h1>");
  folder.write("main.ts", project);
  return await simulateProject(folder.path, { faults, seed, forMs: minutes * 60_000 });
}

function linesOf({ lines }: SimulatedProject, resource: string | null): readonly string[] {
  return lines.filter((line) => line.resource === resource).map(({ text }) => text);
}

function of({ resources }: SimulatedProject, name: string): SimulatedProject["resources"][number] {
  const found = resources.find(({ resource }) => resource === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

describe("a project in a simulated world", () => {
  it("is deployed, and is well for hours when nothing goes wrong", async () => {
    const result = await simulated([], { minutes: 10 * 60 });
    expect(result.isWell).toBe(true);
    expect(result.messages).toBe(0);
    expect(result.looks).toBeGreaterThan(3_000);
    expect(result.resources.map(({ health, sync }) => `${health} ${sync}`)).toEqual(
      Array.from({ length: 10 }, (_, index) =>
        index === 7 ? "healthy unknown" : "healthy in_sync",
      ),
    );
    expect(result.assumed.map(({ resource }) => resource).toSorted()).toEqual([
      "db",
      "program",
      "web",
      "worker",
    ]);
  }, 60_000);

  it.each([
    ["db dies at 5m", "db", /reconcile helped/u],
    ["web hangs at 5m", "web", /restart helped/u],
    ["web answers 500 at 5m", "web", /restart helped/u],
    ["db is removed at 5m", "db", /reconcile: created/u],
    ["web drifts at 5m", "web", /limits.memoryMb/u],
    ["worker dies at 5m", "worker", /reconcile helped/u],
    ["worker hangs at 5m", "worker", /restart helped/u],
    ["worker drifts at 5m", "worker", /command: expected/u],
    ["program dies at 5m", "program", /reconcile helped/u],
    ["program is removed at 5m", "program", /reconcile: created/u],
    ["config drifts at 5m", "config", /reconcile helped/u],
    ["config is removed at 5m", "config", /reconcile: created/u],
    ["page is removed at 5m", "page", /reconcile: created/u],
    ["folder is removed at 5m", "page", /caused by folder/u],
  ])(
    "repairs: %s",
    async (fault, resource, words) => {
      const result = await simulated([fault]);
      const lines = linesOf(result, resource).join("\n");
      expect(lines).toMatch(words);
      expect(result.isWell, linesOf(result, resource).join("\n")).toBe(true);
      const touched = result.resources.filter(({ repairs }) => repairs > 0);
      const own = fault.split(" ")[0] ?? "";
      // What is well is never touched.
      expect(touched.map((each) => each.resource)).toEqual(
        own === resource ? [own] : ["folder", "page"],
      );
    },
    60_000,
  );

  it("only tells of what nobody wants repaired, and of what others run", async () => {
    const result = await simulated(["watched dies at 5m", "api answers 500 at 5m for 10m"]);
    expect(of(result, "watched")).toMatchObject({ health: "unhealthy", repairs: 0, incidents: 1 });
    expect(of(result, "api")).toMatchObject({ health: "healthy", repairs: 0, incidents: 1 });
    expect(result.isWell).toBe(false);
    expect(linesOf(result, "api").join("\n")).toContain("message to people (resolved)");
  }, 60_000);

  it("repairs nothing that it cannot see, and tells that", async () => {
    const result = await simulated(["engine unreachable at 5m for 10m", "cache dies at 7m"]);
    const lines = linesOf(result, "cache");
    const isOver = lines.findIndex((line) => line.includes("blind: recovered"));
    const repaired = lines.findIndex((line) => line.startsWith("repair started"));
    expect(lines.join("\n")).toContain("message to people (blind)");
    expect(isOver).toBeGreaterThan(0);
    expect(repaired).toBeGreaterThan(0);
    const at = result.lines.find(({ text }) => text.startsWith("repair started"))?.atMs ?? 0;
    expect(at).toBeGreaterThanOrEqual(15 * 60_000);
    expect(result.isWell).toBe(true);
  }, 60_000);

  it("gives up what dies again and again, within its budget", async () => {
    const result = await simulated(["db dies at 5m for 50m"], { minutes: 60 });
    expect(of(result, "db").repairs).toBeLessThanOrEqual(5);
    expect(linesOf(result, "db").join("\n")).toMatch(/gave up: .*message to people \(gave_up\)/su);
    expect(of(result, "web").repairs).toBe(0);
  }, 60_000);

  it("cannot write on a full disk, and goes on once there is room", async () => {
    const result = await simulated(["disk full at 4m for 75s", "config is removed at 5m"]);
    expect(linesOf(result, "config").join("\n")).toMatch(
      /reconcile failed: .*no space left.*reconcile: created/su,
    );
    expect(result.isWell).toBe(true);
  }, 60_000);

  it("goes on where it was when it is killed in the middle of a repair", async () => {
    const faults = ["db hangs at 5m", "clockwork is killed at 5m15s for 1m"];
    const result = await simulated(faults);
    expect(linesOf(result, null).join("\n")).toContain("FAULT begins: clockwork is killed");
    expect(result.isWell, linesOf(result, "db").join("\n")).toBe(true);
    expect(of(result, "db").incidents).toBe(1);
  }, 60_000);

  it("takes no jump of the clock for a deadline", async () => {
    const project = PROJECT.replace('name: "worker",', 'name: "worker", maxDuration: "2h",');
    const jumped = await simulated(["clock jumps +3h at 5m"], { project });
    expect(of(jumped, "worker").health).toBe("healthy");
    expect(linesOf(jumped, "worker").join("\n")).toContain("held: clock");
    const passed = await simulated([], { project, minutes: 125 });
    expect(linesOf(passed, "worker").join("\n")).toContain("expired");
  }, 60_000);

  it("goes the same way with the same seed", async () => {
    const faults = ["db dies at 5m for 2m", "clockwork is killed at 6m"];
    const one = await simulated(faults, { seed: 3 });
    const other = await simulated(faults, { seed: 3 });
    // Each has a folder of its own.
    expect(JSON.stringify(other.lines).replaceAll(/clockwork-test-\w+/gu, "")).toBe(
      JSON.stringify(one.lines).replaceAll(/clockwork-test-\w+/gu, ""),
    );
  }, 60_000);

  it.each([
    ["site dies at 5m", /no resource is called "site"/u],
    ["config hangs at 5m", /config is nothing that runs/u],
    ["db explodes at 5m", /RESOURCE dies/u],
  ])("says what is wrong with the fault %j", async (fault, words) => {
    await expect(simulated([fault])).rejects.toThrow(words);
  });
});
