import { expect, it, vi } from "vitest";
import { openProject } from "../../src/app/project/open-project.ts";
import { testFolder } from "../support/folder.ts";

it("CodeAssert and CrossResourceAssert come to verdicts in a project", async () => {
  using folder = testFolder();
  folder.write(
    "main.ts",
    `import { CodeAssert, CrossResourceAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";
const one = new HostResource({ name: "one", assertions: [new CodeAssert(() => true, { name: "fine" })] });
new HostResource({ name: "two", assertions: [
  new CodeAssert(() => [false, "too few"]),
  new CodeAssert(() => { for (;;); }, { timeout: "2s" }),
  new CodeAssert(() => process.exit(1)),
] });
new CrossResourceAssert({
  source: one,
  target: "three",
  assertion: (source, target) => [source.name !== target.name, source.name + " and " + target.name],
});
new HostResource({ name: "three", assertions: [new CodeAssert(() => true)] });
`,
  );
  const { plans, assert } = await openProject(folder.path);
  expect(plans[0]?.dependsOn).toEqual([{ resource: "three", condition: "healthy" }]);
  const { items } = await assert();
  // The function's own end and the check's may come in either order.
  const told = ({ detail }: (typeof items)[number]): string =>
    detail.replace(/^.*(?=no answer within)/u, "");
  expect(items.map((item) => [item.name, item.verdict, told(item)])).toEqual([
    ["one", "pass", "true"],
    ["one", "pass", "one and three"],
    ["two", "fail", "expected a pass, got too few"],
    ["two", "fail", "no answer within 2 s"],
    ["two", "error", "ended its process with exit code 1"],
    ["three", "pass", "true"],
  ]);
});

it("CodeAssert runs no function of a file that declares others without our environment", async () => {
  using folder = testFolder();
  folder.write(
    "main.ts",
    `import { CodeAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";
const answers = process.env.CW_TEST_FIRST === "1" ? [false, true] : [true];
for (const answer of answers) {
  new HostResource({ name: "is-" + answer, assertions: [new CodeAssert(() => answer)] });
}
`,
  );
  vi.stubEnv("CW_TEST_FIRST", "1");
  const { assert } = await openProject(folder.path);
  const stale = expect.stringMatching(/^main\.ts .* environment variables/u) as string;
  const { items } = await assert();
  expect(items.map(({ name, verdict, detail }) => [name, verdict, detail])).toEqual([
    ["is-false", "error", stale],
    ["is-true", "error", stale],
  ]);
  vi.unstubAllEnvs();
  const { items: others } = await (await openProject(folder.path)).assert();
  expect(others.map(({ name, verdict }) => [name, verdict])).toEqual([["is-true", "pass"]]);
});

it("CodeAssert passes with a message and diagnostics that JSON does not hold", async () => {
  using folder = testFolder();
  folder.write(
    "main.ts",
    `import { CodeAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";
const assertions = [
  new CodeAssert(() => ({ passed: true, message: "fine", ratio: 0 / 0, at: new Date() })),
  new CodeAssert(() => [true, 5] as unknown as boolean),
];
new HostResource({ name: "a", assertions });
`,
  );
  const { items } = await (await openProject(folder.path)).assert();
  expect(items.map(({ verdict, detail }) => [verdict, detail])).toEqual([
    ["pass", "fine"],
    ["pass", "5"],
  ]);
});
