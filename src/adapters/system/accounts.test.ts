import fc from "fast-check";
import { expect, it } from "vitest";
import { findGroup, findUser, parseAccounts } from "./accounts.ts";

const ANY_TEXT = fc.uint16Array().map((units) => String.fromCharCode(...units));

it("parseAccounts() reads users and groups", () => {
  const text = "root:x:0:0:root:/root:/bin/sh\n#a:x:1:1\n+::::\nbad:x:y:1\nstaff:x:50:\n";
  expect(parseAccounts(text)).toEqual([
    { name: "root", id: 0, groupId: 0 },
    { name: "staff", id: 50, groupId: null },
  ]);
});

it("parseAccounts() gives numbers that an account can have, whatever it reads", () => {
  const field = fc.oneof(fc.string(), fc.nat(), fc.constantFrom("root", "-1", "4294967295", "1e3"));
  const line = fc.array(field, { maxLength: 5 }).map((fields) => fields.join(":"));
  const text = fc.array(line).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(fc.oneof(text, ANY_TEXT), (each) => {
      for (const { name, id, groupId } of parseAccounts(each)) {
        expect(name).not.toMatch(/^$|[:\n]|^[#+-]/u);
        for (const value of groupId === null ? [id] : [id, groupId]) {
          expect(Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32 - 1).toBe(true);
        }
      }
    }),
  );
});

it("findUser() and findGroup() know root by name and by number, and take any other number", async () => {
  expect(await findUser("root")).toEqual({ userId: 0, groupId: 0 });
  expect(await findUser("0")).toEqual({ userId: 0, groupId: 0 });
  expect(await findUser("4123456789")).toEqual({ userId: 4_123_456_789, groupId: null });
  expect(await findGroup("4123456789")).toBe(4_123_456_789);
  expect(await findGroup("0")).toBe(0);
});

it("findUser() and findGroup() do not know whom nobody knows, or what looks like an option", async () => {
  expect(await findUser("no-such-user-here")).toBeNull();
  expect(await findUser("--help")).toBeNull();
  expect(await findGroup("no-such-group-here")).toBeNull();
});
