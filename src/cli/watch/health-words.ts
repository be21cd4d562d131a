import type { Color } from "../../model/color.ts";
import type { ResourceStatus } from "../../model/control.ts";
import type { Finding, Sync } from "../../model/watch-state.ts";
import type { Health } from "../../model/verdict.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { singleLine } from "../../model/text.ts";

/** The colour of each health. */
export const HEALTH_COLORS: Readonly<Record<Health, Color>> = {
  healthy: "green",
  degraded: "yellow",
  unhealthy: "red",
  unknown: "yellow",
};

/** What people call each state of being as deployed. */
export const SYNC_WORDS: Readonly<Record<Sync, { readonly text: string; readonly color: Color }>> =
  {
    unknown: { text: "-", color: "dim" },
    in_sync: { text: "in sync", color: "green" },
    drifted: { text: "drifted", color: "red" },
    missing: { text: "missing", color: "red" },
  };

/** The sign and colour of what an assertion said. */
export const FINDING_MARKS: Readonly<
  Record<Finding["verdict"], { readonly sign: string; readonly color: Color }>
> = {
  pass: { sign: "✓", color: "green" },
  fail: { sign: "✗", color: "red" },
  error: { sign: "?", color: "yellow" },
};

/**
 * Says what one assertion saw, on one line.
 *
 * @param finding - What it saw.
 * @returns Such as `PortAccessibleAssert: expected accepted, got refused`.
 */
export function findingText({ name, expected, actual }: Finding): string {
  return singleLine(
    expected === "" ? `${name}: ${actual}` : `${name}: expected ${expected}, got ${actual}`,
  );
}

/**
 * Tells how bad it is with a resource.
 *
 * @param status - What is known of it.
 * @returns 2 for what is unhealthy or not as deployed, 1 for what nobody can tell, 0 for what is well.
 */
export function badnessOf({ state }: Pick<ResourceStatus, "state">): 0 | 1 | 2 {
  const { health, sync } = state;
  if (health === "unhealthy" || sync === "drifted" || sync === "missing") return 2;
  return health === "unknown" && state.expiredAt === null ? 1 : 0;
}

/**
 * Draws the exit code of what is known of resources: what is known to be wrong outweighs what is not known.
 *
 * @param resources - What is known of them.
 * @param isWatched - False when nobody looks any more: then nothing is known to be well.
 * @returns 0 all well, 1 something is wrong, 3 something is not known.
 */
export function healthExitCode(
  resources: readonly Pick<ResourceStatus, "state">[],
  isWatched: boolean,
): number {
  const worst = Math.max(isWatched ? 0 : 1, ...new Set(resources.map(badnessOf)));
  return worst === 2 ? EXIT_CODES.fail : worst === 1 ? EXIT_CODES.error : EXIT_CODES.pass;
}
