import { boundedWork } from "../../model/bounded-work.ts";
import { ObservationError } from "../../model/errors.ts";
import { expressionOf, type Pattern } from "../../model/pattern-option.ts";
import type { Clock } from "../../ports/clock.ts";

/** A pattern that once took too long is left alone for so long: until a search ends, nothing else goes on. */
const REST_MS = 60_000;
const LIMIT_PATTERNS = 1_000;

/** Searches with the expressions of modules, which may be anything. */
export class PatternSearch {
  readonly #clock: Pick<Clock, "elapsedMs">;
  readonly #restsUntil = new Map<string, number>();

  /**
   * Makes it.
   *
   * @param clock - What rests go by.
   */
  constructor(clock: Pick<Clock, "elapsedMs">) {
    this.#clock = clock;
  }

  /**
   * Searches a text.
   *
   * @param pattern - What for.
   * @param text - Where.
   * @returns What was found; null for nothing.
   * @throws {@link ObservationError} When it takes too long, or did so just before.
   */
  find(pattern: Pattern, text: string): RegExpExecArray | null {
    const id = `${pattern.flags}/${pattern.source}`;
    const nowMs = this.#clock.elapsedMs();
    if ((this.#restsUntil.get(id) ?? 0) > nowMs) {
      throw new ObservationError("its regular expression took too long before, and rests");
    }
    try {
      return boundedWork("a probe's search", () => expressionOf(pattern).exec(text));
    } catch (error) {
      if (this.#restsUntil.size >= LIMIT_PATTERNS) this.#restsUntil.clear();
      this.#restsUntil.set(id, nowMs + REST_MS);
      throw error;
    }
  }
}
