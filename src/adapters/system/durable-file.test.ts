import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { eraseDurably, keepFile, writeDurably, writingProblem } from "./durable-file.ts";

it("writeDurably() writes a file with its permissions, and nothing beside it", async () => {
  using folder = testFolder();
  const path = join(folder.path, "a", "b.conf");
  await writeDurably(path, "one", 0o666);
  expect(statSync(path).mode & 0o777).toBe(0o666);
  // What was begun before, with other permissions.
  chmodSync(folder.write("a/.b.conf.clockwork-new", "tw"), 0o644);
  await writeDurably(path, new TextEncoder().encode("two"), 0o600);
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder.path, "a"))).toEqual(["b.conf"]);
});

it("writeDurably() follows no link that stands where it begins", async () => {
  using folder = testFolder();
  const target = folder.write("target", "theirs");
  symlinkSync(target, join(folder.path, ".b.conf.clockwork-new"));
  await writeDurably(join(folder.path, "b.conf"), "ours", 0o600);
  expect(readFileSync(target, "utf8")).toBe("theirs");
});

it("eraseDurably() takes a file away with what was begun of it; one that is not there is none", async () => {
  using folder = testFolder();
  folder.write(".b.conf.clockwork-new", "");
  const path = folder.write("b.conf", "");
  await eraseDurably(path);
  expect(readdirSync(folder.path)).toEqual([]);
  await eraseDurably(path);
  await eraseDurably(join(folder.path, "none", "b.conf"));
  expect(existsSync(join(folder.path, "none"))).toBe(false);
});

it("keepFile() puts back what was there", async () => {
  using folder = testFolder();
  const path = join(folder.path, "b.conf");
  const putAway = await keepFile(path);
  await writeDurably(path, "one", 0o640);
  const putBack = await keepFile(path);
  await writeDurably(path, "two", 0o600);
  await putBack();
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["one", 0o640]);
  await putAway();
  expect(existsSync(path)).toBe(false);
});

it("what cannot be written is told", async () => {
  using folder = testFolder();
  const path = join(folder.write("file", ""), "b.conf");
  await expect(writeDurably(path, "", 0o600)).rejects.toMatchObject({
    name: "DeployError",
    message: expect.stringContaining(`cannot write ${path}: `) as string,
  });
  expect(await writingProblem(path)).toContain("cannot write to");
  expect(await writingProblem(join(folder.path, "new", "b.conf"))).toBeNull();
});
