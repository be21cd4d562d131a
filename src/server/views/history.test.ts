import fc from "fast-check";
import { expect, it } from "vitest";
import { result } from "../../../test/support/watching.ts";
import { resultPage, uptimeOf } from "./history.ts";
import { momentOf, momentOrNull } from "./moments.ts";

it("resultPage() gives every result on exactly one page, those of one millisecond together", () => {
  const times = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 });
  fc.assert(
    fc.property(times, fc.integer({ min: 3, max: 10 }), (at, limit) => {
      const rows = [...new Set(at)]
        .flatMap((each, index) => (index % 3 === 0 ? [each, each] : [each]))
        .sort((one, other) => one - other)
        .map((each) => result("web", each));
      const seen: string[] = [];
      let to = 1_000;
      for (let pages = 0; pages < 100; pages += 1) {
        const found = rows.filter((row) => row.at < to).slice(-limit - 1);
        const { results, next } = resultPage(found, limit);
        seen.push(...results.map((each) => each.at));
        if (next === null) break;
        to = Date.parse(next);
      }
      expect(seen).toEqual(rows.map((row) => momentOf(row.at)).toReversed());
    }),
  );
});

it("resultPage() goes on even where more results than it holds are of one millisecond", () => {
  const rows = [1, 5, 5, 5].map((at) => result("web", at));
  expect(resultPage(rows.slice(1), 2)).toMatchObject({ next: momentOf(5) });
  expect(resultPage(rows.slice(0, 1), 2)).toMatchObject({ next: null });
});

it.each([
  [[], null],
  [[{ passes: 0, degraded: 0, failures: 0 }], null],
  [[{ passes: 2, degraded: 1, failures: 1 }], 0.75],
  [
    [
      { passes: 1, degraded: 0, failures: 0 },
      { passes: 0, degraded: 0, failures: 1 },
    ],
    0.5,
  ],
])("uptimeOf() %j is %s", (rollUps, expected) => {
  expect(uptimeOf(rollUps)).toBe(expected);
});

it("momentOf() writes a moment that everybody can read, whatever it is given", () => {
  expect(momentOf(Date.UTC(2026, 10, 29, 12))).toBe("2026-11-29T12:00:00.000Z");
  expect(momentOrNull(null)).toBeNull();
  fc.assert(
    fc.property(fc.double(), (at) => {
      expect(momentOf(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
    }),
  );
});
