import { HOUR_MS } from "../../model/history-result.ts";
import { blob, count, type Connection } from "./connection.ts";
import {
  joinFresh,
  ownerOf,
  packFresh,
  PART,
  timeAndCode,
  unpackFresh,
  type FreshRows,
} from "./history-rows.ts";
import type { RecordBatch } from "./store-calls.ts";
import { putState } from "./watch-writes.ts";

/**
 * Writes what was recorded. Whoever kills us does not undo it; a loss of power may, for a few moments.
 *
 * @param connection - The database, in the present format.
 * @param batch - Results and states.
 * @param known - Numbers of resources that were looked up before; it is added to.
 */
export function writeBatch(
  connection: Connection,
  batch: RecordBatch,
  known: Map<string, number>,
): void {
  connection.setDurable(false);
  const made = connection.transaction(() => {
    for (const [resource, document] of batch.states) putState(connection, resource, document);
    const owners = new Map(batch.names.map((name) => [name, numberOf(connection, name, known)]));
    appendResults(connection, batch, [...owners.values()]);
    return owners;
  });
  for (const [name, owner] of made) known.set(name, owner);
}

function numberOf(connection: Connection, name: string, known: Map<string, number>): number {
  const number = known.get(name) ?? ownerOf(connection, name);
  if (number !== null) return number;
  connection.run("INSERT INTO names (name) VALUES (?)", name);
  return count(connection.get("SELECT last_insert_rowid() AS id"), "id");
}

function appendResults(
  connection: Connection,
  batch: RecordBatch,
  numbers: readonly number[],
): void {
  const { times } = batch;
  for (let from = 0; from < times.length;) {
    const hour = hourOf(times[from]);
    let to = from + 1;
    while (to < times.length && hourOf(times[to]) === hour) to += 1;
    appendHour(connection, hour, partOf(batch, { hour, numbers, from, to }));
    from = to;
  }
}

function hourOf(time: number | undefined): number {
  return Math.floor((time ?? 0) / HOUR_MS);
}

function partOf(
  { owners, times, codes, durations }: RecordBatch,
  part: {
    readonly hour: number;
    readonly numbers: readonly number[];
    readonly from: number;
    readonly to: number;
  },
): FreshRows {
  const { hour, numbers, from, to } = part;
  return {
    owners: owners.slice(from, to).map((place) => numbers[place] ?? 0),
    times: Uint32Array.from(times.subarray(from, to), (time, index) =>
      timeAndCode(time - hour * HOUR_MS, codes[from + index] ?? 0),
    ),
    durations: durations.subarray(from, to),
  };
}

/** So many rows become one: whoever reads an hour has fewer of them to go through. */
const MERGED = 16;

function appendHour(connection: Connection, hour: number, rows: FreshRows): void {
  const sql = "SELECT max(key) AS key FROM fresh WHERE key >= ? AND key < ?";
  const last = connection.get(sql, hour * PART, (hour + 1) * PART)?.["key"];
  // Those that are being folded go, while they are counted on: what is new comes after them.
  const folding = connection.get("SELECT last_key AS key FROM folding WHERE hour = ?", hour);
  const first = Math.max(hour * PART, count(folding, "key") + 1);
  const key = Math.max(first, typeof last === "number" ? last + 1 : 0);
  const isFull = key % MERGED === MERGED - 1;
  const merged = isFull ? takeBack(connection, Math.max(first, key - MERGED + 1), key) : [];
  const bytes = packFresh(joinFresh([...merged, rows]));
  connection.run("INSERT INTO fresh (key, bytes) VALUES (?, ?)", key, bytes);
}

function takeBack(connection: Connection, first: number, end: number): readonly FreshRows[] {
  const rows = connection
    .all("SELECT bytes FROM fresh WHERE key >= ? AND key < ? ORDER BY key", first, end)
    .map((row) => unpackFresh(blob(row, "bytes")));
  const whole = rows.filter((each) => each !== null);
  // What is damaged stays as it is.
  if (whole.length < rows.length) return [];
  connection.run("DELETE FROM fresh WHERE key >= ? AND key < ?", first, end);
  return whole;
}
