import type { AuditRecord } from "../../model/audit.ts";
import type { Heartbeat } from "../../model/heartbeat.ts";
import type { Delivery, Hold, Incident, Message, RepairAttempt } from "../../model/incident.ts";
import { isRecord } from "../../model/json.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { WatchState } from "../../model/watch-state.ts";
import {
  isCount,
  isFlag,
  isNumber,
  isText,
  listOf,
  oneOf,
  orNull,
  readDocument,
  shape,
} from "./document-checks.ts";

/** How far a message has come on its way to one channel. */
export type Progress = Omit<Delivery, "message" | "channel">;

/**
 * Reads what is believed of a resource.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message; the same goes for all below.
 * @returns The state.
 * @throws {@link StateError} When it is damaged; the same goes for all below.
 */
export function readWatchState(text: string, row: string): WatchState {
  const isWhole = (value: unknown): value is WatchState => isWatchState(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads an incident.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The incident.
 */
export function readIncident(text: string, row: string): Incident {
  const isWhole = (value: unknown): value is Incident => isIncident(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads an attempt to repair.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The attempt.
 */
export function readRepair(text: string, row: string): RepairAttempt {
  const isWhole = (value: unknown): value is RepairAttempt => isRepair(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads something that happened.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The event.
 */
export function readEvent(text: string, row: string): WatchEvent {
  const isWhole = (value: unknown): value is WatchEvent => isEvent(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads a hold.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The hold.
 */
export function readHold(text: string, row: string): Hold {
  const isWhole = (value: unknown): value is Hold => isHold(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads a message.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The message.
 */
export function readMessage(text: string, row: string): Message {
  const isWhole = (value: unknown): value is Message => isMessage(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads how far a message has come.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns How far.
 */
export function readProgress(text: string, row: string): Progress {
  const isWhole = (value: unknown): value is Progress => isProgress(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads what a job reported last.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The heartbeat.
 */
export function readHeartbeat(text: string, row: string): Heartbeat {
  const isWhole = (value: unknown): value is Heartbeat => isHeartbeat(value);
  return readDocument(text, row, isWhole);
}

/**
 * Reads an entry of the audit log.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The entry.
 */
export function readAudit(text: string, row: string): AuditRecord {
  const isWhole = (value: unknown): value is AuditRecord => isAuditRecord(value);
  return readDocument(text, row, isWhole);
}

const isFindings = listOf(
  shape({
    name: isText,
    verdict: oneOf(["pass", "fail", "error"]),
    severity: oneOf(["fail", "warn"]),
    claim: isText,
    expected: isText,
    actual: isText,
  }),
);

const isRepairState = shape({
  recent: listOf(isNumber),
  attempts: isCount,
  tried: listOf(isCount),
  nextAt: orNull(isNumber),
  hasGivenUp: isFlag,
  running: orNull(isCount),
  proving: orNull(isCount),
  graceUntil: orNull(isNumber),
});

const isWatchState = shape({
  resource: isText,
  health: oneOf(["unknown", "healthy", "degraded", "unhealthy"]),
  sync: oneOf(["unknown", "in_sync", "drifted", "missing"]),
  failures: isCount,
  passes: isCount,
  errors: isCount,
  recent: isText,
  isFlapping: isFlag,
  since: orNull(isNumber),
  lookedAt: orNull(isNumber),
  healthySince: orNull(isNumber),
  causedBy: orNull(isText),
  findings: isFindings,
  repair: isRepairState,
  incidents: listOf(isCount),
  expiredAt: orNull(isNumber),
  specHash: isText,
});

const isTold = oneOf(["failure", "drift", "blind", "gave_up", "resolved"]);

const isIncident = shape({
  id: isCount,
  resource: isText,
  kind: oneOf(["failure", "drift", "blind"]),
  openedAt: isNumber,
  closedAt: orNull(isNumber),
  outcome: orNull(oneOf(["recovered", "repaired", "gone"])),
  findings: isFindings,
  repairs: isCount,
  gaveUpAt: orNull(isNumber),
  acknowledged: orNull(shape({ by: isText, at: isNumber, comment: isText })),
  told: listOf(isTold),
  affected: listOf(isText),
});

const isRepair = shape({
  id: isCount,
  resource: isText,
  incident: orNull(isCount),
  action: isText,
  attempt: isCount,
  startedAt: isNumber,
  endedAt: orNull(isNumber),
  outcome: orNull(oneOf(["acted", "repaired", "failed", "unproven", "interrupted"])),
  detail: orNull(isText),
  by: isText,
});

// Newer versions may know more types: those who only show them need not.
const isEvent = shape({
  id: isCount,
  at: isNumber,
  type: isText,
  resource: orNull(isText),
  text: isText,
  data: isRecord,
});

const isHold = shape({
  id: isCount,
  kind: oneOf(["pause", "maintenance", "silence", "clock"]),
  resource: orNull(isText),
  from: isNumber,
  until: orNull(isNumber),
  by: isText,
  comment: isText,
});

const isMessage = shape({
  id: isCount,
  kind: isTold,
  project: isText,
  resource: isText,
  incident: isCount,
  at: isNumber,
  title: isText,
  lines: listOf(isText),
});

const isProgress = shape({
  attempts: isCount,
  nextAt: isNumber,
  state: oneOf(["pending", "delivered", "dead"]),
  problem: orNull(isText),
});

const isHeartbeat = shape({
  resource: isText,
  at: isNumber,
  isOk: isFlag,
  comment: isText,
  by: isText,
});

const isAuditRecord = shape({
  id: isCount,
  at: isNumber,
  who: isText,
  role: isText,
  from: isText,
  what: isText,
  outcome: isText,
  status: isCount,
});
