import type { z } from "zod";
import type { result } from "../../api/schemas/watching.ts";
import type { ResultRow, RollUp } from "../../model/history.ts";
import { momentOf } from "./moments.ts";
import { resultView } from "./watching.ts";

/** A page of results, the newest first. */
export interface ResultPage {
  readonly results: z.input<typeof result>[];
  /** Where the next page ends, exclusive; null on the last one. */
  readonly next: string | null;
}

/**
 * Makes a page of results.
 *
 * @param rows - The newest ones of a span, the oldest first: one more than a page holds, where there are more.
 * @param limit - So many results a page holds.
 * @returns The page.
 */
export function resultPage(rows: readonly ResultRow[], limit: number): ResultPage {
  const page = rows.slice(-limit).toReversed();
  const before = rows.at(-limit - 1);
  const last = page.at(-1);
  if (before === undefined || last === undefined) {
    return { results: page.map(resultView), next: null };
  }
  if (before.at < last.at) return { results: page.map(resultView), next: momentOf(last.at) };
  // Those of one millisecond stay together, or the next page would leave some of them out.
  const whole = page.filter(({ at }) => at > last.at);
  const shown = whole.length === 0 ? page : whole;
  const next = whole.length === 0 ? last.at : last.at + 1;
  return { results: shown.map(resultView), next: momentOf(next) };
}

/**
 * Tells how much of the time all was well: passes, warnings included, in passes and failures.
 *
 * @param rollUps - Counted results.
 * @returns 0 to 1; null when there is neither a pass nor a failure.
 */
export function uptimeOf(
  rollUps: readonly Pick<RollUp, "passes" | "degraded" | "failures">[],
): number | null {
  let good = 0;
  let bad = 0;
  for (const { passes, degraded, failures } of rollUps) {
    good += passes + degraded;
    bad += failures;
  }
  return good + bad === 0 ? null : good / (good + bad);
}
