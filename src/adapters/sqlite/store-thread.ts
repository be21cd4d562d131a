import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";
import { StateDatabase } from "./database.ts";
import type { StoreAnswer, StoreFailure, StoreRequest } from "./store-calls.ts";

/** This file, wherever it has been put: it is what the thread runs. */
export const threadFile = import.meta.filename;

const data: unknown = workerData;
// Whoever starts the thread loads this file as well, to know where it is.
if (!isMainThread && isRecord(data) && typeof data["clockworkState"] === "string") {
  serve(data["clockworkState"]);
}

// All that has been asked for by the next turn is answered at once: those who commit at the same time wait for the disk once.
function serve(path: string): void {
  const database = new StateDatabase(path);
  let waiting: StoreRequest[] = [];
  const answerAll = (): void => {
    const requests = waiting;
    waiting = [];
    const calls = requests.flatMap(({ id, call }) => (call === null ? [] : [{ id, call }]));
    const values = database.answerAll(calls.map(({ call }) => call));
    for (const [index, { id }] of calls.entries()) {
      parentPort?.postMessage(answerOf(id, values[index]));
    }
    const last = requests.find(({ call }) => call === null);
    if (last === undefined) return;
    database[Symbol.dispose]();
    parentPort?.postMessage({ id: last.id, value: null } satisfies StoreAnswer);
    parentPort?.close();
  };
  parentPort?.on("message", (request: StoreRequest) => {
    if (waiting.push(request) === 1) setImmediate(answerAll);
  });
}

function answerOf(id: number, value: unknown): StoreAnswer {
  return value instanceof Error ? { id, failure: failureOf(value) } : { id, value };
}

function failureOf(error: unknown): StoreFailure {
  if (!(error instanceof StateError)) {
    return { kind: "state", code: "state-unusable", message: String(error), hint: null };
  }
  const { code, message, hint } = error;
  return { kind: error instanceof StateConflictError ? "conflict" : "state", code, message, hint };
}
