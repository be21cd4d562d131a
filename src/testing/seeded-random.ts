import type { Random } from "../ports/random.ts";

/** Chance that comes out the same whenever it begins with the same seed. */
export interface SeededRandom extends Random {
  /** Tells whether something happens that does so with this probability, 0 to 1. */
  readonly chance: (probability: number) => boolean;
  /** Draws a number from `least` (inclusive) to `most` (exclusive). */
  readonly between: (least: number, most: number) => number;
  /** Draws one of several; of none, it throws a RangeError. */
  readonly pick: <T>(from: readonly T[]) => T;
  /** Draws how long it takes until something happens that does so every `mean` on average. */
  readonly wait: (mean: number) => number;
  /** Chance of its own for a part, so that what one part draws changes nothing for another. */
  readonly part: (name: string) => SeededRandom;
}

const GOLDEN = 0x9e3779b9;
const WORDS = 4;
const RANGE = 2 ** 32;
/** So many draws are thrown away: seeds that are alike begin alike. */
const WARM_UP_DRAWS = 16;

/**
 * Makes chance from a seed.
 *
 * @param seed - Any finite number; the same one gives the same draws.
 * @returns Chance.
 * @see Chris Doty-Humphrey, PractRand, "sfc32".
 */
export function seededRandom(seed: number): SeededRandom {
  const state = new Uint32Array(WORDS);
  let mixed = Math.trunc(seed) >>> 0;
  for (let index = 0; index < WORDS; index += 1) {
    mixed = mix(mixed + GOLDEN + Math.trunc(seed / RANGE));
    state[index] = mixed;
  }
  const next = (): number => draw(state) / RANGE;
  for (let count = 0; count < WARM_UP_DRAWS; count += 1) next();
  return {
    next,
    chance: (probability) => next() < probability,
    between: (least, most) => least + next() * (most - least),
    pick: (from) => {
      const picked = from[Math.floor(next() * from.length)];
      if (picked === undefined) throw new RangeError("there must be something to pick from");
      return picked;
    },
    wait: (mean) => -Math.log(1 - next()) * mean,
    part: (name) => seededRandom(hashOf(name, seed)),
  };
}

/**
 * Sums up text in a number, the same for the same text.
 *
 * @param text - Any.
 * @param seed - Where to begin; what was summed up before, so that one sum follows another.
 * @returns 0 (inclusive) to 2³² (exclusive).
 */
export function hashOf(text: string, seed = 0): number {
  let value = mix((Math.trunc(seed) >>> 0) + GOLDEN);
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(value);
}

function mix(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function draw(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, count = 0] = state;
  const sum = (a + b + count) >>> 0;
  state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, count + 1]);
  return sum;
}
