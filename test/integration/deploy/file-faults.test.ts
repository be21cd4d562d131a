import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { start } from "../../support/cli.ts";
import { FILE_MARKS, fileLab, type FileLab, type LabThing } from "../../support/file-lab.ts";
import { maySmallDisk, smallDisk } from "../../support/small-disk.ts";

const LARGE = "x".repeat(200_000);

describe.runIf(maySmallDisk())("a disk", () => {
  it("that is full takes nothing half: what was there stays, and nothing is left behind", async () => {
    await using lab = await fileLab();
    using disk = smallDisk(128 * 1024);
    const path = join(disk.path, "motd");
    const large = await lab.thing("file", { path, content: LARGE });
    const full = {
      name: "DeployError",
      message: expect.stringMatching(/^cannot write .*: the disk is full \(ENOSPC\)$/u) as string,
      hint: "make room on it",
    };
    await expect(large.create()).rejects.toMatchObject(full);
    expect(readdirSync(disk.path)).toEqual([]);
    expect(await lab.book.list(FILE_MARKS.project)).toEqual([]);
    await (await lab.thing("file", { path, content: "small" })).create();
    await expect(large.update()).rejects.toMatchObject(full);
    expect(readdirSync(disk.path)).toEqual(["motd"]);
    expect(readFileSync(path, "utf8")).toBe("small");
  });

  it("that is full of everything but marks makes nothing that would be nobody's", async () => {
    using disk = smallDisk(16 * 1024);
    await using lab = await fileLab({}, { marks: join(disk.path, "marks") });
    writeFileSync(join(disk.path, "filler"), "x".repeat(8 * 1024));
    mkdirSync(join(disk.path, "marks"), { mode: 0o700 });
    try {
      writeFileSync(join(disk.path, "rest"), "x".repeat(16 * 1024));
    } catch {
      // It is full now.
    }
    for (const kind of ["file", "directory"]) {
      const options = kind === "file" ? { path: kind, content: "" } : { path: kind };
      const thing = await lab.thing(kind, options);
      await expect(thing.create(), kind).rejects.toMatchObject({
        name: "DeployError",
        message: expect.stringContaining("the disk is full") as string,
      });
    }
    expect(lab.names()).toEqual([]);
  });

  it("that is read-only says so, and is left as it was", async () => {
    await using lab = await fileLab();
    using disk = smallDisk(128 * 1024);
    const path = join(disk.path, "motd");
    const first = await lab.thing("file", { path, content: "one" });
    await first.create();
    const folder = await lab.thing("directory", { path: join(disk.path, "folder") });
    await folder.create();
    disk.makeReadOnly();
    const second = await lab.thing("file", { path, content: "two" });
    const changes = [
      () => second.update(),
      () => first.remove(),
      () => folder.remove(),
      async () => await (await lab.thing("file", { path: `${path}2`, content: "" })).create(),
      async () => await (await lab.thing("directory", { path: `${path}3/a/b` })).create(),
    ];
    for (const change of changes) {
      await expect(change()).rejects.toMatchObject({
        name: "DeployError",
        message: expect.stringContaining("the file system is read-only (EROFS)") as string,
      });
    }
    expect(await first.read()).toMatchObject({ marks: FILE_MARKS, differences: [] });
    expect(await folder.read()).toMatchObject({ marks: FILE_MARKS });
    expect(readdirSync(disk.path).toSorted()).toEqual(["folder", "motd"]);
  });
});

it("a file whose place a directory has taken is somebody else's, and the other way round", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "motd");
  const file = await lab.thing("file", { path: "motd", content: "ours" });
  await file.create();
  rmSync(path);
  mkdirSync(path);
  expect(await file.read()).toMatchObject({
    marks: null,
    description: "a directory",
    differences: [{ field: "type", live: "directory", wanted: "file" }],
  });
  await expect(file.update()).rejects.toMatchObject({
    message: `${path} is a directory, and a file is to be made there`,
    hint: expect.stringContaining("move it away") as string,
  });
  await file.remove();
  expect(lab.names()).toEqual(["motd"]);
  const folder = await lab.thing("directory", { path: "folder" });
  await folder.create();
  rmSync(join(lab.root, "folder"), { recursive: true });
  writeFileSync(join(lab.root, "folder"), "theirs");
  await expect(folder.update()).rejects.toMatchObject({ code: "resource-foreign" });
  await folder.remove();
  expect(lab.names()).toEqual(["folder", "motd"]);
  expect(await lab.book.list(FILE_MARKS.project)).toEqual([]);
});

it("a file needs its folder, and says who makes it", async () => {
  await using lab = await fileLab();
  const thing = await lab.thing("file", { path: "etc/app/motd", content: "" });
  expect(await thing.verify()).toEqual([]);
  await expect(thing.create()).rejects.toMatchObject({
    message: `${lab.root}/etc/app/motd needs a folder to be in: ${lab.root}/etc/app is not there`,
    hint: expect.stringContaining("DirectoryResource") as string,
  });
  await thing.remove();
  writeFileSync(join(lab.root, "etc"), "");
  await expect(thing.create()).rejects.toMatchObject({ name: "DeployError" });
});

async function killed(
  lab: FileLab,
  thing: LabThing,
  [kind, action]: readonly [kind: string, action: string],
): Promise<number> {
  const program = new URL("../../support/file-child.ts", import.meta.url).pathname;
  const env = { CW_MARKS_DIR: join(lab.root, "..", "marks") };
  const points: string[] = [];
  for (;;) {
    const args = [lab.root, kind, action, JSON.stringify(thing.subject), JSON.stringify(points)];
    const child = start(process.execPath, [program, ...args], { env });
    const { code, stdout, stderr } = await child.finished;
    expect(stderr).toBe("");
    if (code === 0) return points.length;
    points.push(stdout);
    // What is in the place is whole, at every moment.
    for (const name of lab.names().filter((each) => !each.startsWith("."))) {
      if (kind === "file")
        expect(readFileSync(join(lab.root, name), "utf8")).toMatch(/^(?:one|two)$/u);
    }
  }
}

it.each(["file", "directory"])(
  "a %s whose process is killed between any two effects is driven on by the next one",
  async (kind) => {
    await using lab = await fileLab();
    const options = (content: string, mode: string): object =>
      kind === "file" ? { path: "a", content, mode } : { path: "a", mode };
    const first = await lab.thing(kind, options("one", "0700"));
    expect(await killed(lab, first, [kind, "create"])).toBeGreaterThanOrEqual(2);
    expect(lab.names()).toEqual(["a"]);
    expect(await first.read()).toMatchObject({ marks: FILE_MARKS, differences: [] });
    const second = await lab.thing(kind, options("two", "0750"), { version: 2 });
    expect(await killed(lab, second, [kind, "update"])).toBeGreaterThanOrEqual(1);
    expect(lab.names()).toEqual(["a"]);
    expect(await second.read()).toMatchObject({ marks: { version: 2 }, differences: [] });
    if (kind === "directory") writeFileSync(join(lab.root, "a", "data"), "");
    expect(await killed(lab, second, [kind, "remove"])).toBeGreaterThanOrEqual(2);
    expect(lab.names()).toEqual([]);
    expect(await lab.book.list(FILE_MARKS.project)).toEqual([]);
  },
  120_000,
);
