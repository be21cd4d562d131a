import fc from "fast-check";
import { expect, it } from "vitest";
import { wantsPage } from "./accepts.ts";

it.each([
  [undefined, false],
  ["", false],
  ["*/*", false],
  ["application/json", false],
  ["text/html", true],
  ["TEXT/HTML; charset=utf-8", true],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
  ["application/json, text/html;q=0.9", false],
  ["application/json;q=0.5, text/html;q=0.5", true],
  ["text/html;q=0", false],
  ["text/html;q=nonsense", false],
  ["text/html;q=7", false],
])("wantsPage() tells from %j: %s", (accept, expected) => {
  expect(wantsPage(accept)).toBe(expected);
});

it("wantsPage() takes any header", () => {
  fc.assert(
    fc.property(fc.string(), (accept) => {
      expect(typeof wantsPage(accept)).toBe("boolean");
    }),
  );
});
