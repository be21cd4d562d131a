import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";
import { StateDatabase } from "./database.ts";
import type { StoreAnswer, StoreFailure, StoreRequest } from "./store-calls.ts";

/** This file, wherever it has been put: it is what the thread runs. */
export const threadFile = import.meta.filename;

/** What a thread is told at its start. */
export interface ThreadData {
  /** The absolute path of the state. */
  readonly statePath: string;
}

const data: unknown = workerData;
if (!isMainThread && isRecord(data) && typeof data["statePath"] === "string") {
  serve(data["statePath"]);
}

function serve(path: string): void {
  const database = new StateDatabase(path);
  parentPort?.on("message", ({ id, call }: StoreRequest) => {
    if (call === null) {
      database.close();
      parentPort?.postMessage({ id, value: null } satisfies StoreAnswer);
      parentPort?.close();
      return;
    }
    let answer: StoreAnswer;
    try {
      answer = { id, value: database.answer(call) };
    } catch (error) {
      answer = { id, failure: failureOf(error) };
    }
    parentPort?.postMessage(answer);
  });
}

function failureOf(error: unknown): StoreFailure {
  if (!(error instanceof StateError)) {
    return { kind: "state", code: "state-unusable", message: String(error), hint: null };
  }
  const { code, message, hint } = error;
  return { kind: error instanceof StateConflictError ? "conflict" : "state", code, message, hint };
}
