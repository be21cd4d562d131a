import { DatabaseError } from "../../model/errors.ts";
import { InvalidOption } from "../../model/options.ts";
import type { Dialect } from "../../model/sql-pieces.ts";
import * as rules from "../../model/sql-query.ts";
import type { DatabaseValue } from "../../ports/databases.ts";

/**
 * Makes sure that a text is one that reads, before it is sent.
 *
 * @param query - One SQL statement.
 * @param dialect - Who will read it.
 * @throws {@link DatabaseError} When it may do more than read.
 */
export function requireReading(query: string, dialect: Dialect): void {
  ofQuery(() => {
    rules.requireReading(query, dialect);
  });
}

/**
 * Turns `$1`, `$2` … into what the engine understands.
 *
 * @param query - One SQL statement.
 * @param parameters - Values for `$1`, `$2` …
 * @param dialect - Who will read it.
 * @returns The text and the values to send with it.
 * @throws {@link DatabaseError} When the text and the values do not go together.
 */
export function bindParameters(
  query: string,
  parameters: readonly DatabaseValue[],
  dialect: Exclude<Dialect, "postgresql">,
): { readonly text: string; readonly values: readonly DatabaseValue[] } {
  return ofQuery(() => rules.bindParameters(query, parameters, dialect));
}

// What is wrong with an option where it is declared is wrong with the query where it is sent.
function ofQuery<T>(apply: () => T): T {
  try {
    return apply();
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    throw new DatabaseError("query", `the query ${error.message}`, { cause: error });
  }
}
