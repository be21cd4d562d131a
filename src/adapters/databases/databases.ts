import type { DatabaseEngine, Databases } from "../../ports/databases.ts";
import type { Resolver } from "../../ports/resolver.ts";
import type { Secrets } from "../../ports/secrets.ts";
import { systemResolver } from "../network/system-resolver.ts";
import type { ConnectEngine } from "./database-engine.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** Each engine with its file: a driver takes 50 ms and more to load, so nobody loads one that nobody asked for. */
const ENGINES: Readonly<Record<DatabaseEngine, () => Promise<ConnectEngine>>> = {
  postgresql: async () => (await import("./postgresql.ts")).connectPostgresql,
  mysql: async () => (await import("./mysql.ts")).connectMysql,
  sqlite: async () => (await import("./sqlite.ts")).connectSqlite,
  redis: async () => (await import("./redis.ts")).connectRedis,
};

/** Where passwords and files come from, and who looks up names. */
export interface DatabasesOptions {
  readonly secrets: Secrets;
  /** Asked for the addresses of hosts; the system's own way by default. */
  readonly resolver?: Resolver;
  /** The folder that the path of an SQLite file is relative to; the working directory by default. */
  readonly root?: string;
}

/**
 * Makes the way to databases: PostgreSQL, MySQL and MariaDB, SQLite, and connections to Redis.
 *
 * Only queries that read are sent, see {@link readingQuery}, in a transaction that can only read, or from a file that is
 * open for reading only.
 *
 * @param options - Where passwords and files come from, and who looks up names.
 * @returns Databases; nothing is opened yet.
 */
export function databases(options: DatabasesOptions): Databases {
  const { secrets, resolver = systemResolver(), root = process.cwd() } = options;
  return {
    connect: async (address, signal) => {
      const [connect, password] = await unlessAborted(
        Promise.all([
          ENGINES[address.engine](),
          address.password === null ? null : secrets.resolve(address.password),
        ]),
        signal,
      );
      return await connect({ address, password, resolver, root, signal });
    },
  };
}
