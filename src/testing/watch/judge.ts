import type { PlannedAction } from "../../model/action.ts";
import type { Message, RepairAttempt } from "../../model/incident.ts";
import { REPAIR_LIMITS, type WatchPolicy } from "../../model/watch-policy.ts";
import type { Look } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import { Ledger } from "./ledger.ts";
import type { Thing } from "./thing.ts";
import type { Trace } from "./trace.ts";

const HOUR_MS = 3_600_000;
/** Chance moves a wait by a fifth at the most; a tenth more is for what is rounded. */
const LEAST_BACKOFF_SHARE = 0.79;

/** A law of watching that was broken. */
export interface Violation {
  readonly atMs: number;
  readonly resource: string;
  readonly problem: string;
}

/** What is known of one thing besides the thing itself. */
export interface Case {
  readonly thing: Thing;
  readonly policy: WatchPolicy;
  /** What whoever watches saw last, since it was started; null before that. */
  seen: Look | null;
  /** When that look began, in milliseconds of the clock. */
  seenMs: number;
  /** The action that is under way; null when none is. */
  acting: string | null;
  /** When actions began that nobody asked for, in milliseconds of the clock. */
  readonly actedMs: number[];
  /** Since when nothing has changed around it that whoever watches would have to get over, its own actions included. */
  quietMs: number;
  /** The same, but for actions that nobody asked for: these must come to an end. */
  leftAloneMs: number;
}

/** What judging needs. */
export interface JudgeParts {
  readonly clock: Clock;
  readonly trace: Trace;
}

/** Sees all that whoever watches does, knows how things really are, and holds the one to the other. */
export class Judge {
  readonly cases = new Map<string, Case>();
  readonly violations: Violation[] = [];
  readonly ledger: Ledger;
  readonly #clock: Clock;
  readonly #trace: Trace;
  looks = 0;

  /**
   * Begins, with nothing to judge.
   *
   * @param parts - The time, and where all is written down.
   */
  constructor({ clock, trace }: JudgeParts) {
    this.#clock = clock;
    this.#trace = trace;
    this.ledger = new Ledger(this.complain);
  }

  /**
   * Adds a thing that is watched.
   *
   * @param thing - The thing.
   * @param policy - How it is watched.
   */
  add(thing: Thing, policy: WatchPolicy): void {
    this.cases.set(thing.name, {
      thing,
      policy,
      seen: null,
      seenMs: 0,
      acting: null,
      actedMs: [],
      quietMs: this.#clock.elapsedMs(),
      leftAloneMs: this.#clock.elapsedMs(),
    });
  }

  /**
   * Writes down that a law was broken.
   *
   * @param resource - Of what.
   * @param problem - How.
   */
  readonly complain = (resource: string, problem: string): void => {
    this.#trace.add(resource, `WRONG: ${problem}`);
    this.violations.push({ atMs: this.#clock.elapsedMs(), resource, problem });
  };

  /** Whoever watches is gone: nothing that it saw is known any more, nothing that it did goes on. */
  restarted(): void {
    for (const each of this.cases.values()) {
      each.seen = null;
      each.acting = null;
    }
    this.disturbed(null);
  }

  /**
   * Something changed that whoever watches has to get over.
   *
   * @param resource - With what; null for all things.
   */
  disturbed(resource: string | null): void {
    for (const each of this.cases.values()) {
      if (resource !== null && each.thing.name !== resource) continue;
      each.quietMs = this.#clock.elapsedMs();
      each.leftAloneMs = each.quietMs;
    }
  }

  /** The clock was set: what is counted by it begins anew. */
  jumped(): void {
    this.disturbed(null);
    for (const { actedMs } of this.cases.values()) actedMs.length = 0;
  }

  /**
   * Enters what was stored.
   *
   * @param changes - One commit.
   */
  committed(changes: readonly WatchChange[]): void {
    this.ledger.commit(changes);
    for (const change of changes) {
      if (change.type === "put-event") {
        this.#trace.add(
          change.event.resource ?? "project",
          `${change.event.type}: ${change.event.text}`,
        );
      }
      if (change.type === "put-message") this.#told(change.message);
      if (change.type === "put-hold") this.disturbed(change.hold.resource);
      if (change.type === "delete-hold") this.disturbed(null);
    }
  }

  /**
   * A look has ended, and whoever watches knows what was seen.
   *
   * @param name - Of what.
   * @param look - What was seen.
   * @param beganMs - When it began.
   */
  looked(name: string, look: Look, beganMs: number): void {
    this.looks += 1;
    const found = this.cases.get(name);
    if (found === undefined) return;
    if (found.seen?.verdict !== look.verdict || found.seen.sync !== look.sync) {
      this.#trace.add(name, `seen: ${look.verdict}, ${look.sync}`);
    }
    found.seen = look;
    found.seenMs = beganMs;
  }

  /**
   * An action begins.
   *
   * @param name - On what.
   * @param action - Which.
   */
  acts(name: string, { action }: PlannedAction): void {
    this.#trace.add(name, `${action} begins`);
    const found = this.cases.get(name);
    if (found === undefined) return;
    this.#checkNeed(found, action);
    this.#checkStored(found, action);
    if (found.acting !== null) {
      this.complain(name, `${action} begins while ${found.acting} is under way`);
    }
    found.acting = action;
  }

  /**
   * An action has ended.
   *
   * @param name - On what.
   * @param words - How.
   */
  acted(name: string, words: string): void {
    this.#trace.add(name, `${this.cases.get(name)?.acting ?? "?"} ${words}`);
    const found = this.cases.get(name);
    if (found === undefined) return;
    found.acting = null;
    found.quietMs = this.#clock.elapsedMs();
  }

  // What holds messages back never holds back the end of what was told.
  #told({ resource, kind, at }: Message): void {
    this.#trace.add(resource, `message ${kind}`);
    if (kind === "resolved") return;
    const holds = this.ledger.holdsOn(resource, ["pause", "maintenance", "silence"], at);
    const [hold] = holds.filter(({ from }) => from < at);
    if (hold !== undefined) this.complain(resource, `${kind} is told in a ${hold.kind}`);
  }

