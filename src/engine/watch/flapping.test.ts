import fc from "fast-check";
import { expect, it } from "vitest";
import { isFlapping } from "./flapping.ts";

const results = (most: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom("p", "f"), { maxLength: most }).map((all) => all.join(""));

/** As Nagios has it: the share of changes among 21 results, the newest weighing half as much again as the oldest. */
function percentOf(recent: string): number {
  const last = `${"p".repeat(21)}${recent}`.slice(-21);
  const weights = Array.from({ length: 20 }, (_, index) => 0.8 + (0.4 * index) / 19);
  const changed = weights.filter((_, index) => last[index] !== last[index + 1]);
  return (100 * changed.reduce((sum, weight) => sum + weight, 0)) / 20;
}

it("isFlapping() begins at 50 percent, and ends below 25", () => {
  fc.assert(
    fc.property(results(40), (recent) => {
      const percent = percentOf(recent);
      expect(isFlapping(recent, false)).toBe(percent >= 50);
      expect(isFlapping(recent, true)).toBe(recent !== "" && percent >= 25);
    }),
    { numRuns: 1_000 },
  );
});

it("isFlapping() is begun by going up and down, and not by one outage however long", () => {
  expect(isFlapping("pf".repeat(11), false)).toBe(true);
  for (let length = 0; length <= 30; length += 1) {
    expect(isFlapping("f".repeat(length), false)).toBe(false);
    expect(isFlapping(`${"f".repeat(length)}ppppp`, false)).toBe(false);
  }
});

it("isFlapping() goes by the last 21 results alone", () => {
  fc.assert(
    fc.property(results(30), results(21), fc.boolean(), (past, last, was) => {
      const full = last.padStart(21, "p");
      expect(isFlapping(past + full, was)).toBe(isFlapping(full, was));
    }),
  );
});

it("isFlapping() lets a newer change weigh more than an older one", () => {
  // Nine changes each, which are 45 percent by number.
  const newest = `${"p".repeat(12)}${"fp".repeat(4)}f`;
  const oldest = `${"pf".repeat(5)}${"f".repeat(11)}`;
  expect([isFlapping(newest, false), isFlapping(oldest, false)]).toEqual([true, false]);
});

it("isFlapping() is over for what has passed for so long that nothing else is remembered", () => {
  expect(isFlapping("", true)).toBe(false);
});
