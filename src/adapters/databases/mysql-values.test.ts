import { expect, it } from "vitest";
import { mysqlValue } from "./mysql-values.ts";

it.each([
  ["2024-01-02 03:04:05.6", 12, "2024-01-02T03:04:05.6"],
  ["2024-01-02 03:04:05", 7, "2024-01-02T03:04:05"],
  ["a b", 253, "a b"],
  [1, 3, 1],
  ["9007199254740993", 8, "9007199254740993"],
  [Infinity, 5, "Infinity"],
  [null, 3, null],
  [undefined, 3, null],
  [Buffer.from([0xde, 0xad]), 252, "dead"],
  [{ x: 1, y: 2 }, 255, '{"x":1,"y":2}'],
  [[1, 2], 242, "[1,2]"],
])("mysqlValue() turns %s of type %d into %j", (value, type, shown) => {
  expect(mysqlValue(value, type)).toBe(shown);
});
