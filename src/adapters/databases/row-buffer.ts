import type { DatabaseValue, QueryResult } from "../../ports/databases.ts";

/** How many rows of a result are kept. */
export const ROW_LIMIT = 1_000;

/** How much of a result is kept, in bytes of its values. */
export const VALUES_LIMIT_BYTES = 1024 * 1024;

/** What a value that is no text counts, in bytes. */
const PLAIN_VALUE_BYTES = 8;

/** The rows of a result that are kept: the first ones, up to a limit of rows and of bytes. */
export class RowBuffer {
  readonly #rows: (readonly DatabaseValue[])[] = [];
  #bytes = 0;
  #isTruncated = false;

  /**
   * Whether a row was left out; from then on, all are.
   *
   * @returns False as long as nothing is missing.
   */
  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  /**
   * Keeps a row if there is room.
   *
   * @param row - One value for each column.
   */
  add(row: readonly DatabaseValue[]): void {
    if (this.#isTruncated) return;
    for (const value of row) this.#bytes += sizeOf(value);
    if (this.#rows.length >= ROW_LIMIT || this.#bytes > VALUES_LIMIT_BYTES) this.truncate();
    else this.#rows.push(row);
  }

  /** Notes that there is more than what is kept. */
  truncate(): void {
    this.#isTruncated = true;
  }

  /**
   * Gives what was kept.
   *
   * @param columns - The names of the columns.
   * @returns The result.
   */
  result(columns: readonly string[]): QueryResult {
    return { columns, rows: this.#rows, isTruncated: this.#isTruncated };
  }
}

function sizeOf(value: DatabaseValue): number {
  return typeof value === "string" ? Buffer.byteLength(value) : PLAIN_VALUE_BYTES;
}
