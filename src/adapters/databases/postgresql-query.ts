import type { Connection } from "pg";
import { isRecord } from "../../model/json.ts";
import type { DatabaseValue, QueryResult } from "../../ports/databases.ts";
import { postgresqlValue } from "./postgresql-values.ts";
import { ROW_LIMIT, RowBuffer } from "./row-buffer.ts";

interface Column {
  readonly name: string;
  readonly type: number;
}

/** What the driver asks a query to send, by its name for each message of the protocol. */
type Message = "parse" | "bind" | "describe" | "execute" | "sync" | "sendCopyFail";

/**
 * A query of which the server sends no more rows than are kept: the extended protocol's portal with a limit, for any
 * statement, without a cursor. The extended protocol takes one statement at a time, so a second one after a semicolon is
 * refused by the server.
 *
 * The driver calls its methods by their names as messages come.
 */
export class PortalQuery {
  /** Settles when the server is done with it. */
  readonly result: Promise<QueryResult>;
  readonly #text: string;
  readonly #values: readonly (string | null)[];
  readonly #rows = new RowBuffer();
  readonly #settle: PromiseWithResolvers<QueryResult> = Promise.withResolvers<QueryResult>();
  #columns: readonly Column[] = [];

  /**
   * Describes a query; the driver submits it.
   *
   * @param text - One SQL statement.
   * @param parameters - Values for `$1`, `$2` …
   */
  constructor(text: string, parameters: readonly DatabaseValue[]) {
    this.#text = text;
    this.#values = parameters.map((value) => (value === null ? null : String(value)));
    this.result = this.#settle.promise;
    // It is heard of where it is awaited, which a connection that fails earlier may keep from happening.
    this.result.catch(() => undefined);
  }

  /**
   * What was read so far, for when the connection had to be closed before the end.
   *
   * @returns A truncated result.
   */
  partialResult(): QueryResult {
    this.#rows.truncate();
    return this.#rows.result(this.#columns.map(({ name }) => name));
  }

  /**
   * Sends it.
   *
   * @param connection - The driver's own.
   */
  submit(connection: Connection): void {
    send(connection, "parse", { text: this.#text, name: "", types: [] });
    send(connection, "bind", { portal: "", statement: "", values: this.#values });
    send(connection, "describe", { type: "P", name: "" });
    // One more than is kept tells that there are more.
    send(connection, "execute", { portal: "", rows: ROW_LIMIT + 1 });
    send(connection, "sync");
  }

  /**
   * Takes the columns.
   *
   * @param message - As the driver read it.
   */
  handleRowDescription(message: unknown): void {
    this.#columns = fieldsOf(message).map((field) => ({
      name: isRecord(field) ? String(field["name"]) : "",
      type: isRecord(field) ? Number(field["dataTypeID"]) : 0,
    }));
  }

  /**
   * Takes a row.
   *
   * @param message - As the driver read it.
   */
  handleDataRow(message: unknown): void {
    if (this.#rows.isTruncated) return;
    const fields = fieldsOf(message);
    this.#rows.add(
      this.#columns.map(({ type }, index) => {
        const field = fields[index];
        return postgresqlValue(typeof field === "string" ? field : null, type);
      }),
    );
  }

  /** Hears that the limit was reached. */
  handlePortalSuspended(): void {
    this.#rows.truncate();
  }

  /** Hears that the statement came to its end; what counts is when the server is ready again. */
  handleCommandComplete(): void {
    // Nothing to note.
  }

  /** Hears that the text held no statement. */
  handleEmptyQuery(): void {
    // An empty result.
  }

  /**
   * Refuses to send data, which no query that reads asks for.
   *
   * @param connection - The driver's own.
   */
  handleCopyInResponse(connection: Connection): void {
    send(connection, "sendCopyFail", "nothing to send");
  }

  /** Leaves out data that no query that reads gives. */
  handleCopyData(): void {
    // Not kept.
  }

  /**
   * Fails.
   *
   * @param error - What the server, or the driver, has to say.
   */
  handleError(error: unknown): void {
    this.#settle.reject(error instanceof Error ? error : new Error(String(error)));
  }

  /** Hears that the server is ready for the next query. */
  handleReadyForQuery(): void {
    this.#settle.resolve(this.#rows.result(this.#columns.map(({ name }) => name)));
  }
}

// Its type declarations say that a limit of rows is text, which it does not take.
function send(connection: Connection, message: Message, ...args: readonly unknown[]): void {
  const method: unknown = Reflect.get(connection, message);
  if (typeof method === "function") Reflect.apply(method, connection, args);
}

function fieldsOf(message: unknown): readonly unknown[] {
  const fields: unknown = isRecord(message) ? message["fields"] : [];
  return Array.isArray(fields) ? fields : [];
}
