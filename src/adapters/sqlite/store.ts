import { join } from "node:path";
import { StateError } from "../../model/deploy-errors.ts";
import type { JournalStep, Version, VersionSummary } from "../../model/deployment.ts";
import type { StateSnapshot, Store } from "../../ports/store.ts";
import { readQuickly } from "./quick-read.ts";
import type { StoreCall, StoreRead } from "./store-calls.ts";
import { StoreThread } from "./thread-client.ts";

/** Where the state of a project is. */
export interface SqliteStoreOptions {
  /** The folder of the project that is ours; it is made by the first commit. */
  readonly folder: string;
}

/** So many versions are listed unless somebody asks for fewer. */
const LIMIT_VERSIONS = 10_000;

/**
 * Keeps the state of a project in one SQLite file, `state.db`. Who only reads reads it here and at once; what is written is
 * written in a thread of its own: SQLite is synchronous, and another writer would hold up everything else for seconds.
 *
 * @param options - Where it is.
 * @returns A store; to be disposed.
 */
export function sqliteStore({ folder }: SqliteStoreOptions): Store {
  const parts = new StoreParts(join(folder, "state.db"));
  return {
    snapshot: () => parts.read<StateSnapshot>({ method: "snapshot" }),
    commit: (changes, { expect = {} } = {}) =>
      parts.ask<number>({ method: "commit", changes, expect }),
    versions: ({ limit = LIMIT_VERSIONS } = {}) =>
      parts.read<readonly VersionSummary[]>({ method: "versions", limit }),
    version: (number) => parts.read<Version | null>({ method: "version", number }),
    steps: (version) => parts.read<readonly JournalStep[]>({ method: "steps", version }),
    quarantined: (hash) => parts.read<number | null>({ method: "quarantined", hash }),
    content: (sha256) => parts.read<Uint8Array | null>({ method: "content", sha256 }),
    [Symbol.asyncDispose]: () => parts.close(),
  };
}

class StoreParts {
  readonly #path: string;
  #thread: StoreThread | null = null;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async read<T>(call: StoreRead): Promise<T> {
    // Who has begun to write reads what was written, in its turn.
    const isQuick = this.#thread === null && !this.#isClosed;
    const answer = isQuick ? readQuickly(this.#path, call) : null;
    if (answer === null) return await this.ask<T>(call);
    return answer.value as T; // eslint-disable-line @typescript-eslint/no-unsafe-type-assertion -- both sides are ours
  }

  async ask<T>(call: StoreCall): Promise<T> {
    if (this.#isClosed) throw new StateError("the state is closed");
    this.#thread ??= new StoreThread(this.#path);
    const value = await this.#thread.ask(call);
    return value as T; // eslint-disable-line @typescript-eslint/no-unsafe-type-assertion -- both sides are ours
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.close();
  }
}
