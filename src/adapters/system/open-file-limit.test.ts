import fc from "fast-check";
import { expect, it } from "vitest";
import { openFileLimit, parseOpenFileLimit } from "./open-file-limit.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            20000                1048576              files
`;

it("parseOpenFileLimit() reads the soft limit", () => {
  expect(parseOpenFileLimit(LIMITS)).toBe(20_000);
  expect(parseOpenFileLimit(LIMITS.replace("20000", "unlimited"))).toBe(Infinity);
});

it("parseOpenFileLimit() gives null for what is no limit, and never throws", () => {
  expect(parseOpenFileLimit(LIMITS.replace("20000", "-5"))).toBeNull();
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseOpenFileLimit(text)).toBeNull();
    }),
  );
});

it("openFileLimit() knows a limit of this process", () => {
  expect(openFileLimit()).toBeGreaterThan(0);
});
