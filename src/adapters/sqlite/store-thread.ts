import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";
import { StateDatabase } from "./database.ts";
import type { StoreAnswer, StoreCall, StoreFailure, StoreRequest } from "./store-calls.ts";

/** This file, wherever it has been put: it is what the thread runs. */
export const threadFile = import.meta.filename;

const data: unknown = workerData;
// Whoever starts the thread loads this file as well, to know where it is.
if (!isMainThread && isRecord(data) && typeof data["clockworkState"] === "string") {
  serve(data["clockworkState"]);
}

function serve(path: string): void {
  const database = new StateDatabase(path);
  parentPort?.on("message", ({ id, call }: StoreRequest) => {
    parentPort?.postMessage(call === null ? lastAnswer(id, database) : answer(id, call, database));
    if (call === null) parentPort?.close();
  });
}

function answer(id: number, call: StoreCall, database: StateDatabase): StoreAnswer {
  try {
    return { id, value: database.answer(call) };
  } catch (error) {
    return { id, failure: failureOf(error) };
  }
}

function lastAnswer(id: number, database: StateDatabase): StoreAnswer {
  database[Symbol.dispose]();
  return { id, value: null };
}

function failureOf(error: unknown): StoreFailure {
  if (!(error instanceof StateError)) {
    return { kind: "state", code: "state-unusable", message: String(error), hint: null };
  }
  const { code, message, hint } = error;
  return { kind: error instanceof StateConflictError ? "conflict" : "state", code, message, hint };
}
