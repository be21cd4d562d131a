import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { Connection } from "./connection.ts";
import { stateFailure } from "./failures.ts";
import { hasLog } from "./log-file.ts";
import { formatOf } from "./migrate.ts";
import { readNothing, readOlder, readState } from "./reads.ts";
import { MIGRATIONS } from "./schema.ts";
import type { Answers, ReadMethod, StoreRead } from "./store-calls.ts";

/** What a state that nobody has open for writing answers. */
export interface QuickAnswer<T> {
  readonly value: T;
}

/** A log that somebody is writing to right now may keep a reader waiting for a moment. */
const BUSY_TIMEOUT_MS = 100;

/**
 * Answers from a state without a thread, and without changing it.
 *
 * Where nothing is in its log, not even a lock is taken and no file is made. That is only right while nobody writes: whoever
 * does has something in the log, and leaves another file when that is gone. Either is seen, and then what was read does not
 * count.
 *
 * @param path - The absolute path of the file.
 * @param call - What is asked.
 * @returns Null when it is to be opened properly: somebody writes just now, or left it in an older format that does not do.
 * @throws {@link StateError} When it cannot be read.
 */
export function readQuickly<M extends ReadMethod>(
  path: string,
  call: StoreRead<M>,
): QuickAnswer<Answers[M]> | null {
  try {
    if (hasLog(path)) return attempt(() => readFile(path, call));
    const before = traceOf(path);
    return before === null ? { value: readNothing(call) } : readUntouched(path, before, call);
  } catch (error) {
    throw stateFailure(error, path);
  }
}

function readUntouched<M extends ReadMethod>(
  path: string,
  before: string,
  call: StoreRead<M>,
): QuickAnswer<Answers[M]> | null {
  const isUntouched = (): boolean =>
    traceOf(path) === before && !hasLog(path) && traceOf(`${path}-journal`) === null;
  if (!isUntouched()) return null;
  try {
    const url = pathToFileURL(path);
    url.search = "?immutable=1";
    const answer = readFile(url, call);
    return isUntouched() ? answer : null;
  } catch (error) {
    if (isUntouched()) throw error;
    return null;
  }
}

// What does not work here is tried properly, and fails there if it must.
function attempt<T>(task: () => QuickAnswer<T> | null): QuickAnswer<T> | null {
  try {
    return task();
  } catch {
    return null;
  }
}

// What tells whether somebody has written: the file's own numbers, in nanoseconds.
function traceOf(path: string): string | null {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (file === undefined) return null;
  return [file.dev, file.ino, file.size, file.mtimeNs, file.ctimeNs].join(" ");
}

function readFile<M extends ReadMethod>(
  file: string | URL,
  call: StoreRead<M>,
): QuickAnswer<Answers[M]> | null {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  using connection = new Connection(database);
  const format = formatOf(database, MIGRATIONS);
  if (format === 0) return { value: readNothing(call) };
  if (format < MIGRATIONS.length) return readOlder(connection, call);
  return { value: readState(connection, call) };
}
