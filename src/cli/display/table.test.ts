import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { believed } from "../../../test/support/watched-rows.ts";
import { Watchlist } from "../../app/watching/watchlist.ts";
import { displayWidth } from "../../model/text.ts";
import { renderTable } from "./table.ts";

/** A list in which each resource has failed as often as is said; none means one pass. */
function listOf(failures: readonly (readonly [name: string, failures: number])[]): Watchlist {
  const list = new Watchlist("shop");
  for (const [index, [name, count]] of failures.entries()) {
    const looks = count === 0 ? [true] : Array<boolean>(count).fill(false);
    // The same name may come twice.
    for (const { entry, look } of believed(name, looks)) {
      list.add(`${name}${" ".repeat(index)}`, entry, look);
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
    "  STATE      RESOURCE       TIME  LAST 20               REASON",
    "✓ healthy    api           12 ms  ▪",
    "✗ unhealthy  payments      12 ms  ✗✗✗✗                  expected 200, got 503",
    "? unknown    new           12 ms  ✗",
    "    failing 1 of 3: expected 200, got 503",
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
    expect(table).toContain("expected 200");
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
