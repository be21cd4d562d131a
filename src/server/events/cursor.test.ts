import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cursorText, parseCursor, parseEventId } from "./cursor.ts";

const project = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u);
const id = fc.maxSafeNat();

describe("a cursor", () => {
  it("is read as it was written", () => {
    const entries = fc.uniqueArray(fc.tuple(project, id), {
      minLength: 1,
      maxLength: 50,
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(entries, (all) => {
        const cursor = new Map(all);
        expect(parseCursor(cursorText(cursor) ?? "")).toEqual(cursor);
      }),
    );
  });

  it("is written in one way only", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseCursor(text);
        if (read !== null) expect(cursorText(read)).toBe(text);
        else expect(read).toBeNull();
      }),
    );
  });

  it.each([
    ...["", ",", "=", "shop", "shop=", "=1", "shop=01", "shop=-1", "shop=1.5", "shop=1e3"],
    ...["shop=1,", ",shop=1", "shop=1,shop=2", "shop=1;mail=2", "shop = 1", "shop=1\n", "-a=1"],
    ...["shop=9007199254740992", `${"a".repeat(64)}=1`, `a=1,${"b=1,".repeat(3_000)}c=1`],
  ])("is nothing like %j", (text) => {
    expect(parseCursor(text)).toBeNull();
  });

  it("is not written when no client could send it back", () => {
    const many = Array.from({ length: 200 }, (_, place) => [
      `${"a".repeat(50)}${String(place)}`,
      1,
    ]);
    expect(cursorText(new Map(many as [string, number][]))).toBeNull();
  });
});

describe("the id of an event", () => {
  it("is a number that is written in one way only", () => {
    fc.assert(
      fc.property(id, (number) => {
        expect(parseEventId(String(number))).toBe(number);
      }),
    );
    for (const text of ["", "-1", "01", "1.0", "1e3", "0x1", " 1", "9007199254740992", "∞", "१"]) {
      expect(parseEventId(text)).toBeNull();
    }
  });
});
