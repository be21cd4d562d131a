import type { AuditRecord } from "../../model/audit.ts";
import type { Heartbeat } from "../../model/heartbeat.ts";
import type { Delivery, Incident, RepairAttempt } from "../../model/incident.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { listLimit, WATCH_LIMITS } from "../../model/watch-rules.ts";
import type {
  AuditQuery,
  IncidentQuery,
  ListQuery,
  WatchSnapshot,
} from "../../ports/watch-store.ts";
import { count, text, type Connection, type Row, type Value } from "./connection.ts";
import {
  readAudit,
  readEvent,
  readHeartbeat,
  readHold,
  readIncident,
  readMessage,
  readProgress,
  readRepair,
  readWatchState,
} from "./watch-documents.ts";

/** What a snapshot is made of, as it stands in the file: texts pass between threads much quicker than what they hold. */
export interface WatchingRows {
  readonly states: readonly [resources: readonly string[], documents: readonly string[]];
  readonly incidents: readonly NumberedRow[];
  readonly repairs: readonly NumberedRow[];
  readonly holds: readonly NumberedRow[];
  readonly deliveries: readonly Delivery[];
  readonly last: Readonly<Record<string, number>>;
}

type NumberedRow = readonly [id: number, document: string];

/** What is there when nothing is. */
export const NO_WATCHING: WatchingRows = {
  states: [[], []],
  incidents: [],
  repairs: [],
  holds: [],
  deliveries: [],
  last: {},
};

/**
 * Reads all that watching goes on from.
 *
 * @param connection - The database, in the present format.
 * @returns All of one moment.
 * @throws {@link StateError} When it is damaged.
 */
export function watchingRows(connection: Connection): WatchingRows {
  connection.run("BEGIN");
  try {
    const numbered = (from: string): readonly NumberedRow[] =>
      connection
        .all(`SELECT id, document FROM ${from} ORDER BY id`)
        .map((row) => [count(row, "id"), text(row, "document")]);
    const counters = connection
      .all("SELECT name, value FROM counters WHERE name NOT IN ('serial', 'run', 'pinned_to')")
      .map((row) => [text(row, "name"), count(row, "value")] as const);
    return {
      states: connection.columns("SELECT resource, document FROM watches ORDER BY rowid"),
      incidents: numbered("incidents WHERE is_open = 1"),
      repairs: numbered("repairs WHERE is_open = 1"),
      holds: numbered("holds"),
      deliveries: deliveriesOf(connection, "state = 'pending' ORDER BY id, channel", []),
      last: Object.fromEntries(counters),
    };
  } finally {
    connection.run("COMMIT");
  }
}

/**
 * Makes a snapshot of what was read.
 *
 * @param rows - What stands in the file.
 * @returns The snapshot.
 * @throws {@link StateError} When it is damaged.
 */
export function watchSnapshot({ last, ...rows }: WatchingRows): WatchSnapshot {
  const [resources, documents] = rows.states;
  const states = new Map<string, WatchState>();
  for (const [index, resource] of resources.entries()) {
    const document = documents[index] ?? "";
    states.set(resource, readWatchState(document, `what is known of ${resource}`));
  }
  return {
    states,
    incidents: rows.incidents.map(([id, document]) =>
      readIncident(document, nameOf("incident", id)),
    ),
    repairs: rows.repairs.map(([id, document]) => readRepair(document, nameOf("repair", id))),
    holds: rows.holds.map(([id, document]) => readHold(document, nameOf("hold", id))),
    deliveries: rows.deliveries,
    lastIncident: last["incident"] ?? 0,
    lastRepair: last["repair"] ?? 0,
    lastEvent: last["event"] ?? 0,
    lastHold: last["hold"] ?? 0,
    lastMessage: last["message"] ?? 0,
    lastAudit: last["audit"] ?? 0,
  };
}

/**
 * Lists incidents.
 *
 * @param connection - The database, in the present format; the same goes for all below.
 * @param query - Which; the same goes for all below.
 * @returns Those.
 * @throws {@link StateError} When one is damaged; the same goes for all below.
 */
