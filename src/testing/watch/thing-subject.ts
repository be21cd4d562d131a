import type { Subject } from "../../engine/watch/subject.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Look } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";
import { mortal, type Life } from "../mortal.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { Judge } from "./judge.ts";
import type { Thing } from "./thing.ts";

/** Where things are looked at and acted on. */
export interface ThingWorld {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly judge: Pick<Judge, "looked" | "acts" | "acted">;
  /** Whether what lives at a place can be looked at now. */
  readonly isReachable: (place: string) => boolean;
}

/** A thing, and how it is watched. */
export interface WatchedThing {
  readonly thing: Thing;
  readonly policy: WatchPolicy;
}

const TIMEOUT_MS = 5_000;
const SLOW_LOOK_CHANCE = 0.1;
const LONGEST_LOOK_MS = 800;
const LONGEST_ACTION_MS = 8_000;
const HANGING_ACTION_MS = 60_000;

/** How often an action ends in which way; what is left over helps. */
const ENDS = [
  ["fails", 0.1],
  ["does nothing", 0.1],
  ["lies", 0.04],
  ["hangs", 0.03],
] as const;

type End = (typeof ENDS)[number][0] | "helps";

/**
 * Lets a simulated thing be watched.
 *
 * @param watched - The thing, and how it is watched.
 * @param world - The world it is in.
 * @param life - Who watches: when that is over, nothing more comes of it.
 * @returns The subject.
 */
export function thingSubject(
  { thing, policy }: WatchedThing,
  world: ThingWorld,
  life: Life,
): Subject {
  const subject: Subject = {
    name: thing.name,
    policy,
    dependsOn: thing.traits.needs.map(({ name }) => name),
    specHash: "0".repeat(64),
    destroyAt: null,
    startedAt: null,
    look: () => look(thing, world, life),
    act: ({ action, parameters, attempts }, { signal }) => {
      world.judge.acts(thing.name, { action, parameters, attempts });
      return act({ thing, action, signal }, world, life);
    },
    expire: null,
  };
  return mortal(subject, life);
}

async function look(thing: Thing, world: ThingWorld, life: Life): Promise<Look> {
  const { clock, random, judge } = world;
  const at = clock.now();
  const beganMs = clock.elapsedMs();
  const tookMs = lookMs(thing, random);
  if (tookMs > 0) await clock.sleep(tookMs);
  const seen = world.isReachable(thing.traits.place) ? thing.seen(at, tookMs) : unseen(at, tookMs);
  if (!life.isOver) judge.looked(thing.name, seen, beganMs);
  return seen;
}

function lookMs(thing: Thing, random: SeededRandom): number {
  if (thing.condition === "hanging") return TIMEOUT_MS;
  return random.chance(SLOW_LOOK_CHANCE) ? Math.ceil(random.between(1, LONGEST_LOOK_MS)) : 0;
}

function unseen(at: number, durationMs: number): Look {
  const finding = {
    name: "WorksAssert",
    verdict: "error",
    severity: "fail",
    claim: "it works",
    expected: "",
    actual: "the engine cannot be asked",
  } as const;
  const rest = { isDegraded: false, isConclusive: false, findings: [finding], durationMs };
  return { at, verdict: "error", sync: "unknown", ...rest };
}

interface Acting {
  readonly thing: Thing;
  readonly action: string;
  readonly signal: AbortSignal;
}

async function act(
  { thing, action, signal }: Acting,
  { clock, random, judge }: ThingWorld,
  life: Life,
): Promise<string> {
  const end = drawEnd(random);
  const tookMs = end === "hangs" ? HANGING_ACTION_MS : random.between(50, LONGEST_ACTION_MS);
  // What was begun may come to its end although nobody is left to hear of it.
  const doesOutlive = random.chance(0.5);
  await clock.sleep(tookMs / 2);
  const isEffective = end === "helps" || end === "lies";
  const mayHappen = !signal.aborted && (!life.isOver || doesOutlive);
  if (isEffective && mayHappen) thing.apply(action);
  await clock.sleep(tookMs / 2);
  if (!life.isOver) judge.acted(thing.name, end);
  if (end === "helps" || end === "does nothing") return `${action} done`;
  throw new Error(`${action}: it did not want to`);
}

function drawEnd(random: SeededRandom): End {
  let left = random.next();
  for (const [end, share] of ENDS) {
    left -= share;
    if (left < 0) return end;
  }
  return "helps";
}
