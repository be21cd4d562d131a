import fc from "fast-check";
import { expect, it } from "vitest";
import { parseProcessStat } from "./proc-stat.ts";

const FIELDS =
  "S 7 1 1 0 -1 4194560 5126 0 12 0 130 45 0 0 20 0 11 0 2500 7340032 970 18446744073709551615 1 1";

it("parseProcessStat() reads name, state, parent, and times in milliseconds", () => {
  expect(parseProcessStat(`42 (nginx) ${FIELDS}\n`)).toEqual({
    name: "nginx",
    state: "S",
    parentPid: 7,
    isKernelThread: false,
    cpuMs: 1_750,
    startedMs: 25_000,
  });
});

it("parseProcessStat() knows a thread of the kernel", () => {
  const fields = FIELDS.replace("4194560", "69238880");
  expect(parseProcessStat(`2 (kthreadd) ${fields}`)?.isKernelThread).toBe(true);
});

it("parseProcessStat() takes any name, even one that looks like the fields after it", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(") Z 1 1", "a) S 2 (b", "(", "))", " ", "\n", "x) R 1\n", ""),
  );
  fc.assert(
    fc.property(name, (written) => {
      const found = parseProcessStat(`42 (${written}) ${FIELDS}\n`);
      expect(found).toMatchObject({ name: written, state: "S", parentPid: 7, cpuMs: 1_750 });
    }),
  );
});

it.each([
  "",
  "42",
  "42 (a",
  "42 a) S 1",
  "42 (a)",
  "42 (a) S",
  `42 (a) ${FIELDS.slice(0, 40)}`,
  `) 42 ( ${FIELDS}`,
])("parseProcessStat() gives null for %j", (text) => {
  expect(parseProcessStat(text)).toBeNull();
});

it("parseProcessStat() gives numbers that are numbers, or nothing, out of any text", () => {
  const part = fc.oneof(
    { weight: 10, arbitrary: fc.nat().map(String) },
    fc.constantFrom("(", ")", " ", "-1", "S", "99999999999999999999", "1e9", "NaN", FIELDS),
    fc.string(),
  );
  const fields = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(" "));
  fc.assert(
    fc.property(fields, fc.constantFrom("", "42 (a) S "), (text, start) => {
      const found = parseProcessStat(start + text);
      const numbers = found === null ? [] : [found.parentPid, found.cpuMs, found.startedMs];
      expect(numbers.every((each) => Number.isSafeInteger(each) && each >= 0)).toBe(true);
    }),
  );
});
