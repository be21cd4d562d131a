import type { JournalStep, Version, VersionSummary } from "../../model/deployment.ts";
import type { Pulse } from "../../model/heartbeat.ts";
import type { StateSnapshot } from "../../ports/store.ts";
import { count, text, type Connection } from "./connection.ts";
import { damaged } from "./document-checks.ts";
import { readResource, readStep, readSummary, readVersion } from "./documents.ts";
import { results, rollUps } from "./history-reads.ts";
import type { Answers, ReadMethod, StoreRead } from "./store-calls.ts";
import {
  audit,
  deliveries,
  events,
  heartbeat,
  incident,
  incidents,
  NO_WATCHING,
  repairs,
  watchingRows,
} from "./watch-reads.ts";

/** How each question is answered. */
const READS: {
  readonly [M in ReadMethod]: (connection: Connection, call: StoreRead<M>) => Answers[M];
} = {
  snapshot,
  pulse: (connection, { resource }) => pulse(connection, resource),
  versions: (connection, { limit }) => versions(connection, limit),
  version: (connection, { number }) => version(connection, number),
  steps: (connection, call) => {
    const sql = "SELECT id, document FROM steps WHERE version = ? ORDER BY id";
    return steps(connection, sql, call.version);
  },
  quarantined: (connection, { hash }) => quarantined(connection, hash),
  content: (connection, { sha256 }) => content(connection, sha256),
  watching: watchingRows,
  incidents: (connection, { query }) => incidents(connection, query),
  incident: (connection, { id }) => incident(connection, id),
  repairs: (connection, { query }) => repairs(connection, query),
  events: (connection, { query }) => events(connection, query),
  heartbeat: (connection, { resource }) => heartbeat(connection, resource),
  audit: (connection, { query }) => audit(connection, query),
  deliveries: (connection, { query }) => deliveries(connection, query),
  results: (connection, { query }) => results(connection, query),
  rollUps: (connection, { query }) => rollUps(connection, query),
};

const none = (): null => null;
const empty = (): readonly never[] => [];

/** What each question gives where nothing is. */
const NOTHING: { readonly [M in ReadMethod]: () => Answers[M] } = {
  snapshot: () => {
    const counters = { serial: 0, run: 0, lastStep: 0, lastVersion: 0 };
    return { ...counters, resources: new Map(), openSteps: [], pinnedTo: null };
  },
  pulse: () => ({ last: null, expectedSince: null }),
  versions: empty,
  version: none,
  steps: empty,
  quarantined: none,
  content: none,
  watching: () => NO_WATCHING,
  incidents: empty,
  incident: none,
  repairs: empty,
  events: empty,
  heartbeat: none,
  audit: empty,
  deliveries: empty,
  results: empty,
  rollUps: empty,
};

/** What is answered from a state of an older format as well: who only asks that must not change the file. */
const OLDER: {
  readonly [M in ReadMethod]?: (connection: Connection, call: StoreRead<M>) => Answers[M];
} = {
  // Heartbeats came with format 3.
  pulse: (connection, { resource }) => {
    return { last: null, expectedSince: expectedFrom(connection, resource) };
  },
};

/**
 * Answers from a state that is open.
 *
 * @param connection - The database, in the present format.
 * @param call - What is asked.
 * @returns What the store's function of that name gives.
 * @throws {@link StateError} When what is read is damaged.
 */
export function readState<M extends ReadMethod>(
  connection: Connection,
  call: StoreRead<M>,
): Answers[M] {
  return READS[call.method](connection, call);
}

/**
 * Answers from a state of an older format, where that can be done.
 *
 * @param connection - The database, in any format but that of an empty file.
 * @param call - What is asked.
 * @returns Null when it has to be brought to the present format first.
 * @throws {@link StateError} When what is read is damaged.
 */
