import type { AssertionKind, Judgement } from "../model/assertion.ts";
import type { Severity } from "../model/severity.ts";
import type { PlannedCheck } from "../model/check-plan.ts";
import { ObservationError, TransportError } from "../model/errors.ts";
import { InvalidOption } from "../model/options.ts";
import { ABORTED } from "../model/service.ts";
import type { Target } from "../model/target.ts";
import { singleLine } from "../model/text.ts";
import type { Verdict } from "../model/verdict.ts";
import type { Kinds } from "../ports/kinds.ts";
import type { World } from "../ports/world.ts";
import type { Cancellation } from "./cancellation.ts";
import { withinTimeout } from "./within-timeout.ts";

/** What became of one check. */
export interface CheckOutcome {
  readonly check: PlannedCheck;
  readonly verdict: Verdict;
  /** `warn` when a failure of it makes its resource degraded and no more. */
  readonly severity: Severity;
  /** In a few words; null when nothing was judged. */
  readonly expected: string | null;
  /** What was seen, or why nothing was, in a few words. */
  readonly actual: string;
  readonly details: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** In milliseconds; null when nobody looked. */
  readonly durationMs: number | null;
}

/** What a check needs of the world. */
export interface RunContext {
  readonly kinds: Pick<Kinds, "assertion">;
  readonly world: World;
  readonly cancellation: Cancellation;
  /** For every check, instead of its own, in milliseconds. */
  readonly timeoutMs?: number;
}

const LIMIT_DETAILS_CHARACTERS = 4_096;
/** Of what was expected, and of what was seen. */
const LIMIT_WORDS_CHARACTERS = 1_000;

/** It took longer than it may. */
class TimedOut extends Error {}

/**
 * Carries out one check within its timeout, and turns whatever happens into an outcome.
 *
 * @param check - What to look at.
 * @param target - What its resource is.
 * @param context - The world, and the limits.
 * @returns The outcome.
 */
export async function runCheck(
  check: PlannedCheck,
  target: Target,
  context: RunContext,
): Promise<CheckOutcome> {
  const { world, cancellation, kinds } = context;
  const { clock } = world;
  const kind = await kinds.assertion(check.kind);
  if (kind === null) {
    return outcome(check, failure("error", `no kind of assertion is called ${check.kind}`), null);
  }
  const timeoutMs = context.timeoutMs ?? check.timeoutSeconds * 1_000;
  if (cancellation.reason() !== null) return outcome(check, failure("error", ABORTED), null);
  const startedMs = clock.elapsedMs();
  const limit = { clock, cancellation, timeoutMs, timeoutError: () => new TimedOut() };
  let judgement: Judgement;
  try {
    judgement = await withinTimeout(limit, (signal) =>
      kind.check(check.parameters, world, { target, related: check.related, signal, timeoutMs }),
    );
  } catch (error) {
    judgement =
      error instanceof TimedOut
        ? timedOut(kind, timeoutMs)
        : judgeError(error, cancellation.reason());
  }
  return outcome(check, judgement, Math.round((clock.elapsedMs() - startedMs) * 1_000) / 1_000);
}

/**
 * The outcome of a check that nobody carried out.
 *
 * @param check - The check.
 * @param reason - Why not, in words.
 * @returns An outcome with the verdict `skipped`.
 */
export function skippedOutcome(check: PlannedCheck, reason: string): CheckOutcome {
  return {
    ...outcome(check, failure("error", reason), null),
    verdict: "skipped",
  };
}

function outcome(
  check: PlannedCheck,
  judgement: Judgement,
  durationMs: number | null,
): CheckOutcome {
  const { verdict, expected, actual, details = null, metrics = {}, severity } = judgement;
  return {
    check,
    verdict,
    severity: severity ?? check.severity,
    expected: expected === "" ? null : fewWords(expected),
    actual: fewWords(actual),
    details: details === null ? null : details.slice(0, LIMIT_DETAILS_CHARACTERS),
    metrics,
    durationMs,
  };
}

// Both may quote what a target sent.
function fewWords(words: string): string {
  return singleLine(words.slice(0, LIMIT_WORDS_CHARACTERS));
}

function timedOut({ blameForTimeout }: AssertionKind<World>, timeoutMs: number): Judgement {
  const actual = `no answer within ${String(timeoutMs / 1_000)} s`;
  return failure(blameForTimeout === "target" ? "fail" : "error", actual);
}

function judgeError(error: unknown, cancelled: Error | null): Judgement {
  if (error === cancelled) return failure("error", ABORTED);
  if (error instanceof TransportError) {
    return failure(error.blame === "target" ? "fail" : "error", error.message);
  }
  if (error instanceof ObservationError || error instanceof InvalidOption) {
    return failure("error", error.message);
  }
  return failure("error", `unexpected ${String(error)}`);
}

// Nothing was judged, so nothing in particular was expected.
function failure(verdict: "fail" | "error", actual: string): Judgement {
  return { verdict, expected: "", actual };
}
