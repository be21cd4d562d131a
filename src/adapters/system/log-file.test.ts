import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { logFile } from "./log-file.ts";

it("logFile() appends lines, and rotates before a line that would not fit", () => {
  using folder = testFolder();
  const path = join(folder.path, "monitor.log");
  const log = logFile(path, { limitBytes: 10, keep: 2 });
  for (const line of ["one", "two", "three", "four", "five", "six and more", "x"]) {
    expect(log.append(line)).toBeNull();
  }
  const texts = Object.fromEntries(
    readdirSync(folder.path).map((name) => [name, readFileSync(join(folder.path, name), "utf8")]),
  );
  expect(texts).toEqual({
    "monitor.log": "x\n",
    "monitor.log.1": "six and more\n",
    "monitor.log.2": "four\nfive\n",
  });
});

it("logFile() begins anew when the file was taken away", () => {
  using folder = testFolder();
  const path = join(folder.path, "monitor.log");
  const log = logFile(path, { limitBytes: 100, keep: 0 });
  expect(log.append("one")).toBeNull();
  rmSync(path);
  expect(log.append("two")).toBeNull();
  expect(readFileSync(path, "utf8")).toBe("two\n");
  expect(log.append("x".repeat(98))).toBeNull();
  expect(readdirSync(folder.path)).toEqual(["monitor.log"]);
});

it("logFile() tells why it cannot write, and goes on once it can", () => {
  using folder = testFolder();
  const path = join(folder.path, "logs", "monitor.log");
  const log = logFile(path);
  expect(log.append("one")).toMatch(/ENOENT/u);
  mkdirSync(join(folder.path, "logs"));
  expect(log.append("two")).toBeNull();
  expect(readFileSync(path, "utf8")).toBe("two\n");
});
