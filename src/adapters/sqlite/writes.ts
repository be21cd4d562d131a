import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import { isOpen } from "../../model/deployment.ts";
import type { Expectation, StateChange } from "../../ports/store.ts";
import { count, type Connection, type Value } from "./connection.ts";

/** No document and no content of a state is larger. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Changes a state: all of it, or nothing.
 *
 * @param connection - The database, in the present format.
 * @param changes - In their order.
 * @param expect - What must be so.
 * @returns The new serial.
 * @throws {@link StateConflictError} When that is not so.
 */
export function commitChanges(
  connection: Connection,
  changes: readonly StateChange[],
  expect: Expectation,
): number {
  connection.run("BEGIN IMMEDIATE");
  try {
    const serial = counter(connection, "serial");
    refuseUnexpected(expect, { serial, run: counter(connection, "run") });
    for (const change of changes) apply(connection, change);
    setCounter(connection, "serial", serial + 1);
    connection.run("COMMIT");
    return serial + 1;
  } catch (error) {
    // Of some failures SQLite has gone back by itself.
    if (connection.isTransaction) connection.run("ROLLBACK");
    throw error;
  }
}

function refuseUnexpected(
  expect: Expectation,
  found: { readonly serial: number; readonly run: number },
): void {
  for (const name of ["serial", "run"] as const) {
    const expected = expect[name];
    if (expected === undefined || expected === found[name]) continue;
    throw new StateConflictError(
      `the state has changed meanwhile: expected ${name} ${String(expected)}, found ${String(found[name])}`,
    );
  }
}

function apply(connection: Connection, change: StateChange): void {
  switch (change.type) {
    case "put-resource": {
      // It keeps its place in the order of declaration.
      const sql = `INSERT INTO resources (name, document) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET document = excluded.document`;
      connection.run(sql, change.name, json(change.resource));
      break;
    }
    case "delete-resource":
      connection.run("DELETE FROM resources WHERE name = ?", change.name);
      break;
    case "put-step": {
      const { step } = change;
      const isStepOpen = isOpen(step) ? 1 : 0;
      put(connection, "steps (id, version, is_open, document)", [
        step.id,
        step.version,
        isStepOpen,
        json(step),
      ]);
      break;
    }
    case "put-version": {
      const { resources, results, files, ...summary } = change.version;
      const { number, hash, status } = summary;
      const document = json({ ...summary, resources, results, files });
      const columns = "versions (number, hash, status, summary, document)";
      put(connection, columns, [number, hash, status, json(summary), document]);
      break;
    }
    case "keep-content":
      refuseTooLarge(change.bytes.byteLength);
      connection.run("INSERT OR IGNORE INTO contents VALUES (?, ?)", change.sha256, change.bytes);
      break;
    case "begin-run":
      beginRun(connection, change.run);
      break;
    case "set-pin":
      setCounter(connection, "pinned_to", change.version);
  }
}

function beginRun(connection: Connection, run: number): void {
  const begun = counter(connection, "run");
  if (run <= begun) {
    throw new StateConflictError(
      `a run must come after ${String(begun)}, which has begun: got ${String(run)}`,
    );
  }
  setCounter(connection, "run", run);
}

function put(connection: Connection, columns: string, values: readonly Value[]): void {
  const places = values.map(() => "?").join(", ");
  connection.run(`INSERT OR REPLACE INTO ${columns} VALUES (${places})`, ...values);
}

function counter(connection: Connection, name: "serial" | "run"): number {
  return count(connection.get("SELECT value FROM counters WHERE name = ?", name), "value");
}

function setCounter(connection: Connection, name: string, value: number | null): void {
  connection.run("UPDATE counters SET value = ? WHERE name = ?", value, name);
}

function json(document: unknown): string {
  const written = JSON.stringify(document);
  refuseTooLarge(Buffer.byteLength(written));
  return written;
}

function refuseTooLarge(sizeBytes: number): void {
  if (sizeBytes <= LIMIT_BYTES) return;
  throw new StateError(
    `a part of the state must be at most ${String(LIMIT_BYTES)} bytes: got ${String(sizeBytes)}`,
    { hint: "put what is so large somewhere else, and refer to it" },
  );
}
