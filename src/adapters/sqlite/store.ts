import { join } from "node:path";
import { StateError } from "../../model/deploy-errors.ts";
import { DEFAULT_RETENTION } from "../../model/history.ts";
import type { StateChange, Store } from "../../ports/store.ts";
import type { WatchStore } from "../../ports/watch-store.ts";
import { readQuickly } from "./quick-read.ts";
import { RecordQueue } from "./record-queue.ts";
import type { Answers, CallMethod, ReadMethod, StoreCall, StoreRead } from "./store-calls.ts";
import { StoreThread } from "./thread-client.ts";
import { watchSnapshot } from "./watch-reads.ts";

/** Where the state of a project is. */
export interface SqliteStoreOptions {
  /** The folder of the project that is ours; it is made by the first commit. */
  readonly folder: string;
  /** So many results wait to be written at the most; 200,000 by default. */
  readonly limitQueue?: number;
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
export function sqliteStore({ folder, limitQueue }: SqliteStoreOptions): Store {
  const parts = new StoreParts(join(folder, "state.db"), limitQueue);
  return {
    snapshot: () => parts.read({ method: "snapshot" }),
    commit: (changes, { expect = {} } = {}) => parts.commit(changes, expect),
    pulse: (resource) => parts.read({ method: "pulse", resource }),
    versions: ({ limit = LIMIT_VERSIONS } = {}) => parts.read({ method: "versions", limit }),
    version: (number) => parts.read({ method: "version", number }),
    steps: (version) => parts.read({ method: "steps", version }),
    quarantined: (hash) => parts.read({ method: "quarantined", hash }),
    content: (sha256) => parts.read({ method: "content", sha256 }),
    ...watching(parts),
    [Symbol.asyncDispose]: () => parts.close(),
  };
}

function watching(parts: StoreParts): WatchStore {
  return {
    watching: async () => watchSnapshot(await parts.read({ method: "watching" })),
    record: (batch) => parts.record(batch),
    flush: () => parts.queue.flush(),
    lostResults: () => parts.queue.lost,
    incidents: (query = {}) => parts.read({ method: "incidents", query }),
    incident: (id) => parts.read({ method: "incident", id }),
    repairs: (query = {}) => parts.read({ method: "repairs", query }),
    events: (query = {}) => parts.read({ method: "events", query }),
    heartbeat: (resource) => parts.read({ method: "heartbeat", resource }),
    audit: (query = {}) => parts.read({ method: "audit", query }),
    deliveries: (query = {}) => parts.read({ method: "deliveries", query }),
    results: (query) => parts.read({ method: "results", query }),
    rollUps: (query) => parts.read({ method: "rollUps", query }),
    fold: async ({ now, retention = DEFAULT_RETENTION }) => {
      await parts.queue.flush();
      return await parts.ask({ method: "fold", now, retention });
    },
  };
}

class StoreParts {
  readonly queue: RecordQueue;
  readonly #path: string;
  #thread: StoreThread | null = null;
  #isClosed = false;

  constructor(path: string, limitQueue: number | undefined) {
    this.#path = path;
    this.queue = new RecordQueue({
      send: (batch) => this.#send({ method: "record", batch }),
      ...(limitQueue === undefined ? {} : { limit: limitQueue }),
    });
  }

  async commit(
    changes: readonly StateChange[],
    expect: StoreCall<"commit">["expect"],
  ): Promise<number> {
    return await this.queue.around(changes, () => this.ask({ method: "commit", changes, expect }));
  }

  record(batch: Parameters<WatchStore["record"]>[0]): boolean {
    return this.queue.record(batch);
  }

  async read<M extends ReadMethod>(call: StoreRead<M>): Promise<Answers[M]> {
    // Who has begun to write reads what was written, in its turn.
    const isQuick = this.#thread === null && !this.#isClosed;
    const answer = isQuick ? readQuickly(this.#path, call) : null;
    return answer === null ? await this.ask(call) : answer.value;
  }

  async ask<M extends CallMethod>(call: StoreCall<M>): Promise<Answers[M]> {
    if (this.#isClosed) throw new StateError("the state is closed");
    return await this.#send(call);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.queue.close();
    await this.#thread?.close();
  }

  async #send<M extends CallMethod>(call: StoreCall<M>): Promise<Answers[M]> {
    this.#thread ??= new StoreThread(this.#path);
    return await this.#thread.ask(call);
  }
}
