import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fakePlan } from "../../../test/support/fake-kinds.ts";
import { testFolder } from "../../../test/support/folder.ts";
import { planFile, readLocations, writePlans } from "./plan-files.ts";

const LOCATIONS = { a: { fake: { file: "main.ts", line: 1, column: 1 } } };

it("writePlans writes each plan, all of them, their places, and what version control needs", async () => {
  using folder = testFolder();
  const plans = [fakePlan("a", ["pass"]), fakePlan("b", ["fail"])];
  expect(await writePlans(folder.path, plans, LOCATIONS)).toEqual({
    written: ["a", "b"],
    unchanged: [],
    removed: [],
    problems: [],
  });
  const path = join(folder.path, ".clockwork/plans");
  expect(JSON.parse(readFileSync(join(path, planFile("b")), "utf8"))).toEqual(plans[1]);
  expect(JSON.parse(readFileSync(join(path, "assert.json"), "utf8"))).toEqual({ plans });
  expect(await readLocations(path)).toEqual(LOCATIONS);
  expect(readFileSync(join(folder.path, ".clockwork/.gitignore"), "utf8")).toBe("*\n");
});

it("writePlans leaves alone what stands there already", async () => {
  using folder = testFolder();
  await writePlans(folder.path, [fakePlan("a", ["pass"])], LOCATIONS);
  writeFileSync(join(folder.path, ".clockwork/.gitignore"), "# mine\n");
  const file = join(folder.path, ".clockwork/plans", planFile("a"));
  const before = statSync(file).ino;
  const { unchanged } = await writePlans(folder.path, [fakePlan("a", ["pass"])], LOCATIONS);
  expect(unchanged).toEqual(["a"]);
  expect(statSync(file).ino).toBe(before);
  expect(readFileSync(join(folder.path, ".clockwork/.gitignore"), "utf8")).toBe("# mine\n");
});

it("writePlans removes plans of resources that are no more, and nothing else", async () => {
  using folder = testFolder();
  await writePlans(folder.path, [fakePlan("a", []), fakePlan("b", [])], {});
  const path = join(folder.path, ".clockwork/plans");
  writeFileSync(join(path, "notes.txt"), "");
  expect((await writePlans(folder.path, [fakePlan("b", [])], {})).removed).toEqual(["a"]);
  expect(readdirSync(path).sort()).toEqual([
    "assert.json",
    "assert_b.json",
    "locations.json",
    "notes.txt",
  ]);
});

it("writePlans tells each file that could not be written or removed, and does the rest", async () => {
  using folder = testFolder();
  const path = join(folder.path, ".clockwork/plans");
  for (const name of ["assert_a.json", "assert_old.json", "assert.json"]) {
    mkdirSync(join(path, name), { recursive: true });
  }
  const plans = [fakePlan("a", []), fakePlan("b", [])];
  const { written, removed, problems } = await writePlans(folder.path, plans, LOCATIONS);
  expect({ written, removed }).toEqual({ written: ["b"], removed: [] });
  expect(problems.map(({ code, file }) => [code, file])).toEqual([
    ["plan-unwritable", ".clockwork/plans/assert_a.json"],
    ["plan-unwritable", ".clockwork/plans/assert_old.json"],
    ["plan-unwritable", ".clockwork/plans/assert.json"],
  ]);
  expect(existsSync(join(path, "locations.json"))).toBe(true);
});

it("writePlans says so when there can be no folder for them", async () => {
  using folder = testFolder();
  folder.write(".clockwork", "a file");
  const { written, problems } = await writePlans(folder.path, [fakePlan("a", [])], {});
  expect(written).toEqual([]);
  expect(problems).toMatchObject([{ code: "plan-unwritable", file: ".clockwork/plans" }]);
});

it.each(["", "{", "[]", "7", '{ "a": 7 }', '{ "a": { "b": { "file": 1, "line": 1 } } }'])(
  "readLocations takes %j for nothing",
  async (text) => {
    using folder = testFolder();
    folder.write("locations.json", text);
    const locations = await readLocations(folder.path);
    expect(Object.keys(locations)).toEqual([]);
  },
);
