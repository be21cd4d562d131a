import type { ResultRow, Resolution, RollUp } from "../../model/history.ts";
import {
  HOUR_MS,
  inOrder,
  LIMIT_HOUR,
  resultRow,
  unpackResults,
  type HourResult,
} from "../../model/history-result.ts";
import {
  addTallies,
  rollUpOf,
  SPANS,
  tally,
  unpackTallies,
  type Tally,
} from "../../model/tally.ts";
import { listLimit, WATCH_LIMITS } from "../../model/watch-rules.ts";
import type { HistoryQuery } from "../../ports/watch-store.ts";
import { blob, count, type Connection } from "./connection.ts";
import { damaged } from "./document-checks.ts";
import { freshResult, ownerOf, PART, unpackFresh, type FoldedTable } from "./history-rows.ts";

/** Which table holds the spans of a resolution. */
export const TABLE_OF: Readonly<Record<Resolution, FoldedTable>> = {
  minute: "minutes",
  hour: "hours",
  day: "days",
};

/**
 * Reads single results, folded or not.
 *
 * @param connection - The database, in the present format.
 * @param query - Which.
 * @returns The oldest first.
 * @throws {@link StateError} When they are damaged.
 */
export function results(connection: Connection, query: HistoryQuery): readonly ResultRow[] {
  const { resource, from, to } = query;
  const limit = listLimit(query.limit, WATCH_LIMITS.listedMost);
  return atOnce(connection, () => {
    const owner = ownerOf(connection, resource);
    if (owner === null) return [];
    let found: readonly ResultRow[] = [];
    for (const hour of hoursOf(connection, query)) {
      const folded = rawOf(connection, hour, owner);
      const all = inOrder([...folded, ...freshOf(connection, hour, owner)]);
      const rows = all.map((each) => resultRow(resource, hour, each));
      found = [...rows.filter(({ at }) => at >= from && at < to), ...found];
      if (found.length >= limit) break;
    }
    return found.slice(-limit);
  });
}

/**
 * Reads counted results, those included that are not folded yet.
 *
 * @param connection - The database, in the present format.
 * @param query - Which.
 * @returns The oldest first.
 * @throws {@link StateError} When they are damaged.
 */
export function rollUps(
  connection: Connection,
  query: HistoryQuery & { readonly resolution: Resolution },
): readonly RollUp[] {
  const { resource, from, to, resolution } = query;
  const { spanMs, chunkMs } = SPANS[resolution];
  return atOnce(connection, () => {
    const owner = ownerOf(connection, resource);
    if (owner === null) return [];
    const lists: (readonly Tally[])[] = [];
    for (const part of partsOf(connection, TABLE_OF[resolution], rangeOf(query, chunkMs))) {
      lists.push(talliesOf(connection, TABLE_OF[resolution], part * PART + owner));
    }
    // A span that begins within the range may have its results after it.
    const range = rangeOf({ from, to: to + spanMs }, HOUR_MS);
    for (const hour of partsOf(connection, "fresh", range)) {
      lists.push(tally(inOrder(freshOf(connection, hour, owner)), hour, spanMs));
    }
    return lists
      .reduce(addTallies, [])
      .map((each) => rollUpOf(each, spanMs))
      .filter(({ at }) => at >= from && at < to)
      .slice(-listLimit(query.limit, WATCH_LIMITS.listedMost));
  });
}

/**
 * Reads folded results of one hour.
 *
 * @param connection - The database.
 * @param hour - Counted from 1970-01-01 UTC.
 * @param owner - The number of the resource.
 * @returns In the order of their times; none when there are none.
 * @throws {@link StateError} When they are damaged.
 */
export function rawOf(connection: Connection, hour: number, owner: number): readonly HourResult[] {
  const row = connection.get("SELECT bytes FROM raw WHERE key = ?", hour * PART + owner);
  if (row === null) return [];
  const unpacked = unpackResults(blob(row, "bytes"));
  if (unpacked === null) throw damaged(`the history of hour ${String(hour)}`);
  return unpacked;
}

/**
 * Reads folded spans.
 *
 * @param connection - The database.
 * @param table - Of their resolution.
 * @param key - Part and number of the resource.
 * @returns In their order; none when there are none.
 * @throws {@link StateError} When they are damaged.
 */
export function talliesOf(
  connection: Connection,
  table: FoldedTable,
  key: number,
): readonly Tally[] {
  const row = connection.get(`SELECT bytes FROM ${table} WHERE key = ?`, key);
  if (row === null) return [];
  const unpacked = unpackTallies(blob(row, "bytes"));
  if (unpacked === null) throw damaged(`the history in ${table}`);
  return unpacked;
}

function freshOf(connection: Connection, hour: number, owner: number): readonly HourResult[] {
  const folding = connection.get("SELECT last_key, through FROM folding WHERE hour = ?", hour);
  const isFolded = owner <= count(folding, "through");
  const after = isFolded ? count(folding, "last_key") : hour * PART - 1;
  const sql = "SELECT bytes FROM fresh WHERE key > ? AND key < ? ORDER BY key";
  const found: HourResult[] = [];
  for (const row of connection.each(sql, after, (hour + 1) * PART)) {
    const rows = unpackFresh(blob(row, "bytes"));
    if (rows === null) throw damaged(`the history of hour ${String(hour)}`);
    for (let at = rows.owners.indexOf(owner); at !== -1; at = rows.owners.indexOf(owner, at + 1)) {
      found.push(freshResult(rows, at));
    }
  }
  return found;
}

/** The numbers of the first part, and of the one after the last. */
type Range = readonly [first: number, end: number];

function rangeOf({ from, to }: Pick<HistoryQuery, "from" | "to">, chunkMs: number): Range {
  const most = (LIMIT_HOUR * HOUR_MS) / chunkMs;
  return [
    Math.max(0, Math.floor(from / chunkMs)),
    Math.min(Math.ceil(most), Math.max(0, Math.ceil(to / chunkMs))),
  ];
}

function hoursOf(connection: Connection, query: HistoryQuery): readonly number[] {
  const range = rangeOf(query, HOUR_MS);
  const hours = (["raw", "fresh"] as const).flatMap((table) => [
    ...partsOf(connection, table, range),
  ]);
  return [...new Set(hours)].sort((one, other) => other - one);
}

// The newest first. There may be few of them in a wide range: it goes from one that is there to the next.
function* partsOf(
  connection: Connection,
  table: FoldedTable | "fresh",
  [first, end]: Range,
): Generator<number, undefined> {
  const sql = `SELECT max(key) AS key FROM ${table} WHERE key >= ? AND key < ?`;
  for (let bound = end; ;) {
    const key = connection.get(sql, first * PART, bound * PART)?.["key"];
    if (typeof key !== "number") return;
    bound = Math.floor(key / PART);
    yield bound;
  }
}

function atOnce<T>(connection: Connection, task: () => T): T {
  connection.run("BEGIN");
  try {
    return task();
  } finally {
    connection.run("COMMIT");
  }
}
