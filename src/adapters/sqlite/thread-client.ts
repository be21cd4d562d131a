import { Worker } from "node:worker_threads";
import { CODES, type Code } from "../../model/codes.ts";
import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import type { Answers, CallMethod, StoreAnswer, StoreCall, StoreFailure } from "./store-calls.ts";

/** What is given to it is of the type that its call asks for: on both sides is the same program. */
interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: StateError) => void;
}

const LIMIT_YOUNG_MB = 16;

/** The thread in which a state is written. It answers in the order in which it is asked. */
export class StoreThread {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #worker: Promise<Worker>;
  #failure: StateError | null = null;
  #lastId = 0;

  /**
   * Starts it, while the caller does other things.
   *
   * @param path - The absolute path of the state.
   * @param file - What it runs; our own by default.
   */
  constructor(path: string, file?: string) {
    this.#path = path;
    this.#worker = this.#start(file);
    this.#worker.catch((error: unknown) => {
      this.#fail(error);
    });
  }

  /**
   * Asks it.
   *
   * @param call - What is asked.
   * @returns The answer.
   * @throws {@link StateError} When it cannot be given, or the thread has failed.
   */
  async ask<M extends CallMethod>(call: StoreCall<M>): Promise<Answers[M]> {
    return await this.#ask<Answers[M]>(call);
  }

  /** Ends it when everything that was asked is answered. */
  async close(): Promise<void> {
    // Of one that has failed already, those who asked have heard.
    await this.#ask<null>(null).catch(() => null);
    const worker = await this.#worker.catch(() => null);
    await worker?.terminate();
  }

  async #ask<T>(call: object | null): Promise<T> {
    const worker = await this.#worker.catch(() => null);
    if (this.#failure !== null || worker === null) throw this.#failure ?? ended("it did not start");
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#lastId += 1;
    const id = this.#lastId;
    worker.postMessage({ id, call });
    this.#waiting.set(id, { resolve, reject });
    // Whoever waits for the state keeps the process alive; the thread by itself does not.
    worker.ref();
    return await promise;
  }

  async #start(file?: string): Promise<Worker> {
    const { threadFile } = await import("./store-thread.ts");
    const worker = new Worker(file ?? threadFile, {
      workerData: { clockworkState: this.#path },
      // How the program was started is nothing to it: `--input-type` alone would keep it from starting.
      execArgv: [],
      // What it is asked for is soon forgotten: it does with little room for that.
      resourceLimits: { maxYoungGenerationSizeMb: LIMIT_YOUNG_MB },
    });
    worker.unref();
    worker.on("message", (answer: StoreAnswer) => {
      this.#hear(answer, worker);
    });
    for (const event of ["error", "messageerror"]) {
      worker.on(event, (error) => {
        this.#fail(error);
      });
    }
    worker.on("exit", (code) => {
      this.#fail(`it ended with ${String(code)}`);
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
    this.#failure ??= ended(error instanceof Error ? error.message : String(error));
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

function ended(reason: string): StateError {
  return new StateError(`the thread of the state has failed: ${reason}`, {
    hint: "run the command again: it continues where this one stopped",
  });
}

function errorOf({ kind, code, message, hint }: StoreFailure): StateError {
  if (kind === "conflict") return new StateConflictError(message);
  return new StateError(message, { hint, code: isCode(code) ? code : "state-unusable" });
}

function isCode(code: string): code is Code {
  return Object.hasOwn(CODES, code);
}
