import { hashOf } from "../seeded-random.ts";

/** So many lines are kept, the newest ones. */
const LIMIT_LINES = 400;

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
] as const;

/** What happened in a simulation, in lines: the last ones to be read, all of them summed up. */
export class Trace {
  readonly #nowMs: () => number;
  readonly #lines: string[] = [];
  #count = 0;
  #sum = 0;

  /**
   * Begins with nothing.
   *
   * @param nowMs - The time since the simulation began, in milliseconds.
   */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Adds a line.
   *
   * @param subject - What it is about.
   * @param text - What happened.
   */
  add(subject: string, text: string): void {
    const line = `${shownOffset(this.#nowMs())} ${subject}: ${text}`;
    this.#count += 1;
    this.#sum = hashOf(line, this.#sum);
    this.#lines.push(line);
    if (this.#lines.length >= 2 * LIMIT_LINES) this.#lines.splice(0, LIMIT_LINES);
  }

  /**
   * The last lines.
   *
   * @param limit - At most so many.
   * @param about - Only those about this; all by default.
   * @returns Lines, the oldest first.
   */
  last(limit: number, about: string | null = null): readonly string[] {
    const found =
      about === null
        ? this.#lines
        : this.#lines.filter((line) => line.includes(` ${about}: `) || line.includes(" world: "));
    return found.slice(-limit);
  }

  /**
   * How many lines there were.
   *
   * @returns 0 or more.
   */
  get count(): number {
    return this.#count;
  }

  /**
   * All lines, summed up: equal for what went the same way.
   *
   * @returns Eight hexadecimal digits.
   */
  get sum(): string {
    return this.#sum.toString(16).padStart(8, "0");
  }
}

/**
 * Writes the time since something began.
 *
 * @param offsetMs - In milliseconds.
 * @returns Such as `2d03h04m05.678s`, without what is zero at its front.
 */
export function shownOffset(offsetMs: number): string {
  let restMs = Math.max(0, Math.round(offsetMs));
  let text = "";
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    if (count > 0 || text !== "") text += `${text === "" ? String(count) : padded(count)}${unit}`;
  }
  const seconds = Math.floor(restMs / 1_000);
  const digits = String(restMs % 1_000).padStart(3, "0");
  return `${text}${text === "" ? String(seconds) : padded(seconds)}.${digits}s`;
}

function padded(count: number): string {
  return String(count).padStart(2, "0");
}
