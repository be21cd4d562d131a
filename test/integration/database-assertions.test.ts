import { DatabaseSync } from "node:sqlite";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { expect, it } from "vitest";
import { databases } from "../../src/adapters/databases/databases.ts";
import { DatabaseConnectionAssert } from "../../src/catalog/assertions/database-connection.ts";
import { QuerySuccessAssert } from "../../src/catalog/assertions/query-success.ts";
import { RowCountAssert } from "../../src/catalog/assertions/row-count.ts";
import { TableExistsAssert } from "../../src/catalog/assertions/table-exists.ts";
import type { World } from "../../src/ports/world.ts";
import type { DatabaseServer } from "../support/database.ts";
import { testFolder } from "../support/folder.ts";
import { startMariadb } from "../support/mariadb.ts";
import { hasPart } from "../support/parts.ts";
import { startPostgres } from "../support/postgres.ts";
import { probe } from "../support/probe.ts";

const STATEMENTS = [
  "CREATE TABLE orders (id INTEGER, price DECIMAL(10, 2))",
  "INSERT INTO orders VALUES (1, 12.50), (2, 3.25), (3, NULL)",
  "CREATE VIEW cheap AS SELECT * FROM orders WHERE price < 5",
];

function worldWith(password: string): Partial<World> {
  const secrets = { resolve: () => Promise.resolve(password), hasVariable: () => true };
  return { databases: () => Promise.resolve(databases({ secrets })) };
}

function connectionTo({ host, port, database, user }: DatabaseServer, engine: string): object {
  const credentials = { user, passwordEnv: "DB_PASSWORD" };
  return { engine, host, port, database, credentials };
}

/** What is true of the tables above, whatever the engine. */
async function expectOrders(world: Partial<World>, connection: object): Promise<void> {
  const passing = [
    probe(DatabaseConnectionAssert.kind, connection, { world }),
    probe(TableExistsAssert.kind, { table: "orders", connection }, { world }),
    probe(RowCountAssert.kind, { table: "orders", min: 3, max: 3, connection }, { world }),
    probe(
      QuerySuccessAssert.kind,
      {
        sqlQuery: "SELECT id, price FROM orders WHERE id < $1 ORDER BY id",
        parameters: [3],
        expected: [[1, 12.5], { price: 3.25 }],
        connection,
      },
      { world },
    ),
  ];
  for (const judgement of await Promise.all(passing)) {
    expect(judgement).toMatchObject({ verdict: "pass" });
  }
  const view = await probe(TableExistsAssert.kind, { table: "cheap", connection }, { world });
  expect(view).toMatchObject({ verdict: "pass", actual: "a view" });
  const none = await probe(TableExistsAssert.kind, { table: "order", connection }, { world });
  expect(none).toMatchObject({ verdict: "fail", actual: "no such table" });
  const absent = { table: "order", min: 1, connection };
  const count = await probe(RowCountAssert.kind, absent, { world });
  expect(count).toMatchObject({ verdict: "fail" });
  expect(count.actual).toMatch(/^query failed: .*order/u);
  const writing = { sqlQuery: "DELETE FROM orders", connection };
  await expect(probe(QuerySuccessAssert.kind, writing, { world })).rejects.toThrow(
    "must begin with SELECT",
  );
}

it("database assertions hold and fail in an SQLite file", async () => {
  using folder = testFolder();
  const file = `${folder.path}/shop.db`;
  const database = new DatabaseSync(file);
  for (const statement of STATEMENTS) database.exec(statement);
  database.close();
  await expectOrders(worldWith(""), { url: `sqlite://${file}` });
});

it.skipIf(!hasPart("postgresql"))("database assertions hold and fail in PostgreSQL", async () => {
  await using server = await startPostgres();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (const statement of STATEMENTS) await client.query(statement);
  await client.query("CREATE SCHEMA sales; CREATE TABLE sales.invoices (id INTEGER)");
  await client.end();
  const world = worldWith(server.password);
  const connection = connectionTo(server, "postgresql");
  await expectOrders(world, connection);
  const hidden = await probe(TableExistsAssert.kind, { table: "invoices", connection }, { world });
  expect(hidden).toMatchObject({ verdict: "fail" });
  const options = { table: "sales.invoices", connection };
  expect(await probe(TableExistsAssert.kind, options, { world })).toMatchObject({
    verdict: "pass",
  });
  const empty = { ...options, max: 0 };
  expect(await probe(RowCountAssert.kind, empty, { world })).toMatchObject({ verdict: "pass" });
  const refused = probe(DatabaseConnectionAssert.kind, connection, { world: worldWith("wrong") });
  expect(await refused).toMatchObject({ verdict: "fail" });
  expect((await refused).actual).toMatch(/^refused: /u);
});

it.skipIf(!hasPart("mariadb"))("database assertions hold and fail in MariaDB", async () => {
  await using server = await startMariadb();
  const client = await createConnection({ uri: server.url });
  for (const statement of STATEMENTS) await client.query(statement);
  await client.end();
  const world = worldWith(server.password);
  const connection = connectionTo(server, "mysql");
  await expectOrders(world, connection);
  const options = { table: `${server.database}.orders`, min: 1, connection };
  expect(await probe(RowCountAssert.kind, options, { world })).toMatchObject({ verdict: "pass" });
  const found = await probe(
    TableExistsAssert.kind,
    { table: options.table, connection },
    { world },
  );
  expect(found).toMatchObject({ verdict: "pass", actual: "a table" });
});
