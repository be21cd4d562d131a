import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StateError } from "../../model/deploy-errors.ts";

/** What a statement may be given. */
export type Value = string | number | null | Uint8Array;

/** One row, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** An open database, whose statements are compiled once. */
export class Connection implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #isDurable: boolean | null = null;

  /**
   * Takes a database over.
   *
   * @param database - Open; it is closed with the connection.
   */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Tells whether a transaction is under way.
   *
   * @returns True between its beginning and its end.
   */
  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /**
   * Reads one row.
   *
   * @param sql - A statement.
   * @param values - What stands for its question marks.
   * @returns Null when there is none.
   */
  get(sql: string, ...values: readonly Value[]): Row | null {
    return this.#statement(sql).get(...values) ?? null;
  }

  /**
   * Reads all rows.
   *
   * @param sql - A statement.
   * @param values - What stands for its question marks.
   * @returns The rows.
   */
  all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#statement(sql).all(...values);
  }

  /**
   * Reads all rows of two columns of text: for very many of them, in half the time.
   *
   * @param sql - A statement.
   * @returns Each column on its own.
   * @throws {@link StateError} When they hold something else.
   */
  columns(sql: string): readonly [readonly string[], readonly string[]] {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    const columns: [string[], string[]] = [[], []];
    // The types of Node know nothing of it.
    const rows: readonly unknown[] = statement.all();
    for (const row of rows) {
      const pair: readonly unknown[] = Array.isArray(row) ? row : [];
      const [one, other] = pair;
      if (typeof one !== "string" || typeof other !== "string") {
        throw new StateError("the state is damaged: a column holds no text");
      }
      columns[0].push(one);
      columns[1].push(other);
    }
    return columns;
  }

  /**
   * Reads row by row: for those who need not have all of them at once.
   *
   * @param sql - A statement; it must not be used for anything else meanwhile.
   * @param values - What stands for its question marks.
   * @returns The rows.
   */
  each(sql: string, ...values: readonly Value[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values);
  }

  /**
   * Changes something.
   *
   * @param sql - A statement.
   * @param values - What stands for its question marks.
   */
  run(sql: string, ...values: readonly Value[]): void {
    this.#statement(sql).run(...values);
  }

  /**
   * Carries out a task as one transaction.
   *
   * @param task - What reads and changes.
   * @returns What it gives.
   * @throws Whatever it throws; then nothing is changed.
   */
  transaction<T>(task: () => T): T {
    this.run("BEGIN IMMEDIATE");
    try {
      const result = task();
      this.run("COMMIT");
      return result;
    } catch (error) {
      // Of some failures SQLite has gone back by itself.
      if (this.isTransaction) this.run("ROLLBACK");
      throw error;
    }
  }

  /**
   * Says what the next transactions must survive.
   *
   * @param isWanted - Whether a loss of power is among it: decisions wait for the disk, results do not.
   */
  setDurable(isWanted: boolean): void {
    if (this.#isDurable === isWanted) return;
    // It takes effect when it is compiled: it is no statement to keep.
    this.#database.exec(`PRAGMA synchronous = ${isWanted ? "FULL" : "NORMAL"}`);
    this.#isDurable = isWanted;
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

/**
 * Reads a number from a row.
 *
 * @param row - The row; null for none.
 * @param column - Its column.
 * @returns 0 when there is none.
 * @throws {@link StateError} When it holds something else.
 */
export function count(row: Row | null, column: string): number {
  const value = row?.[column] ?? 0;
  if (typeof value === "number") return value;
  throw new StateError(`the state is damaged: column ${column} holds no number`);
}

/**
 * Reads a text from a row.
 *
 * @param row - The row.
 * @param column - Its column.
 * @returns The text.
 * @throws {@link StateError} When it holds something else.
 */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new StateError(`the state is damaged: column ${column} holds no text`);
}

/**
 * Reads bytes from a row.
 *
 * @param row - The row.
 * @param column - Its column.
 * @returns The bytes.
 * @throws {@link StateError} When it holds something else.
 */
export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new StateError(`the state is damaged: column ${column} holds no bytes`);
}
