import fc from "fast-check";
import { expect, it } from "vitest";
import { parseIdentity } from "./proc-group.ts";

const FIELDS =
  "S 7 42 1 0 -1 4194560 5126 0 12 0 130 45 0 0 20 0 11 0 2500 7340032 970 18446744073709551615 1 1";

it("parseIdentity() reads group and start, whatever the process is called", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      expect(parseIdentity(`42 (${name}) ${FIELDS}\n`)).toEqual({
        groupId: 42,
        startTicks: 2_500,
        hasEnded: false,
      });
    }),
  );
});

it("parseIdentity() knows one that has ended", () => {
  expect(parseIdentity(`42 (a) ${FIELDS.replace("S", "Z")}`)?.hasEnded).toBe(true);
});

it("parseIdentity() takes nothing else", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const found = parseIdentity(text);
      if (found !== null) expect(found.startTicks).toBeGreaterThanOrEqual(0);
    }),
  );
  for (const text of ["", "42", "42 (a", "42 (a) S 7", "42 (a) S x y"]) {
    expect(parseIdentity(text)).toBeNull();
  }
});
