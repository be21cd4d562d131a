import type { Json, JsonObject } from "../../model/json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Hint, HintSource, HintSubscription, HintTarget } from "../../ports/hints.ts";
import type { ProcessIdentity } from "../../ports/process-host.ts";
import { livingAt } from "./hosted-processes.ts";
import { systemErrorCode } from "./system-failure.ts";

/** What watching over processes takes. */
export interface ProcessHintOptions {
  readonly clock: Clock;
  /** Tells at a look whether anybody has a pid; asks the kernel by default. It must not throw. */
  readonly isPidTaken?: (pid: number) => boolean;
  /** Tells whether it is that very process, and lives; reads `/proc` by default. It must not throw. */
  readonly isLiving?: (identity: ProcessIdentity) => boolean;
}

/** A timer that does nothing takes 0.4 % of a core at this pace already; with 100 processes it is 0.9 %, all in all. */
const SHORTEST_ROUND_MS = 40;
const LONGEST_ROUND_MS = 1_000;
/** The part of one core that looking may take, without the timer. */
const SHARE = 0.005;
/** How much a round's cost counts beside those before: one that was interrupted must not slow down the next ones. */
const WEIGHT = 0.1;
/** A full look takes 10 µs, a quick one 1 µs. */
const FULL_LOOKS_PER_ROUND = 4;

/**
 * Hints when processes of our own end. Nothing on Linux tells that of a process which is no child, so they are looked at all the
 * time: a quick look at each of them every 40 ms, more seldom when there are so many that it would take more than half a
 * percent of a core; and a full look at some of them in turn, which sees that one is a zombie, or that its pid is another's.
 *
 * @param options - Time, and how processes are looked at.
 * @returns The source.
 */
export function processHints(options: ProcessHintOptions): HintSource {
  return {
    watch: (targets, onHint) => {
      const watch = new ProcessWatch(options, onHint);
      watch.update(targets);
      return watch;
    },
  };
}

/**
 * Reads which process a resource is.
 *
 * @param physical - As its lifecycle has written it.
 * @returns Null when it is none.
 */
export function identityIn(physical: JsonObject | null): ProcessIdentity | null {
  const { pid, startTicks, bootId } = physical ?? {};
  if (!isCount(pid) || !isCount(startTicks) || typeof bootId !== "string") return null;
  return { pid, startTicks, bootId };
}

interface Watched {
  readonly identity: ProcessIdentity;
  readonly resources: string[];
}

class ProcessWatch implements HintSubscription {
  readonly #clock: Clock;
  readonly #isPidTaken: (pid: number) => boolean;
  readonly #isLiving: (identity: ProcessIdentity) => boolean;
  readonly #onHint: (hint: Hint) => void;
  #living = new Map<string, Watched>();
  // Those of which it was told, as long as they are asked for.
  #ended = new Set<string>();
  // Whose turn it is to be looked at in full.
  #turn: string[] = [];
  #costMs = 0;
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(options: ProcessHintOptions, onHint: (hint: Hint) => void) {
    this.#clock = options.clock;
    this.#isPidTaken = options.isPidTaken ?? isPidTaken;
    this.#isLiving = options.isLiving ?? isLiving;
    this.#onHint = onHint;
  }

  readonly update = (targets: readonly HintTarget[]): void => {
    if (this.#isClosed) return;
    const living = new Map<string, Watched>();
    const ended = new Set<string>();
    for (const { target, physical } of targets) {
      const identity = target.command === null ? null : identityIn(physical);
      if (identity === null) continue;
      const key = `${String(identity.pid)} ${String(identity.startTicks)} ${identity.bootId}`;
      const isKnownToHaveEnded = this.#ended.has(`${key} ${target.resource}`);
      if (isKnownToHaveEnded) ended.add(`${key} ${target.resource}`);
      else if (living.has(key)) living.get(key)?.resources.push(target.resource);
      else living.set(key, { identity, resources: [target.resource] });
    }
    this.#living = living;
    this.#ended = ended;
    this.#turn = [];
    this.#schedule();
  };

  readonly [Symbol.asyncDispose] = async (): Promise<void> => {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancel = null;
  };

  // No timer runs while there is nothing to look at.
  #schedule(): void {
    const isNeeded = !this.#isClosed && this.#living.size > 0;
    if (!isNeeded) {
      this.#cancel?.();
      this.#cancel = null;
      return;
    }
    const affordableMs = this.#costMs / SHARE;
    const delayMs = Math.min(LONGEST_ROUND_MS, Math.max(SHORTEST_ROUND_MS, affordableMs));
    this.#cancel ??= this.#clock.after(delayMs, () => {
      this.#cancel = null;
      this.#round();
      this.#schedule();
    });
  }

  #round(): void {
    const startedMs = this.#clock.elapsedMs();
    const gone: string[] = [];
    for (const [key, { identity }] of this.#living) {
      if (!this.#isPidTaken(identity.pid)) gone.push(key);
    }
    const others = this.#next().filter((key) => {
      const watched = this.#living.get(key);
      return watched !== undefined && !this.#isLiving(watched.identity);
    });
    const costMs = this.#clock.elapsedMs() - startedMs;
    this.#costMs += (costMs - this.#costMs) * WEIGHT;
    for (const key of new Set([...gone, ...others])) this.#end(key);
  }

  #next(): readonly string[] {
    if (this.#turn.length === 0) this.#turn = [...this.#living.keys()];
    return this.#turn.splice(-FULL_LOOKS_PER_ROUND);
  }

  #end(key: string): void {
    const watched = this.#living.get(key);
    this.#living.delete(key);
    for (const resource of watched?.resources ?? []) {
      this.#ended.add(`${key} ${resource}`);
      this.#onHint({ resource, reason: `process ${String(watched?.identity.pid)} has ended` });
    }
  }
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

// A signal of 0 is none. One that we may not send it to is there all the same; 0 and 1 are none of ours.
function isPidTaken(pid: number): boolean {
  try {
    return pid > 1 && process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) !== "ESRCH";
  }
}

// What cannot be looked at may live.
function isLiving(identity: ProcessIdentity): boolean {
  try {
    return livingAt(identity) !== null;
  } catch {
    return true;
  }
}