  // What is well is not touched, nor what nobody can look at, nor what only fails because of something else.
  #checkNeed(found: Case, action: string): void {
    const { thing, seen } = found;
    const { name } = thing;
    const problem = seen === null ? "nobody has looked since the start" : unneeded(seen);
    if (problem !== null) this.complain(name, `${action} begins although ${problem}`);
    const isAsked = this.#attemptOf(name)?.by !== "clockwork";
    if (seen === null || isAsked) return;
    const unwanted = notWanted(seen, found.policy);
    if (unwanted !== null) this.complain(name, `${action} begins although ${unwanted}`);
    this.#checkCause(found, action);
  }

  #checkCause({ thing, seen }: Case, action: string): void {
    if (!thing.isWell || seen?.verdict !== "fail" || isAway(seen)) return;
    const cause = thing.traits.needs.find(
      (need) => !need.doesAllWork && this.cases.get(need.name)?.seen?.verdict === "fail",
    );
    if (cause === undefined) return;
    this.complain(thing.name, `${action} begins although ${cause.name} is what fails`);
  }

  // Stored before it acts, within its budget, no sooner than it may, and by nobody who is held.
  #checkStored(found: Case, action: string): void {
    const { thing, policy, actedMs } = found;
    const { name } = thing;
    const nowMs = this.#clock.elapsedMs();
    const attempt = this.#attemptOf(name);
    if (attempt?.action !== action) {
      this.complain(name, `${action} begins, and no attempt of it was stored`);
      return;
    }
    if (attempt.by !== "clockwork") {
      this.disturbed(name);
      return;
    }
    const held = this.ledger.holdsOn(name, ["pause", "maintenance"], this.#clock.now());
    const [hold] = held.filter(({ from }) => from < attempt.startedAt);
    if (hold !== undefined) this.complain(name, `${action} begins in a ${hold.kind}`);
    if (policy.repairMode === "ladder") this.#checkBudget(found, attempt.attempt);
    actedMs.push(nowMs);
  }

  #checkBudget({ thing, actedMs }: Case, attempt: number): void {
    const nowMs = this.#clock.elapsedMs();
    const lately = actedMs.filter((atMs) => atMs > nowMs - HOUR_MS).length;
    if (lately >= REPAIR_LIMITS.attemptsPerHour) {
      this.complain(thing.name, `attempt ${String(lately + 1)} within an hour`);
    }
    const lastMs = actedMs.at(-1);
    if (lastMs === undefined || attempt < 2) return;
    const { firstBackoffMs, factor, capMs } = REPAIR_LIMITS;
    const leastMs = Math.min(firstBackoffMs * factor ** (attempt - 2), capMs) * LEAST_BACKOFF_SHARE;
    if (nowMs - lastMs >= leastMs) return;
    const waited = `${String(nowMs - lastMs)} ms`;
    this.complain(thing.name, `attempt ${String(attempt)} begins after ${waited}: too soon`);
  }

  #attemptOf(name: string): RepairAttempt | null {
    for (const attempt of this.ledger.openAttempts.values()) {
      if (attempt.resource === name) return attempt;
    }
    return null;
  }
}

function unneeded(seen: Look): string | null {
  if (seen.verdict === "error") return "it could not be seen";
  return seen.verdict === "pass" && !isAway(seen) ? "it was seen to be well" : null;
}

function notWanted(seen: Look, { isReconciled, onDrift }: WatchPolicy): string | null {
  if (!isReconciled) return "it is only watched";
  const isOnlyDrift = seen.verdict === "pass" && isAway(seen);
  return isOnlyDrift && onDrift !== "auto_correct" ? "drift is only to be told" : null;
}

function isAway({ sync }: Look): boolean {
  return sync === "drifted" || sync === "missing";
}
