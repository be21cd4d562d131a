import type { Health, Verdict } from "../../model/verdict.ts";
import { LIMIT_FINDINGS, type Finding, type Look, type Sync } from "../../model/watch-state.ts";
import { secondsText, type Family } from "./family.ts";
import type { ResourceRow } from "./resource-row.ts";

const HEALTHS: readonly Health[] = ["unknown", "healthy", "degraded", "unhealthy"];
const SYNCS: readonly Sync[] = ["unknown", "in_sync", "drifted", "missing"];
const VERDICTS: readonly Verdict[] = ["pass", "fail", "error", "skipped"];

/** What is told of each resource. There may be 100,000 of them: lines are put together of as few pieces as can be. */
export const RESOURCE_FAMILIES: readonly Family<ResourceRow>[] = [
  family({
    name: "clockwork_check_success",
    help: "Whether the last check that could be made passed (1) or failed (0); absent before the first one.",
    value: (row) => {
      const isSuccess = successOf(row);
      return isSuccess === null ? null : digit(isSuccess);
    },
  }),
  stateFamily<Health>({
    name: "clockwork_check_state",
    help: "1 for the health that the resource is believed to have, 0 for the others.",
    states: HEALTHS,
    stateOf: ({ state }) => state.health,
  }),
  {
    name: "clockwork_check_results_total",
    type: "counter",
    help: "Checks by their verdict.",
    lines: resultLines,
  },
  family({
    name: "clockwork_check_last_duration_seconds",
    help: "How long the last check took; absent before the first one.",
    value: ({ reading }) => secondsOf(reading?.lastDurationMs ?? null),
  }),
  family({
    name: "clockwork_check_last_run_timestamp_seconds",
    help: "When the last check began, in unix time; absent before the first one.",
    value: ({ look, state }) => secondsOf(look?.at ?? state.lookedAt),
  }),
  family({
    name: "clockwork_check_consecutive_failures",
    help: "Failures in a row; checks that could not be made in between neither count nor reset.",
    value: ({ state, reading }) => String(reading?.failures ?? state.failures),
  }),
  {
    name: "clockwork_assertion_success",
    type: "gauge",
    help: "Whether the assertion held (1) or not (0) at the last check; absent when that could not be told.",
    lines: assertionLines,
  },
  stateFamily<Sync>({
    name: "clockwork_sync_state",
    help: "1 for how the resource is compared with what was deployed, 0 for the others; absent for what is only watched.",
    states: SYNCS,
    stateOf: ({ named, state }) => (named.isCompared ? state.sync : null),
  }),
  family({
    name: "clockwork_remediation_gave_up",
    help: "Whether nothing more is tried to repair the resource (1) or something may be (0).",
    value: ({ state }) => digit(state.repair.hasGivenUp),
  }),
];

// One gauge of each resource; null where there is nothing to say.
function family({
  name,
  help,
  value,
}: {
  readonly name: string;
  readonly help: string;
  readonly value: (row: ResourceRow) => string | null;
}): Family<ResourceRow> {
  const opening = `${name}{`;
  return {
    name,
    type: "gauge",
    help,
    lines: (row) => {
      const text = value(row);
      return text === null ? "" : `${opening}${row.named.labels}} ${text}\n`;
    },
  };
}

// One series for each state; none where there is nothing to say.
function stateFamily<State extends string>({
  name,
  help,
  states,
  stateOf,
}: {
  readonly name: string;
  readonly help: string;
  readonly states: readonly State[];
  readonly stateOf: (row: ResourceRow) => State | null;
}): Family<ResourceRow> {
  const opening = `${name}{`;
  const ends = states.map((state) => {
    const end = `,state="${state}"} `;
    return { state, on: `${end}1\n`, off: `${end}0\n` };
  });
  return {
    name,
    type: "gauge",
    help,
    lines: (row) => {
      const before = opening + row.named.labels;
      const actual = stateOf(row);
      if (actual === null) return "";
      let text = "";
      for (const { state, on, off } of ends) text += before + (state === actual ? on : off);
      return text;
    },
  };
}

const RESULT_ENDS = VERDICTS.map((verdict) => ({ verdict, end: `,verdict="${verdict}"} ` }));

function resultLines({ named, reading }: ResourceRow): string {
  if (reading === null) return "";
  const before = `clockwork_check_results_total{${named.labels}`;
  let text = "";
  for (const { verdict, end } of RESULT_ENDS) {
    text += `${before}${end}${String(reading.results[verdict])}\n`;
  }
  return text;
}

function assertionLines({ named, look }: ResourceRow): string {
  if (look === null || look.verdict === "skipped" || isAllUnseen(named, look)) return "";
  const { findings } = look;
  const before = `clockwork_assertion_success{${named.labels},`;
  let text = "";
  for (const [index, { name, claim }] of named.claims.entries()) {
    const isHeld = findings.length === 0 ? true : hasHeld(findings, name, claim);
    if (isHeld !== null) text += `${before}${named.assertions[index] ?? ""}} ${digit(isHeld)}\n`;
  }
  return text;
}

// Where nothing but the look itself is known to have gone wrong, no claim was looked at.
function isAllUnseen({ claims }: ResourceRow["named"], { verdict, findings }: Look): boolean {
  if (verdict !== "error") return false;
  return !claims.some(({ name, claim }) => findings.some(isOf(name, claim)));
}

// Only what did not hold is among the findings, and only so many of them are kept.
function hasHeld(findings: readonly Finding[], name: string, claim: string): boolean | null {
  const found = findings.find(isOf(name, claim));
  if (found !== undefined) return found.verdict === "fail" ? false : null;
  return findings.length < LIMIT_FINDINGS ? true : null;
}

function isOf(name: string, claim: string): (finding: Finding) => boolean {
  return (finding) => finding.name === name && finding.claim === claim;
}

// A check that could not be made says nothing about its target: what the last one said goes on.
function successOf({ state, look }: ResourceRow): boolean | null {
  if (look?.verdict === "pass") return true;
  if (look?.verdict === "fail" || state.failures > 0) return false;
  if (state.passes > 0) return true;
  return state.health === "unknown" ? null : state.health !== "unhealthy";
}

function secondsOf(ms: number | null): string | null {
  return ms === null ? null : secondsText(ms);
}

function digit(isSo: boolean): "0" | "1" {
  return isSo ? "1" : "0";
}
