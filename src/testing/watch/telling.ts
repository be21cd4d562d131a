import type { Channel } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SeededRandom } from "../seeded-random.ts";

const FAILURE_CHANCE = 0.2;
const HANGING_CHANCE = 0.02;
const LONGEST_MS = 3_000;
const HANGING_MS = 120_000;

/** Where people hear of incidents in a simulation: it fails now and then, and hangs. */
export interface SimulatedChannel extends Channel {
  /** How often each message has arrived, by its id. */
  readonly arrived: ReadonlyMap<number, number>;
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
  return {
    name: "people",
    arrived,
    deliver: async ({ id }, signal) => {
      const isHanging = random.chance(HANGING_CHANCE);
      await clock.sleep(isHanging ? HANGING_MS : random.between(1, LONGEST_MS), signal);
      if (random.chance(FAILURE_CHANCE)) throw new Error("nobody answers");
      arrived.set(id, (arrived.get(id) ?? 0) + 1);
    },
  };
}
