import fc from "fast-check";
import { expect, it } from "vitest";
import { parseNameDatabase } from "./name-database.ts";

it("parseNameDatabase() reads the names of users and of groups", () => {
  const users = parseNameDatabase("root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:\n");
  expect([...users]).toEqual([
    [0, "root"],
    [33, "www-data"],
  ]);
  expect(parseNameDatabase("adm:x:4:alice,bob").get(4)).toBe("adm");
});

it("parseNameDatabase() lets the first name of an id count", () => {
  expect(parseNameDatabase("root:x:0:0\ntoor:x:0:0\n").get(0)).toBe("root");
});

it.each([
  "",
  ":x:5:",
  "#a:x:5:",
  "+a:x:5:",
  "-:x:5",
  "a:x",
  "a:x::",
  "a:x:-5:",
  "a:x:5x:",
  "a:x:5.0",
])("parseNameDatabase() passes over %j", (line) => {
  expect(parseNameDatabase(`${line}\nb:x:9:\n`)).toEqual(new Map([[9, "b"]]));
});

it("parseNameDatabase() makes whole numbers and names that are not empty out of any text", () => {
  const part = fc.oneof(
    fc.constantFrom("", "0", "77", "x", "+", ":"),
    fc.string({ unit: "binary" }),
  );
  const line = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(":"));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const names = parseNameDatabase([...lines, "b:x:9"].join("\n"));
      expect([...names.keys()].every((id) => Number.isSafeInteger(id) && id >= 0)).toBe(true);
      expect([...names.values()].every((name) => /^[^:\n]+$/u.test(name))).toBe(true);
    }),
  );
});
