import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { fakePlan } from "../../../test/support/fake-kinds.ts";
import { testFolder } from "../../../test/support/folder.ts";
import { anything } from "../../../test/support/hostile.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { canonicalJson, isRecord } from "../../model/json.ts";
import { readPlanFile } from "./plan-file.ts";
import { sha256 } from "./sha256.ts";

/** A plan as `clockwork compile` writes it. */
function sealed<T extends object>(plan: T): T {
  const { hash, ...content } = plan as T & { hash?: unknown };
  return { ...plan, hash: sha256(canonicalJson(content)), ...(hash === null ? { hash } : {}) };
}

function sealedPlan(...args: Parameters<typeof fakePlan>): ReturnType<typeof fakePlan> {
  return sealed(fakePlan(...args));
}

async function readText(text: string): ReturnType<typeof readPlanFile> {
  using folder = testFolder();
  return await readPlanFile(folder.write("plan.json", text));
}

it("readPlanFile reads one plan, or all of a project", async () => {
  const one = sealedPlan("a", ["pass"], ["b"]);
  const both = { plans: [one, sealedPlan("b", ["pass"])] };
  expect(await readText(JSON.stringify(one))).toMatchObject({ name: "test", plans: [one] });
  expect((await readText(JSON.stringify(both))).plans).toEqual(both.plans);
});

it("readPlanFile finds the project of a plan, and where its checks were declared", async () => {
  using folder = testFolder();
  const plans = join(folder.path, ".clockwork/plans");
  mkdirSync(plans, { recursive: true });
  const place = { file: "main.ts", line: 3, column: 1 };
  writeFileSync(join(plans, "locations.json"), JSON.stringify({ a: { fake: place } }));
  writeFileSync(join(plans, "assert_a.json"), JSON.stringify(sealedPlan("a", ["pass"])));
  expect(await readPlanFile(join(plans, "assert_a.json"))).toMatchObject({
    root: folder.path,
    locations: { a: { fake: place } },
  });
  writeFileSync(
    join(plans, "locations.json"),
    JSON.stringify({ a: { fake: { file: "main.ts" } } }),
  );
  expect((await readPlanFile(join(plans, "assert_a.json"))).locations).toEqual({});
});

it("readPlanFile takes a plan that was copied elsewhere for one of the current folder", async () => {
  const { root, locations } = await readText(JSON.stringify(sealedPlan("a", ["pass"])));
  expect({ root, locations }).toEqual({ root: process.cwd(), locations: {} });
});

it("readPlanFile refuses plans that wait for one another", async () => {
  const plans = [sealedPlan("a", ["pass"], ["b"]), sealedPlan("b", ["pass"], ["a"])];
  await expect(readText(JSON.stringify({ plans }))).rejects.toThrow("in a circle: a → b → a");
  await expect(readText(JSON.stringify(sealedPlan("a", ["pass"], ["a"])))).rejects.toThrow("a → a");
});

it("readPlanFile refuses two plans of one resource", async () => {
  const plans = [sealedPlan("a", ["pass"]), sealedPlan("a", ["fail"])];
  await expect(readText(JSON.stringify({ plans }))).rejects.toThrow("two plans of one resource");
});

it("readPlanFile refuses a timeout that never comes", async () => {
  const text = JSON.stringify(sealedPlan("a", ["pass"])).replace(
    '"timeoutSeconds":5',
    '"timeoutSeconds":1e999',
  );
  await expect(readText(text)).rejects.toThrow("is no check plan");
});

it("readPlanFile refuses a plan that was edited", async () => {
  const text = JSON.stringify(sealedPlan("a", ["pass"])).replace(
    '"severity":"fail"',
    '"severity":"warn"',
  );
  await expect(readText(text)).rejects.toThrow("was changed since it was compiled");
});

it.each([{ plans: [] }, { plans: [sealed({ ...fakePlan("a", ["pass"]), checks: [] })] }])(
  "readPlanFile refuses what holds no check, as a run of it would look like one where all is well",
  async (content) => {
    await expect(readText(JSON.stringify(content))).rejects.toThrow("holds no check");
  },
);

it("readPlanFile waits for no pipe", async () => {
  using folder = testFolder();
  const path = join(folder.path, "pipe");
  spawnSync("mkfifo", [path]);
  await expect(readPlanFile(path)).rejects.toThrow("is no file");
});

it("readPlanFile refuses a folder, and says so", async () => {
  using folder = testFolder();
  await expect(readPlanFile(folder.path)).rejects.toThrow("name a plan in it");
});

it("readPlanFile reads a plan whatever is broken in it, or throws a ConfigurationError", async () => {
  using folder = testFolder();
  const plan = sealedPlan("a", ["pass"], ["b"]) as unknown as Record<string, unknown>;
  const check = sealedPlan("a", ["pass"]).checks[0] as unknown as Record<string, unknown>;
  const broken = fc.oneof(
    anything,
    fc.tuple(fc.constantFrom(...Object.keys(plan)), anything).map(([key, value]) => ({
      ...plan,
      [key]: value,
    })),
    fc.tuple(fc.constantFrom(...Object.keys(check)), anything).map(([key, value]) => ({
      ...plan,
      checks: [{ ...check, [key]: value }],
    })),
  );
  await fc.assert(
    fc.asyncProperty(broken, async (value) => {
      const path = folder.write("plan.json", sealedText(textOf(value)));
      const read = await readPlanFile(path).catch((error: unknown) => error);
      if (read instanceof Error) expect(read).toBeInstanceOf(ConfigurationError);
      else expect(read).toMatchObject({ plans: [{ resource: expect.any(String) as string }] });
    }),
  );
});

// What is broken in a plan must not be hidden behind a hash that does not fit.
function sealedText(text: string): string {
  if (text === "" || text === "{") return text;
  const value: unknown = JSON.parse(text);
  return JSON.stringify(isRecord(value) ? sealed(value) : value);
}

function textOf(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === "string" ? text : "";
  } catch {
    return "{";
  }
}
