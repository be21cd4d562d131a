import { DatabaseError, type DatabaseFailure } from "../../src/model/errors.ts";
import type { DatabaseAddress, Databases, DatabaseValue } from "../../src/ports/databases.ts";
import type { World } from "../../src/ports/world.ts";

/** What a database is asked, and whether we took our leave. */
export interface DatabaseWorld {
  readonly world: Partial<World>;
  readonly addresses: DatabaseAddress[];
  readonly queries: { readonly query: string; readonly parameters: readonly DatabaseValue[] }[];
  readonly closed: () => number;
}

/** A database that answers every query with the same rows. */
export function databaseWorld(
  rows: readonly (readonly DatabaseValue[])[],
  parts: { readonly columns?: readonly string[]; readonly isTruncated?: boolean } = {},
): DatabaseWorld {
  return worldOf(() => Promise.resolve({ columns: [], isTruncated: false, ...parts, rows }));
}

/** A database that fails: at once, or when it is asked something. */
export function failingDatabase(failure: DatabaseFailure, reason: string): DatabaseWorld {
  const error = new DatabaseError(failure, reason);
  if (failure === "query") return worldOf(() => Promise.reject(error));
  return brokenDatabases(error);
}

/** Databases to which nobody gets through. */
export function brokenDatabases(error: Error): DatabaseWorld {
  const databases: Databases = { connect: () => Promise.reject(error) };
  return {
    world: { databases: () => Promise.resolve(databases) },
    addresses: [],
    queries: [],
    closed: () => 0,
  };
}

function worldOf(
  answer: () => ReturnType<Awaited<ReturnType<Databases["connect"]>>["query"]>,
): DatabaseWorld {
  const addresses: DatabaseAddress[] = [];
  const queries: { query: string; parameters: readonly DatabaseValue[] }[] = [];
  let closed = 0;
  const databases: Databases = {
    connect: (address) => {
      addresses.push(address);
      return Promise.resolve({
        serverVersion: "PostgreSQL 17.2",
        query: (query, parameters = []) => {
          queries.push({ query, parameters });
          return answer();
        },
        [Symbol.asyncDispose]: () => {
          closed += 1;
          return Promise.resolve();
        },
      });
    },
  };
  const world = { databases: () => Promise.resolve(databases) };
  return { world, addresses, queries, closed: () => closed };
}
