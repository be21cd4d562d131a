import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { asDiskFailure } from "./disk-failure.ts";
import { systemDisk } from "./disk.ts";

const { signal } = new AbortController();
const PLAIN = { mode: null, userId: null, groupId: null };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

it("systemDisk() finds where a path leads, and what is missing on the way", async () => {
  using folder = testFolder();
  mkdirSync(join(folder.path, "real"));
  symlinkSync("real", join(folder.path, "link"));
  symlinkSync("loop", join(folder.path, "loop"));
  const locate = (path: string): Promise<unknown> =>
    systemDisk().locate(join(folder.path, path), signal);
  const real = join(folder.path, "real");
  expect(await locate("real/a")).toEqual({ folder: real, rest: ["a"], distrusted: null });
  expect(await locate("link/b/a")).toEqual({ folder: real, rest: ["b", "a"], distrusted: null });
  // The last component is not followed.
  expect(await locate("link")).toMatchObject({ folder: folder.path, rest: ["link"] });
  await expect(locate("loop/a")).rejects.toThrow("links lead in a circle");
});

it("systemDisk() holds a folder whatever becomes of its path, and follows no link in it", async () => {
  using folder = testFolder();
  const path = join(folder.path, "a");
  mkdirSync(path);
  const target = folder.write("target", "theirs");
  await using held = await systemDisk().open(path, signal);
  renameSync(path, `${path}.moved`);
  mkdirSync(path);
  await held?.write("file", bytesOf("ours"), PLAIN);
  expect(readdirSync(path)).toEqual([]);
  expect(readdirSync(`${path}.moved`)).toEqual(["file"]);
  symlinkSync(target, join(`${path}.moved`, "link"));
  expect(await held?.look("link")).toMatchObject({ type: "link" });
  expect(await held?.read("link", 10)).toBeNull();
  expect(await held?.sha256("link")).toBeNull();
  expect(await held?.names("link", 10)).toEqual([]);
  await expect(held?.write("link", bytesOf("ours"), PLAIN)).rejects.toThrow("is there already");
  await expect(held?.setAccess("link", PLAIN)).rejects.toThrow(/cannot change the permissions/u);
  expect(await held?.giveName("file", "link")).toBe(false);
});

it("systemDisk() opens no folder through a link, and none that is not there", async () => {
  using folder = testFolder();
  mkdirSync(join(folder.path, "real", "below"), { recursive: true });
  symlinkSync("real", join(folder.path, "link"));
  const disk = systemDisk();
  expect(await disk.open(join(folder.path, "gone"), signal)).toBeNull();
  expect(await disk.open(folder.write("file", ""), signal)).toBeNull();
  expect(await disk.open(join(folder.path, "link"), signal)).toBeNull();
  await expect(disk.open(join(folder.path, "link", "below"), signal)).rejects.toMatchObject({
    name: "ObservationError",
    message: expect.stringContaining("was exchanged while it was looked at") as string,
  });
});

it("systemDisk() reads and sums up no more than there is, and lists no more than asked for", async () => {
  using folder = testFolder();
  folder.write("a", "abc");
  folder.write("b", "");
  await using held = await systemDisk().open(folder.path, signal);
  expect(await held?.read("a", 2)).toEqual(bytesOf("ab"));
  expect(await held?.read("a", 100)).toEqual(bytesOf("abc"));
  expect(await held?.read("gone", 100)).toBeNull();
  expect(await held?.sha256("b")).toMatch(/^e3b0c44298fc1c14/u);
  expect(await held?.names(".", 1)).toHaveLength(1);
  expect((await held?.names(".", 9))?.toSorted()).toEqual(["a", "b"]);
});

it("systemDisk() takes away a folder only when it is empty, or with all that is in it", async () => {
  using folder = testFolder();
  await using held = await systemDisk().open(folder.path, signal);
  await held?.makeFolder("a", { ...PLAIN, mode: 0o700 });
  writeFileSync(join(folder.path, "a", "file"), "");
  expect(await held?.removeFolder("a")).toBe(false);
  await held?.removeTree("a");
  expect(await held?.removeFolder("a")).toBe(true);
  await held?.remove("gone");
  await held?.sync();
  expect(readdirSync(folder.path)).toEqual([]);
});

it("asDiskFailure() says what is wrong and how to mend it, and takes no bug for a failure of the disk", () => {
  const failure = (code: string): Error =>
    asDiskFailure("write /a", Object.assign(new Error("x"), { code, errno: -5 }));
  expect(failure("ENOSPC")).toMatchObject({
    message: "cannot write /a: the disk is full (ENOSPC)",
    hint: "make room on it",
  });
  expect(failure("EACCES").message).toBe("cannot write /a: permission denied (EACCES)");
  expect(failure("EIO").message).toBe("cannot write /a: the device or file system failed (EIO)");
  const bug = new TypeError("bug");
  expect(asDiskFailure("write /a", bug)).toBe(bug);
});
