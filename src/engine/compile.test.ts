import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { fakeKinds } from "../../test/support/fake-kinds.ts";
import type { DeclaredAssertion, DeclaredResource, ProjectDeclaration } from "../model/project.ts";
import { readValues } from "../model/options.ts";
import { RESOURCE_FIELDS } from "../model/policy.ts";
import { compileProject, type Compilation } from "./compile.ts";

function fake(more: Partial<DeclaredAssertion> = {}, line = 3): DeclaredAssertion {
  return {
    kind: "fake",
    parameters: { does: "pass", path: null, near: null },
    severity: "fail",
    timeoutSeconds: null,
    description: null,
    declaredAt: { file: "main.ts", line, column: 5 },
    ...more,
  };
}

function near(name: string): Partial<DeclaredAssertion> {
  return { parameters: { does: "pass", path: null, near: name } };
}

function thing(
  name: string,
  {
    policy = {},
    line = 2,
    ...more
  }: Partial<Omit<DeclaredResource, "policy">> & { policy?: object; line?: number } = {},
): DeclaredResource {
  return {
    kind: "thing",
    name,
    parameters: { path: null },
    policy: readValues(RESOURCE_FIELDS, policy),
    assertions: [fake()],
    declaredAt: { file: "main.ts", line, column: 1 },
    ...more,
  };
}

function compile(
  resources: readonly DeclaredResource[],
  problems: ProjectDeclaration["problems"] = [],
): Promise<Compilation> {
  return compileProject(
    { resources, problems, files: ["main.ts"] },
    {
      project: "shop",
      file: "main.ts",
      kinds: fakeKinds,
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
    },
  );
}

it("compileProject makes one plan for each resource, complete", async () => {
  const { plans, problems, locations } = await compile([
    thing("b", { parameters: { path: "/b" }, policy: { timeout: 9 } }),
    thing("a", {
      assertions: [fake({ timeoutSeconds: 3, severity: "warn", description: "Why." })],
    }),
  ]);
  expect(problems).toEqual([]);
  expect(plans.map(({ resource }) => resource)).toEqual(["b", "a"]);
  expect(plans[0]).toMatchObject({
    format: 1,
    project: "shop",
    kind: "thing",
    target: { resource: "b", kind: "thing", path: "/b" },
    dependsOn: [],
    checks: [
      {
        id: "fake",
        kind: "fake",
        name: "FakeAssert",
        claim: "it does pass",
        subject: "/b",
        parameters: { does: "pass", path: "/b", near: null },
        severity: "fail",
        timeoutSeconds: 9,
        description: null,
        related: {},
      },
    ],
  });
  expect(plans[0]?.hash).toMatch(/^[\da-f]{64}$/u);
  expect(plans[1]?.checks).toMatchObject([
    { timeoutSeconds: 3, severity: "warn", description: "Why." },
  ]);
  expect(locations).toEqual({
    a: { fake: { file: "main.ts", line: 3, column: 5 } },
    b: { fake: { file: "main.ts", line: 3, column: 5 } },
  });
});

