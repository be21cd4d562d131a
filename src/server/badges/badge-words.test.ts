import fc from "fast-check";
import { expect, it } from "vitest";
import { healthBadgeOf, shownUptime, uptimeBadgeOf } from "./badge-words.ts";

it.each([
  [1, "100%"],
  [0.999_999, "99.99%"],
  [1 - Number.EPSILON / 2, "99.99%"],
  [0.9995, "99.95%"],
  [0.995, "99.5%"],
  [0.57, "57%"],
  [0.123_49, "12.34%"],
  [0, "0%"],
])("shownUptime() writes %d as %s", (uptime, expected) => {
  expect(shownUptime(uptime)).toBe(expected);
});

it("shownUptime() never says more than is true, and 100 % only without a failure", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), fc.nat(1_000), (good, bad) => {
      fc.pre(good + bad > 0);
      const shown = Number(shownUptime(good / (good + bad)).replace("%", ""));
      const percent = (100 * good) / (good + bad);
      expect(shown).toBeLessThanOrEqual(percent + 1e-8);
      expect(shown).toBeGreaterThan(percent - 0.010_001);
      expect(shown === 100).toBe(bad === 0);
    }),
  );
});

it.each([
  ["healthy", "good"],
  ["degraded", "fair"],
  ["unhealthy", "bad"],
  ["unknown", "unknown"],
] as const)("healthBadgeOf() shows %s as %s", (health, tone) => {
  expect(healthBadgeOf("web", health)).toEqual({ label: "web", value: health, tone });
});

it.each([
  [1, "100%", "good"],
  [0.9989, "99.89%", "fair"],
  [0.5, "50%", "bad"],
  [null, "no data", "unknown"],
] as const)("uptimeBadgeOf() shows %s as %s, %s", (uptime, value, tone) => {
  expect(uptimeBadgeOf("web", 30, uptime)).toEqual({ label: "web uptime 30d", value, tone });
});
