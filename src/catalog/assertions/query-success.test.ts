import { expect, it } from "vitest";
import { databaseWorld, failingDatabase } from "../../../test/support/database-world.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { QuerySuccessAssert } from "./query-success.ts";

const { kind } = QuerySuccessAssert;

const base = { sqlQuery: "SELECT id, name FROM users", connection: { engine: "postgresql" } };
const ROWS = [
  [1, "ada"],
  ["2", null],
];
const COLUMNS = { columns: ["id", "name"] };

it("QuerySuccessAssert passes when the query succeeds, whatever it gives", async () => {
  const { world, queries, closed } = databaseWorld(ROWS);
  const sqlQuery = `${base.sqlQuery} WHERE id > $1 AND name <> $2`;
  const options = { ...base, sqlQuery, parameters: [5, "x"] };
  const judgement = await probe(kind, options, { world });
  expect(judgement).toEqual({ verdict: "pass", expected: "success", actual: "2 rows" });
  expect(queries).toEqual([{ query: sqlQuery, parameters: [5, "x"] }]);
  expect(closed()).toBe(1);
});

it.each([
  [{ expectedRows: 2 }, "pass", "2 rows", "2 rows"],
  [{ expectedRows: 1 }, "fail", "1 row", "2 rows"],
  [{ expectedValue: 1 }, "pass", "1", "1"],
  [{ expectedValue: "1.0" }, "pass", '"1.0"', "1"],
  [{ expectedValue: true }, "pass", "true", "1"],
  [{ expectedValue: 2 }, "fail", "2", "1"],
  [{ expected: [[1, "ada"], { id: 2 }] }, "pass", "2 rows", "2 rows"],
  [{ expected: [[1, "ada"]] }, "fail", '[1, "ada"]', 'row 2 is ["2", null], one too many'],
  [{ expected: [[1, "bob"]] }, "fail", '[1, "bob"]', 'row 1 is [1, "ada"], not [1, "bob"]'],
  [{ expected: [{ id: 1 }, { name: null }, [3]] }, "fail", "3 rows", "row 3 is missing"],
  [
    { expected: [{ nickname: "ada" }, [2, null]] },
    "fail",
    "2 rows",
    'row 1 is [1, "ada"], not { nickname: "ada" }',
  ],
] as const)("QuerySuccessAssert of %j judges %s", async (options, verdict, expected, actual) => {
  const { world } = databaseWorld(ROWS, COLUMNS);
  const judgement = await probe(kind, { ...base, ...options }, { world });
  expect(judgement).toEqual({ verdict, expected, actual });
});

it("QuerySuccessAssert fails for a value where there is no row", async () => {
  const { world } = databaseWorld([]);
  const judgement = await probe(kind, { ...base, expectedValue: 0 }, { world });
  expect(judgement).toEqual({ verdict: "fail", expected: "0", actual: "no row" });
});

it("QuerySuccessAssert does not take a beginning for the whole", async () => {
  const { world } = databaseWorld(ROWS, { ...COLUMNS, isTruncated: true });
  const counted = await probe(kind, { ...base, expectedRows: 2 }, { world });
  expect(counted).toMatchObject({ verdict: "fail", actual: "more than 2 rows" });
  const compared = await probe(kind, { ...base, expected: ROWS }, { world });
  expect(compared).toMatchObject({ verdict: "fail", actual: "more than 2 rows" });
});

it.each([
  ["query", "query failed: no such column"],
  ["unreachable", "unreachable: no such column"],
] as const)("QuerySuccessAssert fails when the database is %s", async (failure, actual) => {
  const { world } = failingDatabase(failure, "no such column");
  const judgement = await probe(kind, base, { world });
  expect(judgement).toEqual({ verdict: "fail", expected: "success", actual });
});

it("QuerySuccessAssert takes only one expectation", () => {
  expect(() => bind(kind, { ...base, expectedRows: 1, expectedValue: 1 })).toThrow("only one of");
});

it("QuerySuccessAssert takes an assertion for its connection", () => {
  const connection = { kind: "database-connection", parameters: { engine: "mysql" } };
  const bound = bind(kind, { ...base, connection });
  expect(bound["connection"]).toMatchObject({ engine: "mysql", port: 3306 });
});

it("QuerySuccessAssert shows long SQL on one line, shortened", () => {
  const sqlQuery = `SELECT *\n  FROM users WHERE ${"x".repeat(100)}`;
  const parameters = bind(kind, { ...base, sqlQuery, expectedRows: 0 });
  expect(kind.claim(parameters)).toMatch(/^SELECT \* FROM users WHERE x+… gives 0 rows$/u);
  expect(kind.subject(parameters)).toHaveLength(60);
});

it.each([
  ["SELEC 1", "must begin with SELECT"],
  ["CREATE TABLE t (a int)", "must begin with SELECT"],
  ["SELECT 1 WHERE a = ?", "must not hold the placeholder ?"],
  ["SELECT $1", "uses parameters up to $1: got 0 parameters"],
])("QuerySuccessAssert refuses %s where it is declared", (sqlQuery, message) => {
  for (const engine of ["postgresql", "mysql", "sqlite"]) {
    const place = engine === "sqlite" ? { engine, database: "a.db" } : { engine };
    const declare = (): unknown => bind(kind, { sqlQuery, connection: place });
    expect(declare).toThrow(expect.objectContaining({ property: "sqlQuery" }));
    expect(declare).toThrow(message);
  }
});