it("compileProject takes the kind's own timeout when nobody says otherwise", async () => {
  const { plans } = await compile([thing("a", { assertions: [fake(), fake({ kind: "tool" })] })]);
  expect(plans[0]?.checks.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([5, 2]);
});

it("compileProject numbers checks of one kind from the second on", async () => {
  const assertions = [fake(), fake({ kind: "tool" }), fake({}, 7), fake()];
  const { plans, locations } = await compile([thing("a", { assertions })]);
  expect(plans[0]?.checks.map(({ id }) => id)).toEqual(["fake", "tool", "fake-2", "fake-3"]);
  expect(locations["a"]?.["fake-2"]?.line).toBe(7);
});

it.each(["constructor", "toString", "hasOwnProperty"])(
  "compileProject takes a resource that is called %s",
  async (name) => {
    const { plans, locations } = await compile([thing(name)]);
    expect(plans).toHaveLength(1);
    expect(Object.keys(locations)).toEqual([name]);
    expect(Object.hasOwn(Object, "fake")).toBe(false);
  },
);

it("compileProject uses the built-in assertions of a kind when none are declared", async () => {
  const { plans, locations } = await compile([
    thing("a", { assertions: [], parameters: { path: "/a" }, line: 8 }),
  ]);
  expect(plans[0]?.checks).toMatchObject([{ id: "fake", subject: "/a", severity: "fail" }]);
  expect(locations["a"]?.["fake"]?.line).toBe(8);
});

it("compileProject refuses a resource without any assertion", async () => {
  const { plans, problems } = await compile([
    thing("a", { kind: "bare", assertions: [], parameters: {} }),
  ]);
  expect(plans).toEqual([]);
  expect(problems).toEqual([
    {
      code: "no-assertions",
      file: "main.ts",
      line: 2,
      column: 1,
      property: null,
      message: "a has no assertion, and a BareResource has no built-in one",
      hint: "add one to its assertions",
    },
  ]);
});

it("compileProject refuses a project without resources, unless something else is wrong with it", async () => {
  expect((await compile([])).problems).toMatchObject([{ code: "no-resources", file: "main.ts" }]);
  const [problem] = (await compile([])).problems;
  if (problem === undefined) throw new Error("no problem");
  expect((await compile([], [problem])).problems).toEqual([problem]);
});

it("compileProject says where the first of two resources of one name is", async () => {
  const { problems } = await compile([thing("a", { line: 2 }), thing("a", { line: 9 })]);
  expect(problems).toMatchObject([
    { code: "name-duplicate", line: 9, message: "two resources are named a, first on line 2" },
  ]);
});

it("compileProject gives no plan at all when something is wrong anywhere", async () => {
  const { plans, locations, problems } = await compile([
    thing("good"),
    thing("a", { kind: "thnig" }),
    thing("b", { assertions: [fake({ kind: "fkae" }), fake({ ...broken() }, 12)] }),
  ]);
  expect({ plans, locations }).toEqual({ plans: [], locations: {} });
  expect(problems).toMatchObject([
    { code: "kind-unknown", line: 2, message: "no kind of resource is called thnig" },
    { code: "kind-unknown", line: 3, message: "no kind of assertion is called fkae" },
    { code: "option-invalid", line: 12, message: "fake needs a path" },
  ]);
});

function broken(): Partial<DeclaredAssertion> {
  return { parameters: { does: "break", path: null, near: null } };
}

it("compileProject refuses a dependency that does not exist, with a hint", async () => {
  const { problems } = await compile([
    thing("web", { policy: { dependsOn: ["radis", "zzz"] } }),
    thing("redis"),
  ]);
  expect(problems).toMatchObject([
    { code: "connection-unknown", hint: "did you mean redis?" },
    { code: "connection-unknown", hint: "there are web, redis" },
  ]);
});

it("compileProject takes a resource that is declared later, or is wrong itself, for one that exists", async () => {
  const { problems } = await compile([
    thing("web", { policy: { dependsOn: ["redis"] }, assertions: [fake(near("redis"))] }),
    thing("redis", { kind: "gone" }),
  ]);
  expect(problems).toMatchObject([{ code: "kind-unknown" }]);
});

it("compileProject lets an assertion that names a resource depend on it, and hands on what it is", async () => {
  const { plans } = await compile([
    thing("web", {
      policy: { dependsOn: [{ resource: "db", condition: "started" }] },
      assertions: [fake(near("redis")), fake(near("db")), fake(near("web"))],
    }),
    thing("redis", { parameters: { path: "/r" } }),
    thing("db"),
  ]);
  expect(plans[0]?.dependsOn).toEqual([
    { resource: "db", condition: "started" },
    { resource: "redis", condition: "healthy" },
  ]);
  expect(plans[0]?.checks[0]?.related).toMatchObject({ redis: { resource: "redis", path: "/r" } });
});

it("compileProject refuses an assertion that names a resource that does not exist", async () => {
  const { problems } = await compile([
    thing("web", { assertions: [fake(near("rediss"), 6)] }),
    thing("redis"),
  ]);
  expect(problems).toMatchObject([
    { code: "connection-unknown", property: "near", line: 6, hint: "did you mean redis?" },
  ]);
});

it("compileProject refuses resources that depend on one another, and shows the path", async () => {
  const { problems } = await compile([
    thing("a", { policy: { dependsOn: ["b"] }, line: 4 }),
    thing("b", { assertions: [fake(near("c"))] }),
    thing("c", { policy: { dependsOn: ["a"] } }),
  ]);
  expect(problems).toMatchObject([
    {
      code: "dependency-cycle",
      line: 4,
      message: "resources depend on one another in a circle: a → b → c → a",
    },
  ]);
});

async function hashOf(resource: DeclaredResource): Promise<string | undefined> {
  return (await compile([resource, thing("other")])).plans[0]?.hash;
}

it("the hash of a plan stays when lines move, or policies that no check depends on change", async () => {
  const before = await hashOf(thing("a"));
  expect(await hashOf(thing("a", { line: 50, assertions: [fake({}, 60)] }))).toBe(before);
  expect(await hashOf(thing("a", { policy: { checkInterval: 7, group: "g" } }))).toBe(before);
  const parameters = { near: null, path: null, does: "pass" };
  expect(await hashOf(thing("a", { assertions: [fake({ parameters })] }))).toBe(before);
});

it.each<[string, DeclaredResource]>([
  ["its name", thing("b")],
  ["what it is", thing("a", { parameters: { path: "/a" } })],
  ["a parameter", thing("a", { assertions: [fake(near("a"))] })],
  ["a severity", thing("a", { assertions: [fake({ severity: "warn" })] })],
  ["a timeout", thing("a", { assertions: [fake({ timeoutSeconds: 4 })] })],
  ["the timeout of its resource", thing("a", { policy: { timeout: 4 } })],
  ["a description", thing("a", { assertions: [fake({ description: "Why." })] })],
  ["a further check", thing("a", { assertions: [fake(), fake()] })],
  ["a dependency", thing("a", { policy: { dependsOn: ["other"] } })],
])("the hash of a plan changes with %s", async (_, changed) => {
  expect(await hashOf(changed)).not.toBe(await hashOf(thing("a")));
});

function unit(name: string, parts: readonly string[], dependsOn: readonly string[] = []) {
  const policy = { dependsOn };
  return thing(name, { kind: "unit", parameters: { parts }, assertions: [], policy });
}

it("compileProject makes a plan without checks for a unit, which waits for all of its parts", async () => {
  const { plans, problems } = await compile([
    unit("shop", ["db", "web"], ["net"]),
    thing("net"),
    thing("db"),
    thing("web", { policy: { dependsOn: ["db"] } }),
    thing("front", { policy: { dependsOn: ["shop"] } }),
  ]);
  expect(problems).toEqual([]);
  expect(plans[0]?.checks).toEqual([]);
  const needed = plans.map(({ dependsOn }) => dependsOn.map(({ resource }) => resource));
  expect(needed).toEqual([["net", "db", "web"], [], ["net"], ["db", "net"], ["shop"]]);
});

it("compileProject takes the assertions that a unit has", async () => {
  const { plans } = await compile([{ ...unit("shop", ["db"]), assertions: [fake()] }, thing("db")]);
  expect(plans[0]).toMatchObject({
    checks: [{ id: "fake" }],
    dependsOn: [{ resource: "db", condition: "healthy" }],
  });
});

it("compileProject refuses a part that does not exist, at the place of its unit", async () => {
  const { problems } = await compile([unit("shop", ["web", "dbb"]), thing("db"), thing("web")]);
  expect(problems).toMatchObject([
    { code: "connection-unknown", property: "parts", line: 2, hint: "did you mean db?" },
  ]);
});

it.each([
  ["itself", [unit("shop", ["shop"])], "shop → shop"],
  ["one another", [unit("a", ["b"]), unit("b", ["a"])], "a → b → a"],
  [
    "a part that needs the unit",
    [unit("shop", ["web"]), thing("web", { policy: { dependsOn: ["shop"] } })],
    "shop → web → shop",
  ],
  [
    "a part that what the unit needs needs",
    [
      unit("shop", ["web"], ["net"]),
      thing("web"),
      thing("net", { policy: { dependsOn: ["web"] } }),
    ],
    "net → web → net",
  ],
])("compileProject refuses units that hold %s", async (_, resources, path) => {
  const { problems } = await compile(resources);
  expect(problems).toMatchObject([
    {
      code: "dependency-cycle",
      message: `resources depend on one another in a circle: ${path}`,
    },
  ]);
});