export function incidents(connection: Connection, query: IncidentQuery): readonly Incident[] {
  const { isOpen } = query;
  const also = isOpen === undefined ? "" : `is_open = ${isOpen ? "1" : "0"} AND `;
  return list(connection, "incidents", query, also).map((row) => incidentOf(row));
}

/**
 * Reads one incident.
 *
 * @param connection - The database.
 * @param id - Its id.
 * @returns Null when there is none.
 */
export function incident(connection: Connection, id: number): Incident | null {
  const row = connection.get("SELECT id, document FROM incidents WHERE id = ?", id);
  return row && incidentOf(row);
}

/**
 * Lists attempts to repair.
 *
 * @param connection - The database.
 * @param query - Which.
 * @returns Those.
 */
export function repairs(connection: Connection, query: ListQuery): readonly RepairAttempt[] {
  return list(connection, "repairs", query).map((row) =>
    readRepair(text(row, "document"), nameOf("repair", count(row, "id"))),
  );
}

/**
 * Lists what happened.
 *
 * @param connection - The database.
 * @param query - Which.
 * @returns Those.
 */
export function events(connection: Connection, query: ListQuery): readonly WatchEvent[] {
  return list(connection, "events", query).map((row) =>
    readEvent(text(row, "document"), nameOf("event", count(row, "id"))),
  );
}

/**
 * Reads what a job reported last.
 *
 * @param connection - The database.
 * @param resource - What stands for the job.
 * @returns Null before the first time.
 */
export function heartbeat(connection: Connection, resource: string): Heartbeat | null {
  const row = connection.get("SELECT document FROM heartbeats WHERE resource = ?", resource);
  return row && readHeartbeat(text(row, "document"), `heartbeat of ${resource}`);
}

/**
 * Lists who changed what over HTTP.
 *
 * @param connection - The database.
 * @param query - Which.
 * @returns Those.
 */
export function audit(connection: Connection, query: AuditQuery): readonly AuditRecord[] {
  return list(connection, "audit", query).map((row) =>
    readAudit(text(row, "document"), nameOf("audit entry", count(row, "id"))),
  );
}

/**
 * Lists messages with how far they have come.
 *
 * @param connection - The database.
 * @param query - Which.
 * @returns Those.
 */
export function deliveries(connection: Connection, query: ListQuery): readonly Delivery[] {
  const [condition, values] = conditionOf(query);
  // As a list in the order of ids is turned around, so are the channels.
  const channels = query.after === undefined ? "DESC" : "ASC";
  const sql = condition.replace(" LIMIT", `, channel ${channels} LIMIT`);
  return deliveriesOf(connection, sql, values);
}

function list(connection: Connection, table: string, query: ListQuery, also = ""): readonly Row[] {
  const [condition, values] = conditionOf(query);
  return connection.all(`SELECT id, document FROM ${table} WHERE ${also}${condition}`, ...values);
}

function conditionOf({ resource, after, before, limit }: ListQuery): [string, readonly Value[]] {
  const conditions = [
    after === undefined ? "id IS NOT NULL" : "id > ?",
    ...(before === undefined ? [] : ["id < ?"]),
    ...(resource === undefined ? [] : ["resource = ?"]),
  ].join(" AND ");
  const values = [after, before, resource, listLimit(limit, WATCH_LIMITS.listed)];
  const order = after === undefined ? "DESC" : "ASC";
  return [
    `${conditions} ORDER BY id ${order} LIMIT ?`,
    values.filter((value) => value !== undefined),
  ];
}

function deliveriesOf(
  connection: Connection,
  condition: string,
  values: readonly Value[],
): readonly Delivery[] {
  const sql = `SELECT id, messages.document AS message, channel, deliveries.document AS progress
    FROM messages JOIN deliveries ON message = id WHERE ${condition}`;
  return connection.all(sql, ...values).map((row) => {
    const id = count(row, "id");
    return {
      message: readMessage(text(row, "message"), nameOf("message", id)),
      channel: text(row, "channel"),
      ...readProgress(text(row, "progress"), nameOf("delivery of message", id)),
    };
  });
}

function incidentOf(row: Row): Incident {
  return readIncident(text(row, "document"), nameOf("incident", count(row, "id")));
}

function nameOf(what: string, id: number): string {
  return `${what} ${String(id)}`;
}
