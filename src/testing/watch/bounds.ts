import type { Incident } from "../../model/incident.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Case, Judge } from "./judge.ts";
import type { Thing } from "./thing.ts";

/** The longest that a look takes. */
const LOOK_LIMIT_MS = 6_000;
const SLACK_MS = 120_000;
/** Five attempts with their waits and settling take minutes; those that hang take longer. */
const GIVE_UP_MS = 3 * 3_600_000;

/** What is judged by how long it lasts. */
export interface BoundsParts {
  readonly judge: Judge;
  readonly clock: Clock;
  /** Whether what lives at a place can be looked at. */
  readonly isReachable: (place: string) => boolean;
}

/**
 * Holds what was done to what should have been done by now: what is broken is known, told, and repaired or given up; what is
 * well again is known to be.
 *
 * @param parts - Who judges, and the world.
 */
export function checkBounds(parts: BoundsParts): void {
  for (const each of parts.judge.cases.values()) {
    if (!parts.isReachable(each.thing.traits.place)) continue;
    if (isHeld(each, parts)) continue;
    checkBroken(each, parts);
    checkWell(each, parts);
    checkTold(each, parts);
  }
}

function checkBroken(each: Case, parts: BoundsParts): void {
  const { judge, clock } = parts;
  const { thing, policy } = each;
  if (thing.isWell || !needsWork(thing)) return;
  if (thing.doesWork && policy.onDrift === "ignore") return;
  const brokenMs = clock.elapsedMs() - Math.max(thing.sinceMs, each.quietMs, needsSinceMs(thing));
  const open = judge.ledger.openOf(thing.name);
  if (brokenMs > noticeMs(each, judge) && !open.some(({ kind }) => kind !== "blind")) {
    const what = `is ${shown(thing)} for ${String(brokenMs)} ms`;
    judge.complain(thing.name, `${what}, and no incident is open`);
  }
  const triedMs =
    clock.elapsedMs() - Math.max(thing.sinceMs, each.leftAloneMs, needsSinceMs(thing));
  if (triedMs >= GIVE_UP_MS) checkGivenUp(each, parts);
}

function checkGivenUp({ thing, policy }: Case, { judge }: BoundsParts): void {
  const isOnlyDrift = thing.doesWork;
  const isRepaired = policy.isReconciled && policy.repairMode === "ladder";
  const hasMeans = isOnlyDrift ? policy.onDrift === "auto_correct" : policy.ladder.length > 0;
  if (!isRepaired || !hasMeans) return;
  if (judge.ledger.states.get(thing.name)?.repair.hasGivenUp === true) return;
  judge.complain(thing.name, `is ${shown(thing)} for hours, neither repaired nor given up`);
}

function checkWell(each: Case, { judge, clock }: BoundsParts): void {
  const { thing } = each;
  if (!thing.isWell || !needsWork(thing)) return;
  const wellMs = clock.elapsedMs() - Math.max(thing.sinceMs, each.quietMs, needsSinceMs(thing));
  if (wellMs <= noticeMs(each, judge)) return;
  const [open] = judge.ledger.openOf(thing.name);
  if (open !== undefined) {
    judge.complain(thing.name, `is well for ${String(wellMs)} ms, and a ${open.kind} is open`);
  }
  const { health = "unknown" } = judge.ledger.states.get(thing.name) ?? {};
  if (health === "healthy" || health === "degraded") return;
  judge.complain(thing.name, `is well for ${String(wellMs)} ms, and believed to be ${health}`);
}

function checkTold(each: Case, { judge, clock }: BoundsParts): void {
  const { thing, policy } = each;
  const { ledger } = judge;
  if (ledger.states.get(thing.name)?.isFlapping === true) return;
  for (const incident of ledger.openOf(thing.name)) {
    if (incident.acknowledged !== null || incident.told.includes(incident.kind)) continue;
    const isWanted = policy.alertOn.includes(incident.kind === "blind" ? "failure" : incident.kind);
    const openMs = clock.elapsedMs() - Math.max(each.quietMs, thing.sinceMs, needsSinceMs(thing));
    if (!isWanted || openMs <= noticeMs(each, judge)) continue;
    judge.complain(thing.name, `${named(incident)} is open, and nobody was told`);
  }
}

/**
 * Holds the end of a simulation to what must be so once all is well for long: nothing is open, nobody is left without a word.
 *
 * @param judge - Who judges.
 */
export function checkEnd({ ledger, cases, complain }: Judge): void {
  for (const incident of ledger.incidents.values()) {
    if (incident.closedAt === null)
      complain(incident.resource, `${named(incident)} was never closed`);
    const told = ledger.told.get(incident.id) ?? [];
    if (told.length > 0 && !told.includes("resolved")) {
      complain(incident.resource, `${named(incident)} was told, and not its end`);
    }
  }
  for (const attempt of ledger.openAttempts.values()) {
    complain(attempt.resource, `attempt ${String(attempt.id)} has never ended`);
  }
  for (const name of cases.keys()) {
    if (!ledger.states.has(name)) complain(name, "nothing is known of it");
  }
}

// Until it is decided, until what may become well by itself had its time, and until the same goes for what it needs.
function noticeMs({ policy, thing }: Case, judge: Judge): number {
  const { intervalMs, retryIntervalMs, settleMs, startupGraceMs, window } = policy;
  const looks = Math.max(policy.failureThreshold, policy.recoveryThreshold, window?.of ?? 0) + 2;
  const decidingMs = looks * (retryIntervalMs + LOOK_LIMIT_MS);
  const needed = thing.traits.needs.flatMap(({ name }) => judge.cases.get(name) ?? []);
  const neededMs = Math.max(0, ...needed.map((each) => noticeMs(each, judge)));
  return 2 * intervalMs + Math.max(settleMs, startupGraceMs) + decidingMs + SLACK_MS + neededMs;
}

function isHeld({ thing }: Case, { judge, clock }: BoundsParts): boolean {
  const kinds = ["pause", "maintenance", "silence", "clock"] as const;
  return judge.ledger.holdsOn(thing.name, kinds, clock.now()).length > 0;
}

function needsWork(thing: Thing): boolean {
  return thing.traits.needs.every((need) => need.doesAllWork);
}

function needsSinceMs(thing: Thing): number {
  return Math.max(
    0,
    ...thing.traits.needs.map((need) => Math.max(need.sinceMs, needsSinceMs(need))),
  );
}

function named({ id, kind }: Incident): string {
  return `incident ${String(id)} (${kind})`;
}

function shown({ condition, isDrifted, doesWork }: Thing): string {
  return doesWork && isDrifted ? "drifted" : condition;
}
