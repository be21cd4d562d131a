import fc from "fast-check";
import { expect, it } from "vitest";
import {
  parseBootTime,
  parseCommandLine,
  parseEnvironment,
  parseProcessStatus,
} from "./proc-process.ts";

const STATUS =
  "Name:\tnginx\nUmask:\t0022\nState:\tS (sleeping)\nUid:\t1000\t33\t33\t33\nGid:\t0\t0\t0\t0\nVmHWM:\t  9999 kB\nVmRSS:\t    1712 kB\n";

it("parseProcessStatus() reads whose rights a process has, and what it holds in memory", () => {
  expect(parseProcessStatus(STATUS)).toEqual({ userId: 33, memoryBytes: 1712 * 1024 });
});

it("parseProcessStatus() takes a process without memory for one that has ended", () => {
  const text = STATUS.replace(/VmRSS.*/u, "");
  expect(parseProcessStatus(text)).toEqual({ userId: 33, memoryBytes: 0 });
});

it("parseProcessStatus() is not deceived by a name", () => {
  // The kernel writes a newline in a name as two characters; all other line breaks stay as they are.
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\rUid:\t0\t0\t0\t0",
      "\u2028Uid:\t0\t0\t0\t0\r",
      "Uid:\t0\t0\t",
      "VmRSS:\t9 kB",
    ),
  );
  fc.assert(
    fc.property(name, (written) => {
      const text = STATUS.replace("nginx", () => written.replaceAll("\n", "\\n"));
      expect(parseProcessStatus(text)).toEqual({ userId: 33, memoryBytes: 1712 * 1024 });
    }),
  );
});

it.each(["", "Uid:\t1\t1\t1\t1\n", "\nUid:\t-1\t-1\t0\t0\n", "\nUid: 1 1 1 1"])(
  "parseProcessStatus() gives null for %j",
  (text) => {
    expect(parseProcessStatus(text)).toBeNull();
  },
);

it("parseCommandLine() parts arguments, empty ones and any characters included", () => {
  expect(parseCommandLine("sh\0-c\0\0a b\0")).toEqual(["sh", "-c", "", "a b"]);
  expect(parseCommandLine("nginx: worker process\0\0\0\0")).toEqual(["nginx: worker process"]);
  expect(parseCommandLine("without end")).toEqual(["without end"]);
  expect(parseCommandLine("")).toEqual([]);
  expect(parseCommandLine("\0\0")).toEqual([]);
});

it("parseCommandLine() gives back any arguments, up to empty ones at the end", () => {
  const argument = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", ""));
  fc.assert(
    fc.property(fc.array(argument), (words) => {
      const expected = words.slice(0, words.findLastIndex((word) => word !== "") + 1);
      expect(parseCommandLine(words.map((word) => `${word}\0`).join(""))).toEqual(expected);
    }),
  );
});

it("parseEnvironment() reads variables, the first of a name", () => {
  const found = parseEnvironment("A=1\0B=x=y\nz\0A=2\0=C\0junk\0EMPTY=\0__proto__=p\0");
  expect(Object.entries(found)).toEqual([
    ["A", "1"],
    ["B", "x=y\nz"],
    ["EMPTY", ""],
    ["__proto__", "p"],
  ]);
});

it("parseEnvironment() makes names and values out of any text", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("=", "\0", "A="))), (parts) => {
      const text = parts.join("");
      const found = Object.entries(parseEnvironment(text));
      expect(found.every(([name]) => /^[^=\0]+$/u.test(name))).toBe(true);
      expect(found.every(([name, value]) => text.includes(`${name}=${value}`))).toBe(true);
    }),
  );
});

it("parseBootTime() finds the time in /proc/stat", () => {
  expect(parseBootTime("cpu 1 2 3\nintr 5\nbtime 1795332350\nprocesses 9\n")).toBe(
    1_795_332_350_000,
  );
  expect(parseBootTime("cpu 1 2 3\n")).toBeNull();
  expect(parseBootTime("x btime 5\n")).toBeNull();
});
