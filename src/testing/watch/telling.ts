import type { Channel } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SeededRandom } from "../seeded-random.ts";

const FAILURE_CHANCE = 0.2;
const HANGING_CHANCE = 0.02;
const LONGEST_MS = 3_000;
const HANGING_MS = 120_000;
/** So many messages are refused for a while, whatever is done. */
const REFUSED_CHANCE = 0.1;
const REFUSED_MS = 60_000;

/** Where people hear of incidents in a simulation: it fails now and then, and hangs. */
export interface SimulatedChannel extends Channel {
  /** How often each message has arrived, by its id. */
  readonly arrived: ReadonlyMap<number, number>;
  /** Messages that arrived after a later one of their incident, by their ids. */
  readonly late: readonly number[];
}

/**
 * Makes a channel.
 *
 * @param parts - Time and chance.
 * @returns The channel.
 */
export function simulatedChannel({
  clock,
  random,
}: {
  readonly clock: Clock;
  readonly random: SeededRandom;
}): SimulatedChannel {
  const arrived = new Map<number, number>();
  const late: number[] = [];
  const refusedUntil = new Map<number, number>();
  const lastOf = new Map<number, number>();
  return {
    name: "people",
    arrived,
    late,
    deliver: async ({ id, incident }, signal) => {
      const refusedMs = random.chance(REFUSED_CHANCE) ? REFUSED_MS : 0;
      const untilMs = refusedUntil.get(id) ?? clock.elapsedMs() + refusedMs;
      refusedUntil.set(id, untilMs);
      const isHanging = random.chance(HANGING_CHANCE);
      await clock.sleep(isHanging ? HANGING_MS : random.between(1, LONGEST_MS), signal);
      if (random.chance(FAILURE_CHANCE)) throw new Error("nobody answers");
      if (clock.elapsedMs() < untilMs) throw new Error("is not taken");
      const last = lastOf.get(incident) ?? 0;
      if (last > id && !arrived.has(id)) late.push(id);
      lastOf.set(incident, Math.max(last, id));
      arrived.set(id, (arrived.get(id) ?? 0) + 1);
    },
  };
}
