import { expect, it } from "vitest";
import { databaseWorld, failingDatabase } from "../../../test/support/database-world.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { TableExistsAssert } from "./table-exists.ts";

const { kind } = TableExistsAssert;

const postgresql = { connection: { engine: "postgresql", database: "shop" } };
const mysql = { connection: { url: "mysql://127.0.0.1/shop" } };
const sqlite = { connection: { url: "sqlite:///srv/shop.db" } };

it("TableExistsAssert passes when its catalogue has the table", async () => {
  const { world, closed } = databaseWorld([["view"]]);
  const judgement = await probe(kind, { table: "orders", ...postgresql }, { world });
  expect(judgement).toEqual({ verdict: "pass", expected: "table orders", actual: "a view" });
  expect(closed()).toBe(1);
});

it("TableExistsAssert fails when its catalogue does not", async () => {
  const { world } = databaseWorld([]);
  const judgement = await probe(kind, { table: "orders", ...postgresql }, { world });
  expect(judgement).toEqual({ verdict: "fail", expected: "table orders", actual: "no such table" });
});

it("TableExistsAssert fails when the database does not answer", async () => {
  const { world } = failingDatabase("unreachable", "connection refused");
  const judgement = await probe(kind, { table: "orders", ...mysql }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "unreachable: connection refused" });
});

it.each([
  [postgresql, "sales.orders", ["orders", "sales"], "pg_class"],
  [postgresql, "orders", ["orders"], "pg_table_is_visible"],
  [mysql, "sales.orders", ["orders", "sales"], "information_schema.tables"],
  [mysql, "orders", ["orders"], "DATABASE()"],
  [sqlite, "orders", ["orders"], "sqlite_master"],
  [sqlite, "main.orders", ["orders"], "sqlite_master"],
])(
  "TableExistsAssert asks %j for %s by parameters alone",
  async (options, table, parameters, part) => {
    const { world, queries } = databaseWorld([["table"]]);
    await probe(kind, { table, ...options }, { world });
    expect(queries).toHaveLength(1);
    expect(queries[0]?.parameters).toEqual(parameters);
    expect(queries[0]?.query).toContain(part);
    expect(queries[0]?.query).not.toContain("orders");
  },
);

it("TableExistsAssert uses the one connection of its resource", async () => {
  const { world, addresses } = databaseWorld([["table"]]);
  const siblings = [
    { kind: "table-exists", parameters: { table: "orders" } },
    { kind: "database-connection", parameters: { port: 3306, database: "shop" } },
  ];
  await probe(kind, { table: "orders" }, { world, siblings });
  expect(addresses).toMatchObject([{ engine: "mysql", port: 3306, database: "shop" }]);
});

it.each([0, 2])("TableExistsAssert refuses to choose among %i connections", (count) => {
  const sibling = { kind: "database-connection", parameters: { engine: "mysql" } };
  const siblings = Array.from({ length: count }, () => sibling);
  expect(() => bind(kind, { table: "orders" }, { siblings })).toThrow(
    expect.objectContaining({ code: "connection-unknown" }),
  );
});

it("TableExistsAssert refuses a database without SQL, and a schema where there is none", () => {
  const redis = { connection: { url: "redis://127.0.0.1" } };
  expect(() => bind(kind, { table: "orders", ...redis })).toThrow("understands SQL");
  expect(() => bind(kind, { table: "sales.orders", ...sqlite })).toThrow(
    "must be in the schema main",
  );
});

it("TableExistsAssert claims what must be true in words", () => {
  const parameters = bind(kind, { table: "orders", ...mysql });
  expect(kind.claim(parameters)).toBe("table orders exists");
  expect(kind.subject(parameters)).toBe("orders mysql://127.0.0.1:3306/shop");
});
