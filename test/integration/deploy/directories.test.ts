import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { differencesOf, FILE_MARKS, fileLab } from "../../support/file-lab.ts";
import { killEverywhere } from "../../support/git-lab.ts";

const OTHER_LIFE = { resource: "other", instance: "1".repeat(16) };

it("a directory is made with its parents, changed and removed; what it is in stays", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "srv", "app", "uploads");
  const first = await lab.thing("directory", { path: "srv/app/uploads", mode: "1750" });
  expect(await first.read()).toBeNull();
  expect(await first.create()).toEqual({ path });
  expect(lstatSync(path).mode & 0o7777).toBe(0o1750);
  expect(await first.read()).toMatchObject({ marks: FILE_MARKS, differences: [] });
  writeFileSync(join(path, "data"), "theirs");
  const second = await lab.thing("directory", { path: "srv/app/uploads", mode: "0700" });
  expect(differencesOf(await second.read())).toEqual({ mode: "1750 → 0700" });
  await second.update();
  expect(await second.read()).toMatchObject({ differences: [] });
  expect(readFileSync(join(path, "data"), "utf8")).toBe("theirs");
  await second.remove({ mayDeleteData: true });
  expect(lab.names(join(lab.root, "srv", "app"))).toEqual([]);
});

it("a directory makes no parents where it may not, and several may share those that are missing", async () => {
  await using lab = await fileLab();
  const thing = await lab.thing("directory", { path: "a/b/c", parents: false });
  await expect(thing.create()).rejects.toMatchObject({
    message: expect.stringContaining("a/b is not there") as string,
    hint: expect.stringContaining("DirectoryResource") as string,
  });
  expect(lab.names()).toEqual([]);
  const things = await Promise.all(
    ["1", "2", "3", "4"].map((digit) =>
      lab.thing("directory", { path: `a/b/${digit}` }, { instance: digit.repeat(16) }),
    ),
  );
  await Promise.all(things.map((each) => each.create()));
  expect(lab.names(join(lab.root, "a", "b"))).toEqual(["1", "2", "3", "4"]);
});

it("what people put into a directory is told, and lost only where that is allowed", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "srv");
  const folder = await lab.thing("directory", { path: "srv" });
  await folder.create();
  expect(await folder.data()).toBeNull();
  const own = await lab.thing("file", { path: "srv/ours", content: "" }, OTHER_LIFE);
  await own.create();
  expect(await folder.data()).toBeNull();
  for (const name of ["d", "c", "b", "a"]) writeFileSync(join(path, name), "theirs");
  mkdirSync(join(lab.outside, "kept"));
  symlinkSync(lab.outside, join(path, "link"));
  expect(await folder.data()).toBe(`5 entries that are not ours in ${path}: a, b, c, …`);
  await expect(folder.remove()).rejects.toMatchObject({
    code: "resource-protected",
    message: expect.stringContaining("is not empty: 5 entries that are not ours") as string,
  });
  expect(lab.names(path)).toHaveLength(6);
  await folder.remove({ mayDeleteData: true });
  expect(existsSync(path)).toBe(false);
  expect(lab.names(lab.outside)).toEqual(["kept"]);
  expect(lab.names()).toEqual([]);
});

it("a directory that somebody else made is theirs, until it is given away, and can be given back", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "srv");
  mkdirSync(path, { mode: 0o755 });
  chmodSync(path, 0o755);
  const thing = await lab.thing("directory", { path: "srv", mode: "0700" });
  expect(await thing.read()).toMatchObject({ marks: null });
  await expect(thing.create()).rejects.toMatchObject({ code: "resource-foreign" });
  await thing.remove({ mayDeleteData: true });
  expect(existsSync(path)).toBe(true);
  const captured = await thing.capture();
  await thing.update();
  expect(await thing.read()).toMatchObject({ marks: FILE_MARKS, differences: [] });
  await thing.restore(captured);
  expect(await thing.read()).toMatchObject({ marks: null });
  expect(lstatSync(path).mode & 0o7777).toBe(0o755);
});

it("making and removing a directory that is killed anywhere is driven on, or given up without a rest", async () => {
  await using lab = await fileLab();
  const thing = await lab.thing("directory", { path: "a/b", mode: "0700" });
  expect(await killEverywhere((note) => thing.create({ note }))).toBe(3);
  expect(lab.names(join(lab.root, "a"))).toEqual(["b"]);
  writeFileSync(join(lab.root, "a", "b", "data"), "");
  const removed = await killEverywhere((note) => thing.remove({ note, mayDeleteData: true }));
  expect(removed).toBe(2);
  expect(lab.names(join(lab.root, "a"))).toEqual([]);
  for (const point of ["made under", "marked"]) {
    const note = (text: string): void => {
      if (text.startsWith(point)) throw new Error("killed");
    };
    await expect(thing.create({ note })).rejects.toThrow("killed");
    await thing.remove();
    expect(lab.names(join(lab.root, "a"))).toEqual([]);
    expect(await lab.book.list(FILE_MARKS.project)).toEqual([]);
  }
});
