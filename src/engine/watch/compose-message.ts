import type { Incident, Message, MessageKind } from "../../model/incident.ts";
import { shownDuration } from "../../model/shown-duration.ts";
import { singleLine } from "../../model/text.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Finding } from "../../model/watch-state.ts";

/** What tells which messages are due. */
export interface Telling {
  readonly alertOn: WatchPolicy["alertOn"];
  /** False while something holds messages back: a pause, maintenance, silence, or flapping. */
  readonly mayTell: boolean;
}

/**
 * Decides which messages of an incident are due, and were not written yet. Pure.
 *
 * What holds messages back never holds back the end of what was told.
 *
 * @param incident - As it is now.
 * @param telling - What people want to hear of, and whether they may be told.
 * @returns Kinds of messages, in their order.
 */
export function dueMessages(
  incident: Incident,
  { alertOn, mayTell }: Telling,
): readonly MessageKind[] {
  const { kind, told, gaveUpAt, closedAt, acknowledged } = incident;
  if (closedAt !== null) {
    return told.length > 0 && !told.includes("resolved") ? ["resolved"] : [];
  }
  if (!mayTell || acknowledged !== null) return [];
  // That we cannot look is as bad as a failure, as far as anybody knows.
  const wanted: MessageKind[] = alertOn.includes(kind === "blind" ? "failure" : kind) ? [kind] : [];
  if (gaveUpAt !== null && alertOn.includes("gave_up")) wanted.push("gave_up");
  return wanted.filter((message) => !told.includes(message));
}

/**
 * Writes a message. Pure.
 *
 * @param kind - What it tells.
 * @param incident - What it tells of.
 * @param options - Its id, the project, and the time in milliseconds since 1970-01-01 UTC.
 * @returns The message.
 */
export function composeMessage(
  kind: MessageKind,
  incident: Incident,
  { id, project, at }: { readonly id: number; readonly project: string; readonly at: number },
): Message {
  const { resource, findings } = incident;
  return {
    id,
    kind,
    project,
    resource,
    incident: incident.id,
    at,
    title: titleOf(kind, incident, at),
    lines: kind === "resolved" ? [] : [...findings.map(findingLine), ...affectedLines(incident)],
  };
}

/**
 * Says what one assertion saw, in one line.
 *
 * @param finding - What it saw.
 * @returns Such as `HTTPStatusAssert: expected 200, got 503`.
 */
export function findingLine({ name, expected, actual }: Finding): string {
  return singleLine(
    expected === "" ? `${name}: ${actual}` : `${name}: expected ${expected}, got ${actual}`,
  );
}

function titleOf(kind: MessageKind, incident: Incident, at: number): string {
  const { resource, findings, openedAt, repairs } = incident;
  const [first] = findings;
  const seen = first === undefined ? "" : `: ${findingLine(first)}`;
  switch (kind) {
    case "failure":
      return `${resource} is unhealthy${seen}`;
    case "drift":
      return `${resource} is not as it was deployed${seen}`;
    case "blind":
      return `${resource} cannot be checked${seen}`;
    case "gave_up":
      return `${resource} could not be repaired: ${counted(repairs, "attempt")}, no more are made${seen}`;
    case "resolved":
      return `${resource} ${endOf(incident)} after ${lasting(at - openedAt)}`;
  }
}

function endOf({ kind, outcome, repairs }: Incident): string {
  if (outcome === "gone") return "is not watched any more";
  if (kind === "blind") return "can be checked again";
  if (kind === "drift") return "is as it was deployed again";
  return outcome === "repaired" ? `was repaired by ${counted(repairs, "attempt")}` : "recovered";
}

function affectedLines({ affected }: Incident): readonly string[] {
  return affected.length === 0 ? [] : [`affects ${affected.join(", ")}`];
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

// Nobody wants to know the milliseconds of an hour.
function lasting(durationMs: number): string {
  return shownDuration(
    durationMs < 10_000
      ? Math.round(durationMs / 100) * 100
      : Math.round(durationMs / 1_000) * 1_000,
  );
}
