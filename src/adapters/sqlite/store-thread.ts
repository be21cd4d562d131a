import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";
import { StateDatabase, type QuickCall } from "./database.ts";
import type { StoreFailure, StoreRequest } from "./store-calls.ts";

/** This file, wherever it has been put: it is what the thread runs. */
export const threadFile = import.meta.filename;

const data: unknown = workerData;
// Whoever starts the thread loads this file as well, to know where it is.
if (!isMainThread && isRecord(data) && typeof data["clockworkState"] === "string") {
  serve(data["clockworkState"]);
}

// All that has been asked for by the next turn is answered at once: those who commit at the same time wait for the disk once.
// One slice of folding comes after it, then the next turn.
function serve(path: string): void {
  const database = new StateDatabase(path);
  let waiting: StoreRequest[] = [];
  const folds: FoldTask[] = [];
  let isDue = false;
  const turn = (): void => {
    isDue = false;
    const requests = waiting;
    waiting = [];
    for (const { id, call } of requests) {
      if (call?.method === "fold") folds.push({ id, slices: database.fold(call) });
    }
    answerAll(database, requests);
    if (requests.some(({ call }) => call === null)) {
      for (const { id } of folds) reply(id, new StateError("the state is closed"));
      close(database, requests);
    } else {
      foldOn(folds);
      if (folds.length > 0) plan();
    }
  };
  const plan = (): void => {
    if (!isDue) setImmediate(turn);
    isDue = true;
  };
  parentPort?.on("message", (request: StoreRequest) => {
    waiting.push(request);
    plan();
  });
}

interface FoldTask {
  readonly id: number;
  readonly slices: ReturnType<StateDatabase["fold"]>;
}

function answerAll(database: StateDatabase, requests: readonly StoreRequest[]): void {
  const ids: number[] = [];
  const calls: QuickCall[] = [];
  for (const { id, call } of requests) {
    if (call === null || call.method === "fold") continue;
    ids.push(id);
    calls.push(call);
  }
  const values = database.answerAll(calls);
  for (const [index, id] of ids.entries()) reply(id, values[index]);
}

function foldOn(folds: FoldTask[]): void {
  const [first] = folds;
  if (first === undefined) return;
  const { done, value } = first.slices.next();
  if (done !== true) return;
  folds.shift();
  reply(first.id, value);
}

function close(database: StateDatabase, requests: readonly StoreRequest[]): void {
  database[Symbol.dispose]();
  for (const { id, call } of requests) if (call === null) reply(id, null);
  parentPort?.close();
}

function reply(id: number, value: unknown): void {
  parentPort?.postMessage(answerOf(id, value));
}

function answerOf(id: number, value: unknown): object {
  return value instanceof Error ? { id, failure: failureOf(value) } : { id, value };
}

function failureOf(error: unknown): StoreFailure {
  if (!(error instanceof StateError)) {
    return { kind: "state", code: "state-unusable", message: String(error), hint: null };
  }
  const { code, message, hint } = error;
  return { kind: error instanceof StateConflictError ? "conflict" : "state", code, message, hint };
}
