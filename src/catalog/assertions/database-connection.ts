import { assertion } from "../../model/assertion.ts";
import {
  askDatabase,
  describeDatabaseFailure,
  type DatabaseAnswer,
} from "../../model/database-answer.ts";
import {
  addressOf,
  CONNECTION_FIELDS,
  CONNECTION_KIND,
  databaseLane,
  resolveConnection,
  shownConnection,
} from "../../model/database-connection.ts";
import type { World } from "../../ports/world.ts";

/**
 * A database accepts a connection, with the credentials given.
 *
 * PostgreSQL, MySQL, MariaDB, Redis, or the file of an SQLite database. Other assertions of the same resource use its
 * connection, if it is the only one there.
 *
 * @example
 * ```ts
 * new DatabaseConnectionAssert({
 *   url: "postgresql://127.0.0.1:5432/app",
 *   credentials: { user: "app", passwordEnv: "DB_PASSWORD" },
 * });
 * ```
 */
export class DatabaseConnectionAssert extends assertion({
  kind: CONNECTION_KIND,
  name: "DatabaseConnectionAssert",
  summary: "A database accepts a connection.",
  uses: ["databases"],
  lane: (connection) => databaseLane(connection),
  fields: CONNECTION_FIELDS,
  bind: (declared, { target }) => {
    const { engine, host, port, database, tls } = resolveConnection(declared, target);
    return {
      engine,
      host: host ?? undefined,
      port: port ?? undefined,
      database: database ?? undefined,
      tls,
    };
  },
  claim: (connection) => {
    const user = connection.credentials?.user ?? null;
    return `${shownConnection(connection)} accepts a connection${user === null ? "" : ` of ${user}`}`;
  },
  subject: (connection) => shownConnection(connection),
  probe: async (connection, world: World, { signal }) => {
    const databases = await world.databases();
    return await askDatabase(
      () => databases.connect(addressOf(connection), signal),
      ({ serverVersion }) => serverVersion,
    );
  },
  judge: (answer: DatabaseAnswer<string>) => {
    const expected = "a connection";
    return answer.failure === null
      ? { verdict: "pass", expected, actual: answer.seen }
      : { verdict: "fail", expected, actual: describeDatabaseFailure(answer) };
  },
  samples: [
    {
      options: { engine: "postgresql", database: "app", credentials: { user: "app" } },
      observation: { failure: null, seen: "PostgreSQL 17.2" },
      verdict: "pass",
    },
    {
      options: { url: "redis://127.0.0.1:6379" },
      observation: { failure: "unreachable", reason: "connection refused (127.0.0.1:6379)" },
      verdict: "fail",
    },
    {
      options: { engine: "mysql", credentials: { user: "app", passwordEnv: "DB_PASSWORD" } },
      observation: { failure: "refused", reason: "Access denied for user 'app'@'localhost'" },
      verdict: "fail",
    },
  ],
}) {}
