import { assertion } from "../../model/assertion.ts";
import {
  askDatabase,
  describeDatabaseFailure,
  type DatabaseAnswer,
} from "../../model/database-answer.ts";
import {
  addressOf,
  connectionOption,
  databaseLane,
  ownConnection,
  shownConnection,
} from "../../model/database-connection.ts";
import type { DatabaseEngine } from "../../model/database.ts";
import { InvalidOption } from "../../model/options.ts";
import { tableName, tableNameParts } from "../../model/table-name.ts";
import type { World } from "../../ports/world.ts";

interface Lookup {
  readonly query: string;
  readonly parameters: readonly string[];
}

/**
 * A table, or a view, exists.
 *
 * A name without a schema is looked for where a query without one would look: in the search path of PostgreSQL, in the
 * connection's database for MySQL. It is spelt as in the catalogue, so that case counts unless the engine says otherwise.
 * MySQL and MariaDB do not tell of tables that a user may not see: to them they do not exist.
 *
 * @example
 * ```ts
 * new TableExistsAssert({ table: "public.orders", connection: { url: "postgresql://127.0.0.1:5432/shop" } });
 * ```
 */
export class TableExistsAssert extends assertion({
  kind: "table-exists",
  name: "TableExistsAssert",
  summary: "A table, or a view, exists.",
  uses: ["databases"],
  lane: ({ connection }) => databaseLane(connection),
  fields: {
    table: tableName().required("The table, or `schema.table`."),
    connection: connectionOption().optional(
      "The database; that of its resource's one DatabaseConnectionAssert by default.",
    ),
  },
  bind: ({ connection: own, table }, binding) => {
    const connection = ownConnection(own, binding);
    const { schema } = tableNameParts(table);
    if (connection.engine === "sqlite" && schema !== null && schema !== "main") {
      throw new InvalidOption(`must be in the schema main of its file: got ${schema}`, {
        property: "table",
      });
    }
    return { connection };
  },
  claim: ({ table }) => `table ${table} exists`,
  subject: ({ table, connection }) => `${table} ${shownConnection(connection)}`.trim(),
  probe: async ({ table, connection }, world: World, { signal }) => {
    const databases = await world.databases();
    const address = addressOf(connection);
    const { query, parameters } = lookupOf(table, address.engine);
    return await askDatabase(
      () => databases.connect(address, signal),
      async (session) => {
        const { rows } = await session.query(query, parameters);
        return String(rows[0]?.[0] ?? "nothing");
      },
    );
  },
  judge: (answer: DatabaseAnswer<string>, { table }) => {
    const expected = `table ${table}`;
    if (answer.failure !== null) {
      return { verdict: "fail", expected, actual: describeDatabaseFailure(answer) };
    }
    const { seen } = answer;
    return seen === "nothing"
      ? { verdict: "fail", expected, actual: "no such table" }
      : { verdict: "pass", expected, actual: `a ${seen}` };
  },
  samples: [
    {
      options: { table: "public.orders" },
      observation: { failure: null, seen: "table" },
      verdict: "pass",
    },
    {
      options: { table: "orders" },
      observation: { failure: null, seen: "nothing" },
      verdict: "fail",
    },
    {
      options: { table: "orders" },
      observation: { failure: "unreachable", reason: "connection refused (127.0.0.1:5432)" },
      verdict: "fail",
    },
  ],
}) {}

function lookupOf(name: string, engine: DatabaseEngine): Lookup {
  const { schema, table } = tableNameParts(name);
  if (engine === "postgresql") return lookupInPostgresql(table, schema);
  return engine === "mysql" ? lookupInMysql(table, schema) : lookupInSqlite(table);
}

// Not in information_schema: that leaves out what the user has no privilege for, and materialized views.
function lookupInPostgresql(table: string, schema: string | null): Lookup {
  const place = schema === null ? "pg_catalog.pg_table_is_visible(c.oid)" : "n.nspname = $2";
  const query =
    "SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END " +
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " +
    `WHERE c.relname = $1 AND ${place} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;
  return { query, parameters: schema === null ? [table] : [table, schema] };
}

function lookupInMysql(table: string, schema: string | null): Lookup {
  const query =
    "SELECT CASE WHEN table_type LIKE '%VIEW' THEN 'view' ELSE 'table' END " +
    "FROM information_schema.tables " +
    `WHERE table_name = $1 AND table_schema = ${schema === null ? "DATABASE()" : "$2"}`;
  return { query, parameters: schema === null ? [table] : [table, schema] };
}

function lookupInSqlite(table: string): Lookup {
  const query =
    "SELECT type FROM sqlite_master WHERE name = $1 COLLATE NOCASE AND type IN ('table', 'view')";
  return { query, parameters: [table] };
}
