import { existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { openLog, rotateLog, tailOf } from "./process-log.ts";

function read({ path }: TestFolder, name: string): string | null {
  return existsSync(`${path}/${name}`) ? readFileSync(`${path}/${name}`, "utf8") : null;
}

it("rotateLog() leaves a log alone until it holds more than it may", async () => {
  using folder = testFolder();
  const path = folder.write("a.log", "12345");
  await rotateLog(path, { maxBytes: 5, keep: 2 });
  expect(read(folder, "a.log")).toBe("12345");
  await rotateLog(`${folder.path}/none.log`, { maxBytes: 5, keep: 2 });
  expect(read(folder, "none.log")).toBeNull();
});

it("rotateLog() keeps so many older ones, the newest first", async () => {
  using folder = testFolder();
  for (const content of ["first", "second", "third", "fourth"]) {
    folder.write("a.log", content);
    await rotateLog(`${folder.path}/a.log`, { maxBytes: 3, keep: 2 });
  }
  const names = ["a.log", "a.log.1", "a.log.2", "a.log.3", "a.log.new"];
  expect(names.map((name) => read(folder, name))).toEqual(["", "fourth", "third", null, null]);
  expect(statSync(`${folder.path}/a.log.1`).mode & 0o777).toBe(0o600);
  folder.write("b.log", "gone");
  await rotateLog(`${folder.path}/b.log`, { maxBytes: 3, keep: 0 });
  expect([read(folder, "b.log"), read(folder, "b.log.1")]).toEqual(["", null]);
});

it("rotateLog() copies the end of one that nobody has looked after", async () => {
  using folder = testFolder();
  folder.write("a.log.new", "begun before");
  const path = folder.write("a.log", "0123456789");
  await rotateLog(path, { maxBytes: 2, keep: 1 });
  expect(read(folder, "a.log.1")).toBe("6789");
});

it("a log that is a link is neither written nor rotated", async () => {
  using folder = testFolder();
  const target = folder.write("target", "precious");
  const path = `${folder.path}/a.log`;
  symlinkSync(target, path);
  await expect(openLog(path)).rejects.toThrow(/cannot write the log/u);
  await expect(rotateLog(path, { maxBytes: 3, keep: 1 })).rejects.toThrow(/cannot rotate/u);
  expect(readFileSync(target, "utf8")).toBe("precious");
});

it("tailOf() reads the last lines, however long the log is", async () => {
  using folder = testFolder();
  const lines = Array.from({ length: 50_000 }, (_, index) => `line ${String(index)}`);
  const path = folder.write("a.log", `${lines.join("\n")}\n`);
  expect(await tailOf(path, 2)).toEqual(["line 49998", "line 49999"]);
  expect(await tailOf(folder.write("b.log", "one\ntwo"), 9)).toEqual(["one", "two"]);
  expect(await tailOf(folder.write("c.log", ""), 9)).toEqual([]);
  expect(await tailOf(`${folder.path}/none.log`, 9)).toEqual([]);
});
