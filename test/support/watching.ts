import type { AuditRecord } from "../../src/model/audit.ts";
import type { Heartbeat } from "../../src/model/heartbeat.ts";
import type { Delivery, Hold, Incident, Message, RepairAttempt } from "../../src/model/incident.ts";
import type { ResultRow } from "../../src/model/history.ts";
import type { WatchEvent } from "../../src/model/watch-event.ts";
import type { WatchState } from "../../src/model/watch-state.ts";

/** 2026-01-05 00:00 UTC, a full hour and a full day. */
export const MONDAY = Date.UTC(2026, 0, 5);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What is believed of a resource. */
export function watchState(resource: string, failures = 0): WatchState {
  return {
    resource,
    health: failures > 2 ? "unhealthy" : "healthy",
    sync: "in_sync",
    failures,
    passes: 0,
    errors: 0,
    recent: "ppf",
    isFlapping: false,
    since: MONDAY,
    lookedAt: MONDAY + 1,
    healthySince: null,
    causedBy: "db",
    findings: [
      {
        name: "PortAccessibleAssert",
        verdict: "fail",
        severity: "fail",
        claim: "port 80 is accessible",
        expected: "accessible",
        actual: "refused ü\u2028👍",
      },
    ],
    repair: {
      recent: [MONDAY],
      attempts: failures,
      tried: [1, 0],
      nextAt: MONDAY + 2_000,
      hasGivenUp: false,
      running: null,
      proving: 1,
      graceUntil: null,
    },
    incidents: [1],
    expiredAt: null,
    specHash: "a".repeat(64),
  };
}

/** An incident; open unless it is said when it was closed. */
export function incident(id: number, resource = "web", closedAt: number | null = null): Incident {
  return {
    id,
    resource,
    kind: "failure",
    openedAt: MONDAY,
    closedAt,
    outcome: closedAt === null ? null : "repaired",
    findings: watchState(resource).findings,
    repairs: 1,
    gaveUpAt: null,
    acknowledged: { by: "root@host", at: MONDAY, comment: "on it" },
    told: ["failure"],
    affected: ["api"],
  };
}

/** An attempt to repair; under way unless it is said when it ended. */
export function repair(id: number, resource = "web", endedAt: number | null = null): RepairAttempt {
  return {
    id,
    resource,
    incident: 1,
    action: "restart",
    attempt: 1,
    startedAt: MONDAY,
    endedAt,
    outcome: endedAt === null ? null : "repaired",
    detail: null,
    by: "clockwork",
  };
}

/** Something that happened. */
export function event(id: number, resource: string | null = "web"): WatchEvent {
  const data = { from: "healthy", to: "unhealthy" };
  return { id, at: MONDAY + id, type: "health_changed", resource, text: "is unhealthy", data };
}

/** A hold on the whole project. */
export function hold(id: number): Hold {
  const ends = { from: MONDAY, until: null };
  return { id, kind: "maintenance", resource: null, ...ends, by: "root@host", comment: "" };
}

/** A message. */
export function message(id: number, resource = "web", at = MONDAY): Message {
  const about = { project: "shop", resource, incident: 1 };
  return { id, kind: "failure", ...about, at, title: "web is down", lines: ["port 80"] };
}

/** How far a message has come. */
export function delivery(
  id: number,
  channel: string,
  state: Delivery["state"] = "pending",
  at = MONDAY,
): Delivery {
  const attempts = state === "pending" ? 0 : 1;
  return { message: message(id, "web", at), channel, attempts, nextAt: at, state, problem: null };
}

/** What a job reported; that it went well unless it is said otherwise. */
export function heartbeat(resource: string, more: Partial<Heartbeat> = {}): Heartbeat {
  return { resource, at: MONDAY, isOk: true, comment: "12 files ü\u2028👍", by: "backup", ...more };
}

/** An entry of the audit log. */
export function audit(id: number): AuditRecord {
  const who = { who: "CN=alice", role: "operator", from: "127.0.0.1" };
  return {
    id,
    at: MONDAY + id,
    ...who,
    what: `repair web-${String(id)}`,
    outcome: "done",
    status: 202,
  };
}

/** A result that passed unless it is said otherwise. */
export function result(resource: string, at: number, more: Partial<ResultRow> = {}): ResultRow {
  return { resource, at, verdict: "pass", isDegraded: false, durationMs: 1.5, ...more };
}
