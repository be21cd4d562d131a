import { blob, count, text, type Connection } from "./connection.ts";
import { PART, unpackFresh, type FoldedTable } from "./history-rows.ts";
import { Slice } from "./slice.ts";

/** Those that keep results the longest first: most are found there. */
const TABLES: readonly FoldedTable[] = ["days", "hours", "minutes", "raw"];
const NAMES_AT_ONCE = 500;
const ROWS_AT_ONCE = 8;

/**
 * Forgets the numbers of resources that are watched no more, and of which no history is left.
 *
 * @param connection - The database, in the present format, where nobody else records.
 * @param known - Numbers of resources that were looked up: who records adds to it what it uses.
 * @yields Where it may be interrupted.
 */
export function* pruneNames(
  connection: Connection,
  known: Map<string, number>,
): Generator<undefined, undefined> {
  const unused = yield* unusedIn(connection);
  if (unused.size === 0) return;
  for (const name of unused.values()) known.delete(name);
  yield* keepFresh(connection, unused);
  const rows = [...unused];
  for (let next = 0; next < rows.length;) {
    yield;
    connection.setDurable(false);
    connection.transaction(() => {
      for (const slice = new Slice(); next < rows.length && !slice.isOver; next += 1) {
        const [id, name] = rows[next] ?? [0, ""];
        // It may have been recorded meanwhile. The last number stays: it would be given to the next one that comes.
        const sql = "DELETE FROM names WHERE id = ? AND id < (SELECT max(id) FROM names)";
        if (!known.has(name)) connection.run(sql, id);
      }
    });
  }
}

// Those of which nothing is folded, by their numbers.
function* unusedIn(connection: Connection): Generator<undefined, Map<number, string>> {
  const last = count(connection.get("SELECT max(id) AS id FROM names"), "id");
  const parts = yield* partsIn(connection);
  const unused = new Map<number, string>();
  let slice = new Slice();
  const sql = `SELECT id, name FROM names WHERE id > ? AND id <= ?
    AND NOT EXISTS (SELECT 1 FROM watches WHERE resource = name)`;
  for (let after = 0; after < last; after += NAMES_AT_ONCE) {
    for (const row of connection.all(sql, after, after + NAMES_AT_ONCE)) {
      const id = count(row, "id");
      if (!isFolded(connection, parts, id)) unused.set(id, text(row, "name"));
    }
    if (!slice.isOver) continue;
    yield;
    slice = new Slice();
  }
  return unused;
}

/** The parts that each table has. */
type Parts = readonly (readonly [table: FoldedTable, parts: readonly number[]])[];

function* partsIn(connection: Connection): Generator<undefined, Parts> {
  const all: [FoldedTable, number[]][] = [];
  let slice = new Slice();
  for (const table of TABLES) {
    const parts: number[] = [];
    const sql = `SELECT max(key) AS key FROM ${table} WHERE key < ?`;
    for (let end = Number.MAX_SAFE_INTEGER; ;) {
      const key = connection.get(sql, end)?.["key"];
      if (typeof key !== "number") break;
      const part = Math.floor(key / PART);
      parts.push(part);
      end = part * PART;
      if (!slice.isOver) continue;
      yield;
      slice = new Slice();
    }
    all.push([table, parts]);
  }
  return all;
}

function isFolded(connection: Connection, all: Parts, id: number): boolean {
  return all.some(([table, parts]) =>
    parts.some(
      (part) => connection.get(`SELECT 1 FROM ${table} WHERE key = ?`, part * PART + id) !== null,
    ),
  );
}

function* keepFresh(
  connection: Connection,
  unused: Map<number, string>,
): Generator<undefined, undefined> {
  const sql = "SELECT key, bytes FROM fresh WHERE key > ? ORDER BY key LIMIT ?";
  for (let after = -1, slice = new Slice(); ;) {
    const rows = connection.all(sql, after, ROWS_AT_ONCE);
    for (const row of rows) {
      after = count(row, "key");
      for (const owner of unpackFresh(blob(row, "bytes"))?.owners ?? []) unused.delete(owner);
    }
    if (rows.length < ROWS_AT_ONCE) return;
    if (!slice.isOver) continue;
    yield;
    slice = new Slice();
  }
}
