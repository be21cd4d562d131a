import type { DatabaseAddress } from "../model/database.ts";

export type { DatabaseAddress, DatabaseEngine } from "../model/database.ts";

/** One value of a row: what JSON holds. Dates are ISO 8601, what does not fit a number is text, bytes are hexadecimal. */
export type DatabaseValue = string | number | boolean | null;

/** What a query gave. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly DatabaseValue[])[];
  /** True when there were more rows than what was kept. */
  readonly isTruncated: boolean;
}

/** A connection to a database, in a transaction that can only read. */
export interface DatabaseSession extends AsyncDisposable {
  /** What the server says it is, such as `PostgreSQL 17.2`. */
  readonly serverVersion: string;
  /**
   * Asks a question.
   *
   * @param query - One SQL statement; `?` is not replaced, there are no parameters besides those given.
   * @param parameters - Values for `$1`, `$2` …, written the same for every engine.
   * @returns At most 1,000 rows.
   * @throws {@link DatabaseError} When the server refuses the query.
   */
  readonly query: (query: string, parameters?: readonly DatabaseValue[]) => Promise<QueryResult>;
}

/** Databases, over the network or in a file. */
export interface Databases {
  /**
   * Connects.
   *
   * @throws {@link DatabaseError} When the server cannot be reached or refuses us: it says which of the two.
   * @throws {@link ObservationError} When our own means fail: a secret, a driver that is not installed.
   */
  readonly connect: (address: DatabaseAddress, signal: AbortSignal) => Promise<DatabaseSession>;
}
