import { closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Connection } from "./connection.ts";
import { stateFailure } from "./failures.ts";
import { makeFolder } from "./folder.ts";
import { formatOf, migrate } from "./migrate.ts";
import { readNothing, readState } from "./reads.ts";
import { MIGRATIONS } from "./schema.ts";
import type { StoreCall } from "./store-calls.ts";
import { commitChanges } from "./writes.ts";

const BUSY_TIMEOUT_MS = 5_000;
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
   * Carries out one call.
   *
   * @param call - What is asked.
   * @returns What the store's function of that name gives.
   * @throws {@link StateError} When the file cannot be read or written.
   */
  answer(call: StoreCall): unknown {
    try {
      if (call.method === "commit") return commitChanges(this.#open(), call.changes, call.expect);
      if (this.#connection === null && !existsSync(this.#path)) return readNothing(call);
      return readState(this.#open(), call);
    } catch (error) {
      throw stateFailure(error, this.#path);
    }
  }

  [Symbol.dispose](): void {
    this.#connection?.[Symbol.dispose]();
    this.#connection = null;
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
  // Before anything is written: what is refused is left as it is.
  formatOf(database, MIGRATIONS);
  // Decisions must survive a loss of power as well.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  migrate(database, path, MIGRATIONS);
}

// Nobody else may read it: it tells how machines are set up. What SQLite puts beside it is as private.
function prepareFile(path: string): void {
  makeFolder(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, "a", PRIVATE_FILE));
}
