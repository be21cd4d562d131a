import { StateError } from "../../model/deploy-errors.ts";
import type { Resolution, Retention } from "../../model/history.ts";
import { HOUR_MS, inOrder, packResults, type HourResult } from "../../model/history-result.ts";
import { addTallies, packTallies, SPANS, tally } from "../../model/tally.ts";
import type { FoldReport } from "../../ports/watch-store.ts";
import { blob, count, type Connection } from "./connection.ts";
import { dropOld, shorten } from "./history-drop.ts";
import { rawOf, TABLE_OF, talliesOf } from "./history-reads.ts";
import { freshResult, PART, unpackFresh } from "./history-rows.ts";
import { Slice } from "./slice.ts";

const RESOLUTIONS: readonly Resolution[] = ["minute", "hour", "day"];

/** So many results are in memory at once. */
const LIMIT_RESULTS = 500_000;
/** Above all numbers of resources. */
const ALL = PART - 1;

/**
 * Folds and drops what is old. Between its slices, which take a few milliseconds each, others may use the database. It may be
 * stopped, and we may be killed, between any two of them: the next one goes on from there.
 *
 * @param connection - The database, in the present format.
 * @param options - The time, and how long what is kept.
 * @yields Where it may be interrupted.
 * @returns What was done.
 */
export function* fold(
  connection: Connection,
  options: { readonly now: number; readonly retention: Retention },
): Generator<undefined, FoldReport> {
  let folded = 0;
  const end = Math.floor(options.now / HOUR_MS);
  for (let hour = nextHour(connection, end); hour !== null; hour = nextHour(connection, end)) {
    folded += yield* foldHour(connection, hour);
  }
  yield* dropOld(connection, options);
  const isShortened = yield* shorten(connection, options.retention.limitBytes);
  return { folded, isShortened };
}

function nextHour(connection: Connection, end: number): number | null {
  const sql = "SELECT min(key) AS key FROM fresh WHERE key < ?";
  const key = connection.get(sql, end * PART)?.["key"];
  if (typeof key === "number") return Math.floor(key / PART);
  // Its rows are gone, and we were killed just then.
  const left = connection.get("SELECT min(hour) AS hour FROM folding")?.["hour"];
  return typeof left === "number" ? left : null;
}

function* foldHour(connection: Connection, hour: number): Generator<undefined, number> {
  const range = { hour, ...beginFolding(connection, hour) };
  let folded = 0;
  for (const group of groupsOf(yield* countOwners(connection, range))) {
    const results = yield* collect(connection, range, group);
    folded += yield* write(connection, hour, results);
  }
  connection.run("UPDATE folding SET through = ? WHERE hour = ?", ALL, hour);
  yield* removeFolded(connection, range);
  return folded;
}

/** Rows that are folded. */
interface FoldRange {
  readonly hour: number;
  /** The last row. */
  readonly lastKey: number;
  /** Resources up to that number are folded already. */
  readonly through: number;
}

function beginFolding(connection: Connection, hour: number): Omit<FoldRange, "hour"> {
  connection.run(
    `INSERT OR IGNORE INTO folding SELECT ?1, coalesce(max(key), 0), 0 FROM fresh
      WHERE key >= ?2 AND key < ?3`,
    hour,
    hour * PART,
    (hour + 1) * PART,
  );
  const row = connection.get("SELECT last_key, through FROM folding WHERE hour = ?", hour);
  return { lastKey: count(row, "last_key"), through: count(row, "through") };
}

