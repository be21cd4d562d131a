import type { Color } from "../../model/color.ts";
import type { Explanation } from "../../model/control.ts";
import type { Incident, RepairAttempt } from "../../model/incident.ts";
import { momentText, spanText } from "../../model/moments.ts";
import { singleLine } from "../../model/text.ts";
import type { Finding, WatchState } from "../../model/watch-state.ts";
import { FINDING_MARKS, HEALTH_COLORS, SYNC_WORDS } from "./health-words.ts";
import { holdScope, holdText } from "./hold-text.ts";

/** One line of an explanation. */
export interface ExplainLine {
  readonly text: string;
  readonly color?: Color;
  /** Its beginning, which stays in its column when the rest is broken into lines. */
  readonly label?: string;
}

/** One part of an explanation: the most important comes first. */
export interface ExplainSection {
  /** Null for what stands at the top. */
  readonly title: string | null;
  readonly lines: readonly ExplainLine[];
}

/** So much of what happened is told. */
const LIMIT_EVENTS = 10;
const LIMIT_ATTEMPTS = 8;

/**
 * Says why a resource is what it is: what it is, why, what happens next, what was tried, and what happened. Pure.
 *
 * @param explanation - What is known.
 * @param now - The wall clock, in milliseconds since 1970-01-01 UTC.
 * @returns Parts that hold something, in order of importance.
 */
