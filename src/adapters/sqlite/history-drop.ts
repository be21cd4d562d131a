import type { Retention } from "../../model/history.ts";
import { HOUR_MS } from "../../model/history-result.ts";
import { SPANS } from "../../model/tally.ts";
import { firstKept, WATCH_LIMITS } from "../../model/watch-rules.ts";
import { count, type Connection } from "./connection.ts";
import { PART, type FoldedTable } from "./history-rows.ts";

/** In the order in which they are given up where there is too little room. */
const TABLES: readonly FoldedTable[] = ["raw", "minutes", "hours", "days"];

/**
 * Drops what is too old.
 *
 * @param connection - The database, in the present format.
 * @param options - The time, and how long what is kept.
 * @yields Where it may be interrupted.
 */
export function* dropOld(
  connection: Connection,
  options: { readonly now: number; readonly retention: Retention },
): Generator<undefined, undefined> {
  const { now, retention } = options;
  const ends = {
    raw: firstKept(now, retention.rawMs, HOUR_MS),
    minutes: firstKept(now, retention.minutesMs, SPANS.minute.chunkMs),
    hours: firstKept(now, retention.hoursMs, SPANS.hour.chunkMs),
    days: firstKept(now, retention.daysMs, SPANS.day.chunkMs),
  };
  for (const table of TABLES) yield* dropBefore(connection, table, ends[table] * PART);
  yield* dropEvents(connection);
  yield* dropDelivered(connection, now - WATCH_LIMITS.deliveredMs);
}

/**
 * Gives up history, part by part, where the state is too large: single results first, the oldest first.
 *
 * @param connection - The database, in the present format.
 * @param limitBytes - How large it may be.
 * @yields Where it may be interrupted.
 * @returns True when something was given up.
 */
export function* shorten(
  connection: Connection,
  limitBytes: number,
): Generator<undefined, boolean> {
  let isShortened = false;
  for (const table of TABLES) {
    while (sizeBytes(connection) > limitBytes) {
      const key = connection.get(`SELECT min(key) AS key FROM ${table}`)?.["key"];
      if (typeof key !== "number") break;
      isShortened = true;
      yield* dropBefore(connection, table, (Math.floor(key / PART) + 1) * PART);
    }
  }
  return isShortened;
}

// What is free in the file is used again before it grows.
function sizeBytes(connection: Connection): number {
  const value = (name: string): number => count(connection.get(`PRAGMA ${name}`), name);
  return (value("page_count") - value("freelist_count")) * value("page_size");
}

const ROWS_AT_ONCE = 500;

function* dropBefore(
  connection: Connection,
  table: FoldedTable,
  end: number,
): Generator<undefined, undefined> {
  const sql = `DELETE FROM ${table} WHERE key <=
    (SELECT max(key) FROM (SELECT key FROM ${table} WHERE key < ? ORDER BY key LIMIT ?))`;
  while (connection.get(`SELECT 1 FROM ${table} WHERE key < ? LIMIT 1`, end) !== null) {
    connection.setDurable(false);
    connection.run(sql, end, ROWS_AT_ONCE);
    yield;
  }
}

function* dropEvents(connection: Connection): Generator<undefined, undefined> {
  const newest = "SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?";
  const last = connection.get(newest, WATCH_LIMITS.events)?.["id"];
  if (typeof last !== "number") return;
  const some =
    "SELECT max(id) AS id FROM (SELECT id FROM events WHERE id <= ? ORDER BY id LIMIT ?)";
  for (;;) {
    const id = connection.get(some, last, ROWS_AT_ONCE)?.["id"];
    if (typeof id !== "number") return;
    connection.setDurable(false);
    connection.run("DELETE FROM events WHERE id <= ?", id);
    yield;
  }
}

function* dropDelivered(connection: Connection, before: number): Generator<undefined, undefined> {
  // Those that are old and have not arrived stay: they are gone through again the next time.
  const next = `SELECT max(id) AS id FROM
    (SELECT id FROM messages WHERE id > ? AND at < ? ORDER BY id LIMIT ?)`;
  for (let after = 0; ;) {
    const id = connection.get(next, after, before, ROWS_AT_ONCE)?.["id"];
    if (typeof id !== "number") return;
    connection.setDurable(false);
    connection.transaction(() => {
      const delivered = "state = 'delivered' AND message > ?1 AND message <= ?2";
      const old = "message IN (SELECT id FROM messages WHERE at < ?3)";
      connection.run(`DELETE FROM deliveries WHERE ${delivered} AND ${old}`, after, id, before);
      connection.run(
        `DELETE FROM messages WHERE id > ?1 AND id <= ?2 AND at < ?3
          AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message = id)`,
        after,
        id,
        before,
      );
    });
    after = id;
    yield;
  }
}