function* countOwners(
  connection: Connection,
  range: FoldRange,
): Generator<undefined, ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  for (const bytes of freshIn(connection, range)) {
    if (bytes === undefined) {
      yield;
      continue;
    }
    for (const owner of unpackFresh(bytes)?.owners ?? []) {
      if (owner > range.through) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  return counts;
}

/** Resources from a number up to another, both included. */
type Group = readonly [first: number, last: number];

function groupsOf(counts: ReadonlyMap<number, number>): readonly Group[] {
  const groups: Group[] = [];
  let size = Infinity;
  for (const [owner, results] of [...counts].sort(([one], [other]) => one - other)) {
    const last = groups.at(-1);
    if (last === undefined || size + results > LIMIT_RESULTS) {
      groups.push([owner, owner]);
      size = results;
    } else {
      groups[groups.length - 1] = [last[0], owner];
      size += results;
    }
  }
  return groups;
}

function* collect(
  connection: Connection,
  range: FoldRange,
  [first, last]: Group,
): Generator<undefined, ReadonlyMap<number, readonly HourResult[]>> {
  const found = new Map<number, HourResult[]>();
  for (const bytes of freshIn(connection, range)) {
    if (bytes === undefined) {
      yield;
      continue;
    }
    const rows = unpackFresh(bytes);
    if (rows === null) continue;
    for (const [index, owner] of rows.owners.entries()) {
      if (owner < first || owner > last) continue;
      const results = found.get(owner);
      if (results === undefined) found.set(owner, [freshResult(rows, index)]);
      else results.push(freshResult(rows, index));
    }
  }
  return found;
}

const READ_AT_ONCE = 20;

// Undefined stands for the end of a slice. No statement is open then: it would keep the log from being emptied.
function* freshIn(
  connection: Connection,
  { hour, lastKey }: FoldRange,
): Generator<Uint8Array | undefined, undefined> {
  const sql = "SELECT key, bytes FROM fresh WHERE key > ? AND key <= ? ORDER BY key LIMIT ?";
  let slice = new Slice();
  for (let after = hour * PART - 1; ;) {
    const rows = connection.all(sql, after, lastKey, READ_AT_ONCE);
    for (const row of rows) {
      after = count(row, "key");
      yield blob(row, "bytes");
    }
    if (rows.length < READ_AT_ONCE) return;
    if (!slice.isOver) continue;
    yield undefined;
    slice = new Slice();
  }
}

function* write(
  connection: Connection,
  hour: number,
  results: ReadonlyMap<number, readonly HourResult[]>,
): Generator<undefined, number> {
  const owners = [...results.keys()].sort((one, other) => one - other);
  let folded = 0;
  for (let next = 0; next < owners.length;) {
    // Nobody needs to wait for the disk: what is folded again after a loss of power comes to the same.
    connection.setDurable(false);
    connection.transaction(() => {
      for (const slice = new Slice(); next < owners.length && !slice.isOver; next += 1) {
        const owner = owners[next] ?? 0;
        const own = results.get(owner) ?? [];
        foldOwner(connection, { hour, owner, results: inOrder(own) });
        folded += own.length;
      }
      const through = owners[next - 1] ?? 0;
      connection.run("UPDATE folding SET through = ? WHERE hour = ?", through, hour);
    });
    yield;
  }
  return folded;
}

function foldOwner(
  connection: Connection,
  one: { readonly hour: number; readonly owner: number; readonly results: readonly HourResult[] },
): void {
  const { hour, owner, results } = one;
  const before = readable(() => rawOf(connection, hour, owner));
  const all = inOrder([...before, ...results]);
  putBytes(connection, "raw", hour * PART + owner, packResults(all));
  for (const resolution of RESOLUTIONS) {
    const { spanMs, chunkMs } = SPANS[resolution];
    const table = TABLE_OF[resolution];
    const key = Math.floor((hour * HOUR_MS) / chunkMs) * PART + owner;
    const counted = readable(() => talliesOf(connection, table, key));
    const spans = addTallies(counted, tally(results, hour, spanMs));
    putBytes(connection, table, key, packTallies(spans));
  }
}

// What is damaged was told to whoever read it. Here it would keep all other histories from being folded, and the file growing.
function readable<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof StateError) return [];
    throw error;
  }
}

function putBytes(connection: Connection, table: string, key: number, bytes: Uint8Array): void {
  connection.run(`INSERT OR REPLACE INTO ${table} (key, bytes) VALUES (?, ?)`, key, bytes);
}

const REMOVED_AT_ONCE = 500;

function* removeFolded(
  connection: Connection,
  { hour, lastKey }: FoldRange,
): Generator<undefined, undefined> {
  const first = "SELECT min(key) AS key FROM fresh WHERE key >= ? AND key <= ?";
  for (;;) {
    const key = connection.get(first, hour * PART, lastKey)?.["key"];
    if (typeof key !== "number") break;
    connection.setDurable(false);
    const to = Math.min(lastKey, key + REMOVED_AT_ONCE);
    connection.run("DELETE FROM fresh WHERE key >= ? AND key <= ?", key, to);
    yield;
  }
  connection.run("DELETE FROM folding WHERE hour = ?", hour);
}
