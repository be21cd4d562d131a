import { StateError } from "../../model/deploy-errors.ts";
import type { Resolution, Retention } from "../../model/history.ts";
import { HOUR_MS, inOrder, packResults, type HourResult } from "../../model/history-result.ts";
import { addTallies, packTallies, SPANS, tally } from "../../model/tally.ts";
import type { FoldReport } from "../../ports/watch-store.ts";
import { blob, count, type Connection } from "./connection.ts";
import { dropOld, shorten } from "./history-drop.ts";
import { pruneNames } from "./history-names.ts";
import { rawOf, TABLE_OF, talliesOf } from "./history-reads.ts";
import { freshResult, PART, unpackFresh, type FreshRows } from "./history-rows.ts";
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
 * @param options - The time, how long what is kept, and the numbers of resources that whoever records has looked up.
 * @yields Where it may be interrupted.
 * @returns What was done.
 */
export function* fold(
  connection: Connection,
  options: {
    readonly now: number;
    readonly retention: Retention;
    readonly known: Map<string, number>;
  },
): Generator<undefined, FoldReport> {
  let folded = 0;
  const end = Math.floor(options.now / HOUR_MS);
  for (let hour = nextHour(connection, end); hour !== null; hour = nextHour(connection, end)) {
    folded += yield* foldHour(connection, hour);
  }
  yield* dropOld(connection, options);
  const isShortened = yield* shorten(connection, options.retention.limitBytes);
  yield* pruneNames(connection, options.known);
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

// Numbers of resources have no large gaps: by number, a list is smaller than a map, and in order.
function* countOwners(connection: Connection, range: FoldRange): Generator<undefined, Uint32Array> {
  const last = count(connection.get("SELECT max(id) AS id FROM names"), "id");
  const counts = new Uint32Array(last + 1);
  for (const bytes of freshIn(connection, range)) {
    if (bytes === undefined) {
      yield;
      continue;
    }
    for (const owner of unpackFresh(bytes)?.owners ?? []) {
      if (owner > range.through) counts[owner] = (counts[owner] ?? 0) + 1;
    }
  }
  return counts;
}

/** Some resources, and where the results of each begin among those of all. */
interface Group {
  /** The first of them. */
  readonly first: number;
  /** For each of them, and then where the last one ends. */
  readonly offsets: readonly number[];
}

function* groupsOf(counts: Uint32Array): Generator<Group, undefined> {
  let first = 0;
  let offsets = [0];
  for (const [owner, results] of counts.entries()) {
    const before = offsets.at(-1) ?? 0;
    if (before > 0 && before + results > LIMIT_RESULTS) {
      yield { first, offsets };
      first = owner;
      offsets = [0, results];
    } else offsets.push(before + results);
  }
  yield { first, offsets };
}

/** Results of a group, those of one resource after those of the other, in the order in which they came. */
interface Collected extends Group {
  readonly results: Omit<FreshRows, "owners">;
}

function* collect(
  connection: Connection,
  range: FoldRange,
  group: Group,
): Generator<undefined, Collected> {
  const size = group.offsets.at(-1) ?? 0;
  const results = { times: new Uint32Array(size), durations: new Uint32Array(size) };
  const next = Uint32Array.from(group.offsets);
  // Who is folded already has no place here.
  const first = Math.max(group.first, range.through + 1);
  for (const bytes of freshIn(connection, range)) {
    const rows = bytes === undefined ? null : unpackFresh(bytes);
    if (rows === null) {
      yield;
      continue;
    }
    for (let index = 0; index < rows.owners.length; index += 1) {
      const owner = at(rows.owners, index);
      const place = owner < first ? undefined : next[owner - group.first];
      if (place === undefined || place >= size) continue;
      results.times[place] = at(rows.times, index);
      results.durations[place] = at(rows.durations, index);
      next[owner - group.first] = place + 1;
    }
  }
  return { ...group, results };
}

function at(numbers: Uint32Array, index: number): number {
  return numbers[index] ?? 0;
}

const READ_AT_ONCE = 8;

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
      if (!slice.isOver) continue;
      yield undefined;
      slice = new Slice();
    }
    if (rows.length < READ_AT_ONCE) return;
  }
}

function* write(
  connection: Connection,
  hour: number,
  { first, offsets, results }: Collected,
): Generator<undefined, number> {
  const owners = offsets.length - 1;
  for (let next = 0; next < owners;) {
    // Nobody needs to wait for the disk: what is folded again after a loss of power comes to the same.
    connection.setDurable(false);
    connection.transaction(() => {
      for (const slice = new Slice(); next < owners && !slice.isOver; next += 1) {
        const own: HourResult[] = [];
        const end = offsets[next + 1] ?? 0;
        for (let index = offsets[next] ?? 0; index < end; index += 1) {
          own.push(freshResult(results, index));
        }
        if (own.length > 0)
          foldOwner(connection, { hour, owner: first + next, results: inOrder(own) });
      }
      const through = first + next - 1;
      connection.run("UPDATE folding SET through = ? WHERE hour = ?", through, hour);
    });
    yield;
  }
  return offsets.at(-1) ?? 0;
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

const REMOVED_AT_ONCE = 100;

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
