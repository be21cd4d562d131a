import { expect, it } from "vitest";
import { databaseWorld, failingDatabase } from "../../../test/support/database-world.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { RowCountAssert } from "./row-count.ts";

const { kind } = RowCountAssert;

const connection = { engine: "postgresql" };

it.each([
  [{ min: 3 }, 3, "pass", "at least 3 rows", "3 rows"],
  [{ min: 3 }, "2", "fail", "at least 3 rows", "2 rows"],
  [{ max: 1 }, 1, "pass", "at most 1 row", "1 row"],
  [{ max: 1 }, 2, "fail", "at most 1 row", "2 rows"],
  [{ min: 2, max: 4 }, 5, "fail", "2 to 4 rows", "5 rows"],
  [{ min: 0, max: 0 }, 0, "pass", "0 rows", "0 rows"],
  [{ min: 1 }, 1_000_000, "pass", "at least 1 row", "at least 1000000 rows"],
  [{ max: 2_000_000 }, 2_000_001, "fail", "at most 2000000 rows", "at least 2000001 rows"],
] as const)("RowCountAssert of %j judges %s", async (limits, count, ...judged) => {
  const [verdict, expected, actual] = judged;
  const { world } = databaseWorld([[count]]);
  const judgement = await probe(kind, { table: "jobs", ...limits, connection }, { world });
  expect(judgement).toMatchObject({ verdict, expected, actual });
  expect(judgement.metrics).toEqual({ rowCount: Number(count) });
});

it.each([
  ["postgresql", '"sales"."jobs"'],
  ["mysql", "`sales`.`jobs`"],
  ["sqlite", '"sales"."jobs"'],
])(
  "RowCountAssert quotes names for %s, and counts no further than needed",
  async (engine, quoted) => {
    const { world, queries } = databaseWorld([[1]]);
    const file = engine === "sqlite" ? { database: "/srv/a.db" } : {};
    const options = { table: "sales.jobs", max: 5_000_000, connection: { engine, ...file } };
    await probe(kind, options, { world });
    const query = `SELECT COUNT(*) FROM (SELECT 1 FROM ${quoted} LIMIT 5000001) AS counted`;
    expect(queries).toEqual([{ query, parameters: [] }]);
  },
);

it("RowCountAssert fails when the query does", async () => {
  const { world } = failingDatabase("query", 'relation "jobs" does not exist');
  const judgement = await probe(kind, { table: "jobs", min: 1, connection }, { world });
  const actual = 'query failed: relation "jobs" does not exist';
  expect(judgement).toEqual({ verdict: "fail", expected: "at least 1 row", actual });
});

it("RowCountAssert says nothing when no count comes back", async () => {
  const { world } = databaseWorld([]);
  const judgement = await probe(kind, { table: "jobs", max: 1, connection }, { world });
  expect(judgement.verdict).toBe("error");
});

it("RowCountAssert needs a limit, limits in order, and a name that can be quoted", () => {
  expect(() => bind(kind, { table: "jobs", connection })).toThrow("needs min or max");
  expect(() => bind(kind, { table: "jobs", min: 2, max: 1, connection })).toThrow("at most max");
  expect(() => bind(kind, { table: 'jobs" --', min: 2, connection })).toThrow("name of a table");
});

it("RowCountAssert uses the one connection of its resource, and needs one", () => {
  const siblings = [{ kind: "database-connection", parameters: { engine: "mysql" } }];
  const bound = bind(kind, { table: "jobs", min: 1 }, { siblings });
  expect(bound["connection"]).toMatchObject({ engine: "mysql", host: "127.0.0.1", port: 3306 });
  expect(() => bind(kind, { table: "jobs", min: 1 })).toThrow("got none");
});

it("RowCountAssert claims what must be true in words", () => {
  const parameters = bind(kind, { table: "jobs", min: 1, connection });
  expect(kind.claim(parameters)).toBe("table jobs holds at least 1 row");
});
