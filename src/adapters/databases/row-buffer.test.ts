import { expect, it } from "vitest";
import { RowBuffer } from "./row-buffer.ts";

it("RowBuffer keeps 1,000 rows and tells of one more", () => {
  const rows = new RowBuffer();
  for (let index = 0; index < 1_000; index += 1) rows.add([index]);
  expect(rows.result(["a"])).toMatchObject({ columns: ["a"], isTruncated: false });
  rows.add([1_000]);
  const result = rows.result(["a"]);
  expect(result.isTruncated).toBe(true);
  expect(result.rows).toHaveLength(1_000);
  expect(result.rows.at(-1)).toEqual([999]);
});

it("RowBuffer keeps 1 MiB of values, and nothing after what it left out", () => {
  const rows = new RowBuffer();
  rows.add(["é".repeat(512 * 1024)]);
  expect(rows.isTruncated).toBe(false);
  rows.add(["x"]);
  rows.add([null]);
  const result = rows.result(["a"]);
  expect(result.isTruncated).toBe(true);
  expect(result.rows).toHaveLength(1);
});
