import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { CODES, type Code } from "../../model/codes.ts";
import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import type { StateSnapshot, Store } from "../../ports/store.ts";
import type { JournalStep, Version, VersionSummary } from "../../model/deployment.ts";
import type { StoreAnswer, StoreCall, StoreFailure } from "./store-calls.ts";

/** Where the state of a project is. */
export interface SqliteStoreOptions {
  /** The folder of the project that is ours; it is made by the first commit. */
  readonly folder: string;
}

/** So many versions are listed unless somebody asks for fewer. */
const LIMIT_VERSIONS = 10_000;

/**
 * Keeps the state of a project in one SQLite file, `state.db`, in a thread of its own: SQLite is synchronous, and another
 * writer would hold up everything else for seconds.
 *
 * @param options - Where it is.
 * @returns A store; to be disposed.
 */
export function sqliteStore({ folder }: SqliteStoreOptions): Store {
  const thread = new StoreThread(join(folder, "state.db"));
  return {
    snapshot: () => thread.ask<StateSnapshot>({ method: "snapshot" }),
    commit: (changes, { expect = {} } = {}) =>
      thread.ask<number>({ method: "commit", changes, expect }),
    versions: ({ limit = LIMIT_VERSIONS } = {}) =>
      thread.ask<readonly VersionSummary[]>({ method: "versions", limit }),
    version: (number) => thread.ask<Version | null>({ method: "version", number }),
    steps: (version) => thread.ask<readonly JournalStep[]>({ method: "steps", version }),
    quarantined: (hash) => thread.ask<number | null>({ method: "quarantined", hash }),
    content: (sha256) => thread.ask<Uint8Array | null>({ method: "content", sha256 }),
    [Symbol.asyncDispose]: () => thread.close(),
  };
}

type Waiting = Pick<PromiseWithResolvers<unknown>, "resolve" | "reject">;

class StoreThread {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #worker: Promise<Worker>;
  #end: StateError | null = null;
  #lastId = 0;

  constructor(path: string) {
    this.#path = path;
    // It starts while the caller still does other things.
    this.#worker = this.#start();
    this.#worker.catch(() => undefined);
  }

  // Nothing but the thread of this very class answers, with what the method of that name gives.
  ask<T>(call: StoreCall): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#send(call, {
        resolve: (value) => {
          resolve(value as T); // eslint-disable-line @typescript-eslint/no-unsafe-type-assertion -- see above
        },
        reject,
      });
    });
  }

  async close(): Promise<void> {
    if (this.#end !== null) return;
    const closed = new Promise((resolve, reject) => {
      this.#send(null, { resolve, reject });
    });
    this.#end = new StateError("the state is closed");
    const worker = await this.#worker.catch(() => null);
    await closed.catch(() => undefined);
    await worker?.terminate();
  }

  #send(call: StoreCall | null, waiting: Waiting): void {
    if (this.#end !== null) {
      waiting.reject(this.#end);
      return;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#waiting.set(id, waiting);
    this.#worker.then(
      (worker) => {
        // Whoever waits for the state keeps the process alive; the thread by itself does not.
        worker.ref();
        worker.postMessage({ id, call });
      },
      (error: unknown) => {
        this.#fail(error);
      },
    );
  }

  async #start(): Promise<Worker> {
    const { threadFile } = await import("./store-thread.ts");
    const worker = new Worker(threadFile, { workerData: { statePath: this.#path } });
    worker.unref();
    worker.on("message", (answer: StoreAnswer) => {
      this.#hear(answer, worker);
    });
    worker.on("error", (error) => {
      this.#fail(error);
    });
    worker.on("exit", (code) => {
      if (code !== 0) this.#fail(new Error(`it ended with ${String(code)}`));
    });
    return worker;
  }

  #hear(answer: StoreAnswer, worker: Worker): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) worker.unref();
    if ("failure" in answer) waiting?.reject(errorOf(answer.failure));
    else waiting?.resolve(answer.value);
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#end ??= new StateError(`the thread of the state has failed: ${reason}`);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

function errorOf({ kind, code, message, hint }: StoreFailure): StateError {
  if (kind === "conflict") return new StateConflictError(message);
  return new StateError(message, { hint, code: isCode(code) ? code : "state-unusable" });
}

function isCode(code: string): code is Code {
  return Object.hasOwn(CODES, code);
}
