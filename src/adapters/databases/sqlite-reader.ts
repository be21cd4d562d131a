import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";

// This file is also a program: the process that reads one SQLite file for us. It imports nothing of ours, so that it stays a
// file of its own wherever it is built, and starts quickly.

/** What is kept of a result; what is more is left out. */
interface Limits {
  readonly rows: number;
  readonly bytes: number;
}

/** One question. */
export interface ReaderRequest {
  readonly text: string;
  readonly values: readonly (string | number | boolean | null)[];
}

/** What the process answers: first that it is ready, then one answer to each question. */
export type ReaderAnswer =
  | { readonly kind: "ready"; readonly version: string }
  | {
      readonly kind: "result";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number | null)[])[];
      readonly isTruncated: boolean;
    }
  /** `code` is SQLite's, or 0 where Node failed. */
  | { readonly kind: "failed"; readonly code: number; readonly message: string };

/** The longest text or blob that is read, in bytes: it has to be whole in memory before it can be left out. */
const VALUE_LIMIT_BYTES = 16 * 1024 * 1024;
const PLAIN_VALUE_BYTES = 8;

/**
 * The program to run with Node: this file. Its arguments are an absolute path, how long to wait for somebody who writes, in
 * milliseconds, and how many rows and bytes of a result are kept.
 */
export const readerFile: string = fileURLToPath(import.meta.url);

if (process.argv[1] === readerFile && process.send !== undefined) serve();

function serve(): void {
  const [path = "", ...numbers] = process.argv.slice(2);
  const [busyTimeoutMs = 0, rows = 0, bytes = 0] = numbers.map(Number);
  let database: DatabaseSync;
  try {
    database = open(path, busyTimeoutMs);
    answer({ kind: "ready", version: version(database) });
  } catch (error) {
    answer(failureOf(error));
    process.disconnect();
    return;
  }
  process.on("message", (request: ReaderRequest) => {
    try {
      answer(read(database, request, { rows, bytes }));
    } catch (error) {
      answer(failureOf(error));
    }
  });
}

function answer(message: ReaderAnswer): void {
  process.send?.(message);
}

function open(path: string, timeout: number): DatabaseSync {
  const database = new DatabaseSync(path, {
    ...{ readOnly: true, allowExtension: false, timeout },
    ...{ readBigInts: true, returnArrays: true, limits: { length: VALUE_LIMIT_BYTES } },
  });
  database.exec("PRAGMA query_only = 1");
  // Opening reads nothing: this does, and finds a file that is no database, or one that is locked.
  database.prepare("SELECT count(*) FROM sqlite_schema").all();
  return database;
}

function version(database: DatabaseSync): string {
  const row: unknown = database.prepare("SELECT sqlite_version()").get();
  return Array.isArray(row) ? String(row[0]) : "";
}

function read(
  database: DatabaseSync,
  { text, values }: ReaderRequest,
  limits: Limits,
): ReaderAnswer {
  const statement = database.prepare(text);
  const columns = statement.columns().map(({ name }) => name);
  const rows: (string | number | null)[][] = [];
  let bytes = 0;
  let isTruncated = false;
  const found: Iterable<unknown> = statement.iterate(...values.map(bound));
  for (const row of found) {
    const kept = Array.isArray(row) ? row.map(shown) : [];
    for (const value of kept) bytes += sizeOf(value);
    isTruncated = rows.length >= limits.rows || bytes > limits.bytes;
    if (isTruncated) break;
    rows.push(kept);
  }
  return { kind: "result", columns, rows, isTruncated };
}

// A whole number is an integer, not a float that looks like one.
function bound(value: string | number | boolean | null): string | number | bigint | null {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function shown(value: unknown): string | number | null {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value !== "number" && typeof value !== "bigint") return null;
  const number = Number(value);
  if (typeof value === "number") return Number.isFinite(number) ? number : String(number);
  return Number.isSafeInteger(number) ? number : String(value);
}

function sizeOf(value: string | number | null): number {
  return typeof value === "string" ? Buffer.byteLength(value) : PLAIN_VALUE_BYTES;
}

function failureOf(error: unknown): ReaderAnswer {
  const code: unknown = error instanceof Error ? Reflect.get(error, "errcode") : 0;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "failed", code: typeof code === "number" ? code : 0, message };
}
