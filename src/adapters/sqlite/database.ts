import { closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Connection } from "./connection.ts";
import { stateFailure } from "./failures.ts";
import { makeFolder } from "./folder.ts";
import { formatOf, migrate } from "./migrate.ts";
import { readNothing, readState } from "./reads.ts";
import { MIGRATIONS } from "./schema.ts";
import type { StoreCall, StoreRead } from "./store-calls.ts";
import { commitAll, type Commit } from "./writes.ts";

const BUSY_TIMEOUT_MS = 5_000;
const BUSY_POLL_MS = 5;
const PRIVATE_FILE = 0o600;

/** The state of a project in one SQLite file, synchronously. The first commit makes it; until then, nothing is written. */
export class StateDatabase implements Disposable {
  readonly #path: string;
  #connection: Connection | null = null;

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
  answerAll(calls: readonly StoreCall[]): readonly unknown[] {
    const answers: unknown[] = [];
    for (let next = calls[0]; next !== undefined; next = calls[answers.length]) {
      if (next.method === "commit") {
        const left = calls.slice(answers.length);
        const end = left.findIndex(({ method }) => method !== "commit");
        const commits = left.slice(0, end === -1 ? left.length : end).filter(isCommit);
        answers.push(...this.#commitAll(commits));
      } else answers.push(this.#guarded(next, (call) => this.#read(call)));
    }
    return answers;
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

  #read(call: StoreRead): unknown {
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
      // Decisions must survive a loss of power as well.
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

function isCommit(call: StoreCall): call is Extract<StoreCall, { readonly method: "commit" }> {
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
