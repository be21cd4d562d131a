import type { SecretReference } from "./secret.ts";

/** Databases that can be asked. */
export type DatabaseEngine = "postgresql" | "mysql" | "sqlite" | "redis";

/** How to reach a database. */
export interface DatabaseAddress {
  readonly engine: DatabaseEngine;
  /** Empty for SQLite. */
  readonly host: string;
  /** 0 for SQLite. */
  readonly port: number;
  /** A database's name or, for SQLite, its file; the number of the database for Redis; empty for the default one. */
  readonly database: string;
  readonly user: string | null;
  readonly password: SecretReference | null;
  /** Whether the connection is encrypted: `require` does not look at the certificate, `verify` does. */
  readonly tls: "off" | "require" | "verify";
}

/** Where each engine listens by default. */
export const DEFAULT_PORTS: Readonly<Record<Exclude<DatabaseEngine, "sqlite">, number>> = {
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
};

/** The engines under the names that their makers write. */
export const ENGINE_NAMES: Readonly<Record<DatabaseEngine, string>> = {
  postgresql: "PostgreSQL",
  mysql: "MySQL",
  sqlite: "SQLite",
  redis: "Redis",
};
