import { expect, it } from "vitest";
import { ACCESS_FIELDS } from "./file-fields.ts";

it("ACCESS_FIELDS write permissions as four octal digits", () => {
  const read = (value: unknown): unknown => ACCESS_FIELDS.mode.read(value);
  expect(["644", "0644", "4755", "04755", undefined].map(read)).toEqual([
    "0644",
    "0644",
    "4755",
    "4755",
    null,
  ]);
  for (const value of [644, "888", "rw-r--r--", "14755", ""]) {
    expect(() => read(value)).toThrow('must be octal permissions such as "0644"');
  }
});

it("ACCESS_FIELDS take names and numbers of accounts", () => {
  expect(ACCESS_FIELDS.owner.read("www-data")).toBe("www-data");
  expect(ACCESS_FIELDS.ownerGroup.read("1000")).toBe("1000");
  expect(() => ACCESS_FIELDS.owner.read("a:b")).toThrow("name or number of an account");
});
