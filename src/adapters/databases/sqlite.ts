import { spawn, type ChildProcess } from "node:child_process";
import { stat } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { abortReason } from "../../model/abort.ts";
import { DatabaseError, ObservationError, type DatabaseFailure } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import type { DatabaseSession, DatabaseValue, QueryResult } from "../../ports/databases.ts";
import type { ConnectOptions } from "./database-engine.ts";
import { serverSaid } from "./failures.ts";
import { inTurn } from "./in-turn.ts";
import { ROW_LIMIT, VALUES_LIMIT_BYTES } from "./row-buffer.ts";
import { bindParameters, requireReading } from "./sql-text.ts";
import type { ReaderAnswer, ReaderRequest } from "./sqlite-reader.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** How long to wait for somebody who writes, in milliseconds, before saying so. The signal may end it earlier. */
const BUSY_TIMEOUT_MS = 5_000;

/** Primary codes of SQLite. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/**
 * Opens an SQLite file, for reading only.
 *
 * SQLite is synchronous, so it runs in a process of its own, killed when the signal is aborted. A thread does not do: it
 * cannot be stopped while SQLite works on a query (`terminate()` waits for the query's end, and so does the exit of the
 * process; tried), whereas a process is up in 45 ms and gone in 5.
 *
 * The file is never made. In WAL mode, SQLite puts its `-wal` and `-shm` files beside it where they are missing.
 *
 * @param options - Which file, and who gives up.
 * @returns A session.
 * @throws {@link DatabaseError} When there is no such file, or it is no database.
 * @throws {@link ObservationError} When we may not read it.
 */
export async function connectSqlite(options: ConnectOptions): Promise<DatabaseSession> {
  const { address, root, signal } = options;
  const path = resolvePath(root, address.database);
  await unlessAborted(requireFile(address.database, path), signal);
  const { readerFile } = await import("./sqlite-reader.ts");
  if (signal.aborted) throw abortReason(signal);
  const numbers = [BUSY_TIMEOUT_MS, ROW_LIMIT, VALUES_LIMIT_BYTES].map(String);
  const reader = new Reader([readerFile, path, ...numbers], signal);
  try {
    const answer = await reader.next(null);
    if (answer.kind === "ready") return new SqliteSession(reader, `SQLite ${answer.version}`);
    throw connectFailure(answer, path);
  } catch (error) {
    await reader.close();
    throw error;
  }
}

class SqliteSession implements DatabaseSession {
  readonly serverVersion: string;
  readonly #reader: Reader;
  readonly #inTurn = inTurn();

  constructor(reader: Reader, serverVersion: string) {
    this.#reader = reader;
    this.serverVersion = serverVersion;
  }

  readonly query = (
    query: string,
    parameters: readonly DatabaseValue[] = [],
  ): Promise<QueryResult> =>
    this.#inTurn(async () => {
      requireReading(query, "sqlite");
      const answer = await this.#reader.next(bindParameters(query, parameters, "sqlite"));
      if (answer.kind !== "result") throw failed("query", answer);
      const { columns, rows, isTruncated } = answer;
      return { columns, rows, isTruncated };
    });

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.close();
  }
}

/** The process that reads, one answer at a time. */
class Reader {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #signal: AbortSignal;
  #failure: Error | null = null;
  #waiting: PromiseWithResolvers<ReaderAnswer> | null = null;

  constructor(args: readonly string[], signal: AbortSignal) {
    this.#signal = signal;
    // An environment of its own: options of Node are not meant for it.
    this.#child = spawn(process.execPath, args, {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: {},
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", () => {
        resolve();
        this.#fail(new ObservationError("the process that reads SQLite files ended by itself"));
      });
      this.#child.once("error", (error) => {
        if (this.#child.pid === undefined) resolve();
        this.#fail(new ObservationError(`a process to read SQLite files failed: ${error.message}`));
      });
    });
    this.#child.on("message", (answer: ReaderAnswer) => {
      this.#waiting?.resolve(answer);
      this.#waiting = null;
    });
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  // Asks, unless there is nothing to ask as yet, and waits for the answer.
  async next(request: ReaderRequest | null): Promise<ReaderAnswer> {
    if (this.#failure !== null) throw this.#failure;
    this.#waiting = Promise.withResolvers<ReaderAnswer>();
    const { promise } = this.#waiting;
    if (request !== null) {
      this.#child.send(request, (error) => {
        if (error !== null) this.#fail(new ObservationError("the process that reads has ended"));
      });
    }
    return await promise;
  }

  async close(): Promise<void> {
    this.#fail(new DatabaseError("unreachable", "the file has been closed"));
    await this.#exited;
  }

  readonly #onAbort = (): void => {
    this.#fail(abortReason(this.#signal));
  };

  // It holds nothing that would have to be put in order: it only reads.
  #fail(error: Error): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#child.kill("SIGKILL");
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#waiting = null;
  }
}

async function requireFile(named: string, path: string): Promise<void> {
  if (named === "") throw new DatabaseError("unreachable", "no file is named");
  let isFile: boolean;
  try {
    isFile = (await stat(path)).isFile();
  } catch (error) {
    const code = isRecord(error) ? error["code"] : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new DatabaseError("unreachable", `no such file: ${named}`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new ObservationError(`${named} cannot be looked at: ${reason}`, { cause: error });
  }
  if (!isFile) throw new DatabaseError("refused", `not a file: ${named}`);
}

// Codes have more detail in their higher bits.
function connectFailure(answer: ReaderAnswer, path: string): DatabaseError {
  const code = answer.kind === "failed" ? answer.code & 0xff : 0;
  const isNoDatabase = code === NOT_A_DATABASE || code === CORRUPT;
  return failed(isNoDatabase ? "refused" : "unreachable", answer, path);
}

function failed(failure: DatabaseFailure, answer: ReaderAnswer, path?: string): DatabaseError {
  const { message, code } =
    answer.kind === "failed" ? answer : { message: "the file could not be read", code: 0 };
  const details = [path, code === 0 ? undefined : String(code)].filter(
    (each) => each !== undefined,
  );
  const words = details.length === 0 ? message : `${message} (${details.join(", ")})`;
  return serverSaid(failure, words, (text) => text);
}
