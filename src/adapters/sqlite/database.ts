import { closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StateError } from "../../model/deploy-errors.ts";
import type { FoldReport } from "../../ports/watch-store.ts";
import { Connection } from "./connection.ts";
import { stateFailure } from "./failures.ts";
import { makeFolder } from "./folder.ts";
import { fold } from "./history-fold.ts";
import { writeBatch } from "./history-writes.ts";
import { formatOf, migrate } from "./migrate.ts";
import { readNothing, readState } from "./reads.ts";
import { MIGRATIONS } from "./schema.ts";
import type { StoreCall, StoreRead } from "./store-calls.ts";
import { commitAll, type Commit } from "./writes.ts";

const BUSY_TIMEOUT_MS = 5_000;
const BUSY_POLL_MS = 5;
const PRIVATE_FILE = 0o600;

const NOTHING_FOLDED: FoldReport = { folded: 0, isShortened: false };

/** What is answered at once. */
export type QuickCall = StoreRead | StoreCall<"commit" | "record">;

/** The state of a project in one SQLite file, synchronously. The first commit makes it; until then, nothing is written. */
export class StateDatabase implements Disposable {
  readonly #path: string;
  #connection: Connection | null = null;
  /** Numbers of resources in histories. */
  readonly #owners = new Map<string, number>();

  /**
   * Opens nothing yet.
   *
   * @param path - The absolute path of the file.
   */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Carries out calls, one after the other. Commits that follow one another become durable together.
   *
   * @param calls - What is asked.
   * @returns For each what the store's function of that name gives, or the {@link StateError} that it rejects with.
   */
  answerAll(calls: readonly QuickCall[]): readonly unknown[] {
    const answers: unknown[] = [];
    for (let next = calls[0]; next !== undefined; next = calls[answers.length]) {
      if (next.method === "commit") {
        const left = calls.slice(answers.length);
        const end = left.findIndex(({ method }) => method !== "commit");
        const commits = left.slice(0, end === -1 ? left.length : end).filter(isCommit);
        answers.push(...this.#commitAll(commits));
      } else answers.push(this.#guarded(next, (call) => this.#answer(call)));
    }
    return answers;
  }

  /**
   * Folds history. It is a commit of nobody's, in slices: between two of them, others are answered.
   *
   * @param call - The time, and how long what is kept.
   * @yields After each slice.
   * @returns A report, or the {@link StateError} that the store's function rejects with.
   */
  *fold(call: StoreCall<"fold">): Generator<undefined, FoldReport | StateError> {
    try {
      if (this.#connection === null && !existsSync(this.#path)) return NOTHING_FOLDED;
      return yield* fold(this.#open(), { ...call, known: this.#owners });
    } catch (error) {
      return stateFailure(error, this.#path);
    }
  }

  [Symbol.dispose](): void {
    this.#connection?.[Symbol.dispose]();
    this.#connection = null;
  }

  #commitAll(commits: readonly Commit[]): readonly unknown[] {
    const results = this.#guarded(commits, (all) => commitAll(this.#open(), all));
    return commits.map((_, index) => {
      const result: unknown = Array.isArray(results) ? results[index] : results;
      return result instanceof Error ? stateFailure(result, this.#path) : result;
    });
  }

  #answer(call: StoreRead | StoreCall<"record">): unknown {
    if (call.method === "record") {
      writeBatch(this.#open(), call.batch, this.#owners);
      return null;
    }
    if (this.#connection === null && !existsSync(this.#path)) return readNothing(call);
    return readState(this.#open(), call);
  }

  #guarded<T>(of: T, task: (of: T) => unknown): unknown {
    try {
      return task(of);
    } catch (error) {
      return stateFailure(error, this.#path);
    }
  }

  #open(): Connection {
    if (this.#connection !== null) return this.#connection;
    prepareFile(this.#path);
    const database = new DatabaseSync(this.#path, { timeout: BUSY_TIMEOUT_MS });
    try {
      prepareDatabase(database, this.#path);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#connection = new Connection(database);
    return this.#connection;
  }
}

function prepareDatabase(database: DatabaseSync, path: string): void {
  const deadlineMs = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      // Before anything is written: what is refused is left as it is.
      formatOf(database, MIGRATIONS);
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      migrate(database, path, MIGRATIONS);
      return;
    } catch (error) {
      // Whoever makes the file at the same moment holds it in a way that SQLite's own timeout does not wait for.
      if (!isBusy(error) || performance.now() > deadlineMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_POLL_MS);
    }
  }
}

// Nobody else may read it: it tells how machines are set up. What SQLite puts beside it is as private.
function prepareFile(path: string): void {
  makeFolder(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, "a", PRIVATE_FILE));
}

function isCommit(call: QuickCall): call is StoreCall<"commit"> {
  return call.method === "commit";
}

/** The extended codes of SQLite have the primary one in their last byte. */
const PRIMARY_MASK = 0xff;
const BUSY = 5;

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && "errcode" in error && (Number(error.errcode) & PRIMARY_MASK) === BUSY
  );
}