export function readOlder<M extends ReadMethod>(
  connection: Connection,
  call: StoreRead<M>,
): { readonly value: Answers[M] } | null {
  const read = OLDER[call.method];
  return read === undefined ? null : { value: read(connection, call) };
}

/**
 * Answers for a state that was never written.
 *
 * @param call - What is asked.
 * @returns What the store's function of that name gives when there is nothing.
 */
export function readNothing<M extends ReadMethod>({ method }: StoreRead<M>): Answers[M] {
  return NOTHING[method]();
}

function snapshot(connection: Connection): StateSnapshot {
  // One transaction: what is read first and what is read last are of one moment.
  connection.run("BEGIN");
  try {
    const counter = (name: string): number | null => {
      const row = connection.get("SELECT value FROM counters WHERE name = ?", name);
      return row?.["value"] === null ? null : count(row, "value");
    };
    const resources = connection
      .all("SELECT name, document FROM resources ORDER BY rowid")
      .map((row) => {
        const name = text(row, "name");
        return [name, readResource(text(row, "document"), `resource ${name}`)] as const;
      });
    const open = "SELECT id, document FROM steps WHERE is_open = 1 ORDER BY id";
    return {
      serial: counter("serial") ?? 0,
      run: counter("run") ?? 0,
      resources: new Map(resources),
      openSteps: steps(connection, open),
      lastStep: count(connection.get("SELECT max(id) AS most FROM steps"), "most"),
      lastVersion: count(connection.get("SELECT max(number) AS most FROM versions"), "most"),
      pinnedTo: counter("pinned_to"),
    };
  } finally {
    connection.run("COMMIT");
  }
}

function pulse(connection: Connection, resource: string): Pulse {
  const expectedSince = expectedFrom(connection, resource);
  return { last: heartbeat(connection, resource), expectedSince };
}

function expectedFrom(connection: Connection, resource: string): number | null {
  const open = "SELECT id, document FROM steps WHERE is_open = 1 ORDER BY id";
  const opened = steps(connection, open).findLast((step) => step.resource === resource);
  const row = connection.get("SELECT document FROM resources WHERE name = ?", resource);
  const recorded = row && readResource(text(row, "document"), `resource ${resource}`);
  return opened?.startedAt ?? recorded?.updatedAt ?? null;
}

function steps(
  connection: Connection,
  sql: string,
  ...values: readonly number[]
): readonly JournalStep[] {
  return connection
    .all(sql, ...values)
    .map((row) => readStep(text(row, "document"), `step ${String(count(row, "id"))}`));
}

function versions(connection: Connection, limit: number): readonly VersionSummary[] {
  return connection
    .all("SELECT number, summary FROM versions ORDER BY number DESC LIMIT ?", limit)
    .map((row) => readSummary(text(row, "summary"), `version ${String(count(row, "number"))}`));
}

function version(connection: Connection, number: number): Version | null {
  const row = connection.get("SELECT document FROM versions WHERE number = ?", number);
  return row && readVersion(text(row, "document"), `version ${String(number)}`);
}

function quarantined(connection: Connection, hash: string): number | null {
  const row = connection.get(
    `SELECT number, status FROM versions WHERE hash = ?
       AND status IN ('failed', 'rolled-back', 'deployed') ORDER BY number DESC LIMIT 1`,
    hash,
  );
  return row === null || row["status"] === "deployed" ? null : count(row, "number");
}

function content(connection: Connection, sha256: string): Uint8Array | null {
  const row = connection.get("SELECT bytes FROM contents WHERE sha256 = ?", sha256);
  if (row === null) return null;
  const bytes = row["bytes"];
  if (!(bytes instanceof Uint8Array)) throw damaged(`content ${sha256}`);
  // It is written over people's files when a version is brought back: better none than another one.
  const found = process.getBuiltinModule("node:crypto").hash("sha256", bytes, "hex");
  if (found !== sha256) throw damaged(`content ${sha256}`);
  return bytes;
}
