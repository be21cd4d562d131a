import { isOpen } from "../../model/deployment.ts";
import { refuseEarlierRun, refuseTooLarge, refuseUnexpected } from "../../model/state-rules.ts";
import { isWatchChange, isWatchOnly } from "../../model/watch-rules.ts";
import type { DeployChange, Expectation, StateChange } from "../../ports/store.ts";
import { count, type Connection } from "./connection.ts";
import { json, put } from "./rows.ts";
import { applyWatch, forgetHeartbeat } from "./watch-writes.ts";

/** What one commit is about. */
export interface Commit {
  readonly changes: readonly StateChange[];
  readonly expect: Expectation;
}

/**
 * Changes a state, one commit after the other: each happens whole or not at all. They become durable together, which takes as
 * long as one.
 *
 * @param connection - The database, in the present format.
 * @param commits - In their order.
 * @returns For each its serial, or why it did not happen.
 * @throws What keeps all of them from happening.
 */
export function commitAll(
  connection: Connection,
  commits: readonly Commit[],
): readonly (number | Error)[] {
  // Decisions must survive a loss of power as well.
  connection.setDurable(true);
  return connection.transaction(() => commits.map((commit) => commitOne(connection, commit)));
}

function commitOne(connection: Connection, { changes, expect }: Commit): number | Error {
  connection.run("SAVEPOINT own");
  try {
    const serial = counter(connection, "serial");
    refuseUnexpected(expect, { serial, run: counter(connection, "run") });
    for (const change of changes) {
      if (isWatchChange(change)) applyWatch(connection, change);
      else apply(connection, change);
    }
    const next = isWatchOnly(changes) ? serial : serial + 1;
    if (next !== serial) setCounter(connection, "serial", next);
    connection.run("RELEASE own");
    return next;
  } catch (error) {
    if (!connection.isTransaction || !(error instanceof Error)) throw error;
    connection.run("ROLLBACK TO own");
    connection.run("RELEASE own");
    return error;
  }
}

function apply(connection: Connection, change: DeployChange): void {
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
      forgetHeartbeat(connection, change.name);
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
      refuseEarlierRun(change.run, counter(connection, "run"));
      setCounter(connection, "run", change.run);
      break;
    case "set-pin":
      setCounter(connection, "pinned_to", change.version);
  }
}

function counter(connection: Connection, name: "serial" | "run"): number {
  return count(connection.get("SELECT value FROM counters WHERE name = ?", name), "value");
}

function setCounter(connection: Connection, name: string, value: number | null): void {
  connection.run("UPDATE counters SET value = ? WHERE name = ?", value, name);
}
