import { refuseTooLarge } from "../../model/state-rules.ts";
import type { Connection, Value } from "./connection.ts";

/**
 * Writes a row, in the place of one with the same key.
 *
 * @param connection - The database, in a transaction.
 * @param columns - The table with its columns: `steps (id, document)`.
 * @param values - One for each column.
 */
export function put(connection: Connection, columns: string, values: readonly Value[]): void {
  const places = values.map(() => "?").join(", ");
  connection.run(`INSERT OR REPLACE INTO ${columns} VALUES (${places})`, ...values);
}

/**
 * Writes a document.
 *
 * @param document - What JSON holds.
 * @returns Its text.
 * @throws {@link StateError} When it is too large.
 */
export function json(document: unknown): string {
  const written = JSON.stringify(document);
  refuseTooLarge(Buffer.byteLength(written));
  return written;
}