export function explainSections(explanation: Explanation, now: number): readonly ExplainSection[] {
  const { next, repairs, events, passing } = explanation;
  const sections: readonly ExplainSection[] = [
    { title: null, lines: headLines(explanation, now) },
    { title: "Why", lines: whyLines(explanation) },
    { title: "Next", lines: next.map((text) => ({ text: singleLine(text), label: "·" })) },
    {
      title: "Held",
      lines: explanation.holds.map((hold) => ({
        text: `${holdScope(hold)} is ${holdText(hold, now)}`,
        color: "yellow",
      })),
    },
    { title: "Told", lines: explanation.incidents.flatMap((each) => incidentLines(each, now)) },
    {
      title: "Tried",
      lines: repairs.slice(0, LIMIT_ATTEMPTS).map((attempt) => attemptLine(attempt, now)),
    },
    {
      title: "Lately",
      lines: events.slice(0, LIMIT_EVENTS).map(({ at, type, text }) => ({
        label: momentText(at, now),
        text: singleLine(`${type.replaceAll("_", " ")}: ${text}`),
      })),
    },
    {
      title: "Holds true",
      lines: passing.map(({ name, claim, actual }) => ({
        label: FINDING_MARKS.pass.sign,
        text: singleLine(`${name}: ${claim}${actual === "" ? "" : ` (${actual})`}`),
        color: "green",
      })),
    },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

function headLines(
  { resource, kind, state, dependsOn }: Explanation,
  now: number,
): readonly ExplainLine[] {
  const { health, since, sync, lookedAt } = state;
  const what = kind === "" ? "" : ` (${kind})`;
  const long =
    since === null
      ? ""
      : ` since ${momentText(since, now)}, for ${spanText(Math.max(0, now - since))}`;
  const looked =
    lookedAt === null
      ? "never looked at"
      : `last looked at ${spanText(Math.max(0, now - lookedAt))} ago`;
  const needs = dependsOn.length === 0 ? [] : [`needs ${dependsOn.join(", ")}`];
  const synced = sync === "unknown" ? [] : [SYNC_WORDS[sync].text];
  return [
    { text: singleLine(`${resource}${what} is ${health}${long}`), color: HEALTH_COLORS[health] },
    { text: singleLine([...synced, looked, ...needs].join("; ")), color: "dim" },
  ];
}

function whyLines(explanation: Explanation): readonly ExplainLine[] {
  const { state } = explanation;
  const cause: readonly ExplainLine[] =
    state.causedBy === null
      ? []
      : [{ text: singleLine(`caused by ${state.causedBy}`), color: "red", label: "→" }];
  return [
    ...cause,
    ...state.findings.flatMap(findingLines),
    ...countLines(explanation).map((text) => ({ text, color: "dim" as const })),
  ];
}

function findingLines(finding: Finding): readonly ExplainLine[] {
  const { name, verdict, severity, claim, expected, actual } = finding;
  const isWarning = verdict === "fail" && severity === "warn";
  const { sign, color } = isWarning
    ? ({ sign: "!", color: "yellow" } as const)
    : FINDING_MARKS[verdict];
  const head = claim === "" ? name : `${name}: ${claim}`;
  const seen = [
    ...(expected === "" ? [] : [{ label: "  expected", text: singleLine(expected) }]),
    { label: "  got     ", text: singleLine(actual) },
  ];
  return [{ label: sign, text: singleLine(head), color }, ...seen];
}

// How far it is from another health.
function countLines({ state, policy }: Explanation): readonly string[] {
  const { failures, passes, errors, isFlapping, health } = state;
  const { window, failureThreshold, recoveryThreshold } = policy;
  const lines: string[] = [];
  // What ended for good was unhealthy at once: nothing was counted.
  const isCounted = health !== "unhealthy" || window !== null || failures >= failureThreshold;
  if (failures > 0 && isCounted) lines.push(failuresText(state, { window, failureThreshold }));
  if (health === "unhealthy" && passes > 0) {
    lines.push(`passing ${String(passes)} of ${String(recoveryThreshold)} looks in a row`);
  }
  if (errors > 0) lines.push(`could not be looked at ${String(errors)} of 3 times in a row`);
  if (isFlapping) lines.push("goes up and down: nobody is told of each time");
  return lines;
}

function failuresText(
  { failures, recent }: WatchState,
  { window, failureThreshold }: Pick<Explanation["policy"], "window" | "failureThreshold">,
): string {
  if (window === null) {
    return `failing ${String(failures)} of ${String(failureThreshold)} looks in a row`;
  }
  const counting = recent.slice(recent.lastIndexOf("|") + 1).slice(-window.of);
  const seen = String(counting.split("f").length - 1);
  return `failing ${seen} of the last ${String(window.of)} looks, ${String(window.failures)} make it unhealthy`;
}

const KINDS: Readonly<Record<Incident["kind"], string>> = {
  failure: "it fails",
  drift: "it is not as it was deployed",
  blind: "it cannot be looked at",
};

function incidentLines(incident: Incident, now: number): readonly ExplainLine[] {
  const { id, kind, openedAt, told, acknowledged, gaveUpAt, affected } = incident;
  const parts = [
    `incident ${String(id)}: ${KINDS[kind]}`,
    told.length === 0 ? "nobody was told" : `told: ${told.join(", ").replaceAll("_", " ")}`,
    ...(acknowledged === null ? [] : [`taken over by ${acknowledged.by}`]),
    ...(gaveUpAt === null ? [] : [`given up at ${momentText(gaveUpAt, now)}`]),
    ...(affected.length === 0 ? [] : [`affects ${affected.join(", ")}`]),
  ];
  return [{ label: momentText(openedAt, now), text: singleLine(parts.join("; ")) }];
}

const OUTCOMES: Readonly<
  Record<NonNullable<RepairAttempt["outcome"]>, { readonly text: string; readonly color: Color }>
> = {
  acted: { text: "done, to be proven", color: "yellow" },
  repaired: { text: "helped", color: "green" },
  failed: { text: "failed", color: "red" },
  unproven: { text: "did not help", color: "red" },
  interrupted: { text: "was interrupted", color: "yellow" },
};

const UNDER_WAY = { text: "under way", color: "yellow" } as const;

function attemptLine(attempt: RepairAttempt, now: number): ExplainLine {
  const { startedAt, endedAt, action, attempt: number, by } = attempt;
  const { color } = attempt.outcome === null ? UNDER_WAY : OUTCOMES[attempt.outcome];
  const tookMs = endedAt === null ? 0 : endedAt - startedAt;
  const took = tookMs < 1_000 ? "" : ` after ${spanText(tookMs)}`;
  const who = by === "clockwork" ? "" : `, asked for by ${by}`;
  return {
    label: momentText(startedAt, now),
    text: singleLine(`${action}, attempt ${String(number)}${who}: ${attemptText(attempt)}${took}`),
    color,
  };
}

/**
 * Says what became of an attempt.
 *
 * @param attempt - The attempt.
 * @returns Such as `helped (container restarted)`.
 */
export function attemptText({
  outcome,
  detail,
}: Pick<RepairAttempt, "outcome" | "detail">): string {
  const { text } = outcome === null ? UNDER_WAY : OUTCOMES[outcome];
  return singleLine(detail === null || detail === "" ? text : `${text} (${detail})`);
}
