import fc from "fast-check";
import { expect, it } from "vitest";
import { postgresqlValue } from "./postgresql-values.ts";

const [BOOL, BYTEA, INT8, FLOAT8, NUMERIC, TIMESTAMP, TIMESTAMPTZ, TEXT] = [
  16, 17, 20, 701, 1700, 1114, 1184, 25,
] as const;

it.each([
  ["t", BOOL, true],
  ["f", BOOL, false],
  [String.raw`\xdeadbeef`, BYTEA, "deadbeef"],
  ["9007199254740991", INT8, 9007199254740991],
  ["9007199254740993", INT8, "9007199254740993"],
  ["-1.5", FLOAT8, -1.5],
  ["-Infinity", FLOAT8, "-Infinity"],
  ["NaN", FLOAT8, "NaN"],
  ["1.50", NUMERIC, "1.50"],
  ["2024-01-02 03:04:05.678901", TIMESTAMP, "2024-01-02T03:04:05.678901"],
  ["infinity", TIMESTAMP, "infinity"],
  ["2024-01-01 01:30:00.5+02", TIMESTAMPTZ, "2023-12-31T23:30:00.5Z"],
  ["2024-01-01 01:30:00-05:30", TIMESTAMPTZ, "2024-01-01T07:00:00Z"],
  ["0044-03-15 12:00:00+00 BC", TIMESTAMPTZ, "0044-03-15 12:00:00+00 BC"],
  ["12024-01-01 00:00:00+00", TIMESTAMPTZ, "12024-01-01 00:00:00+00"],
  ["t", TEXT, "t"],
  [null, INT8, null],
] as const)("postgresqlValue() turns %s of type %d into %j", (text, type, value) => {
  expect(postgresqlValue(text, type)).toBe(value);
});

it("postgresqlValue() gives what JSON holds, whatever a server sends", () => {
  const type = fc.constantFrom(BOOL, BYTEA, INT8, FLOAT8, NUMERIC, TIMESTAMP, TIMESTAMPTZ, TEXT);
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/u),
  );
  fc.assert(
    fc.property(text, type, (sent, kind) => {
      const value = postgresqlValue(sent, kind);
      expect(JSON.parse(JSON.stringify(value))).toEqual(value === 0 ? 0 : value);
    }),
  );
});
