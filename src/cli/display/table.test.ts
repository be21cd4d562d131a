import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Watchlist } from "../../app/watch-services.ts";
import { DEFAULT_THRESHOLDS, INITIAL_STATE, transition } from "../../engine/transition.ts";
import { displayWidth } from "../../model/text.ts";
import { renderTable } from "./table.ts";

/** A list in which each service has failed as often as is said; none means one pass. */
function listOf(failures: readonly (readonly [name: string, failures: number])[]): Watchlist {
  const services = failures.map(([name]) => ({ name, url: "http://a/" }));
  const list = new Watchlist("shop", services);
  for (const [index, [name, count]] of failures.entries()) {
    let state = INITIAL_STATE;
    for (let done = 0; done < Math.max(1, count); done += 1) {
      const isHealthy = count === 0;
      const verdict = isHealthy ? "pass" : "fail";
      const before = state;
      state = transition(before, verdict, DEFAULT_THRESHOLDS);
      const error = isHealthy ? null : "Expected 200, got 500";
      const result = { serviceName: name, isHealthy, responseTimeMs: 3, statusCode: 200, error };
      list.add({ service: { name, url: "" }, index, result, verdict, before, after: state });
    }
  }
  return list;
}

const size = { columns: 90, rows: 24, hasColor: false, elapsedMs: 61_000 };

it("renderTable() shows state, time, the last results and why", () => {
  const table = renderTable(
    listOf([
      ["api", 0],
      ["payments", 4],
      ["new", 1],
    ]),
    size,
  );
  expect(table.split("\n")).toEqual([
    "shop  1 unhealthy, 1 unknown, 1 healthy  1 min 1 s",
    "",
    "  STATE      SERVICE        TIME  LAST 20               REASON",
    "✓ healthy    api            3 ms  ▪",
    "✗ unhealthy  payments       3 ms  ✗✗✗✗                  Expected 200, got 500",
    "? unknown    new            3 ms  ✗",
    "    failing 1 of 3: Expected 200, got 500",
    "",
    "Ctrl-C stops.",
  ]);
});

it("renderTable() keeps to the size of the terminal, the worst first when there is no room", () => {
  const many = Array.from({ length: 50 }, (_, index) => [`s${String(index)}`, 0] as const);
  const table = renderTable(listOf([...many, ["broken", 3]]), { ...size, rows: 10 });
  expect(table.split("\n").length).toBeLessThan(10);
  expect(table).toContain("✗ unhealthy  broken");
  expect(table).toContain("… and 48 more");
});

it.each([40, 60, 80])(
  "renderTable() tells every reason in %i columns, and is no wider",
  (columns) => {
    const list = listOf([
      ["a-service-with-a-rather-long-name-indeed", 3],
      ["api", 0],
    ]);
    const table = renderTable(list, { ...size, columns });
    expect(table).toContain("Expected 200, got 500");
    for (const line of table.split("\n").slice(1)) {
      expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  },
);

it("renderTable() says the same with and without colour, and never more than fits", () => {
  const names = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.nat(5)), { minLength: 1 });
  fc.assert(
    fc.property(names, fc.integer({ min: 40, max: 200 }), (services, columns) => {
      const list = listOf(services);
      const plain = renderTable(list, { ...size, columns });
      const colored = renderTable(list, { ...size, columns, hasColor: true });
      expect(stripVTControlCharacters(colored)).toBe(plain);
      // eslint-disable-next-line no-control-regex -- what a name may not bring to the terminal
      expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
      for (const line of plain.split("\n").slice(1)) {
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }
    }),
    { numRuns: 50 },
  );
});
