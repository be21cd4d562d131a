import type { Phases } from "../model/service.ts";

/**
 * Adds up where the time of several exchanges went.
 *
 * @param a - Phases, in milliseconds.
 * @param b - More of them.
 * @returns The sums; null for what took place in neither.
 */
export function addPhases(a: Phases, b: Phases): Phases {
  return mapPhases((key) =>
    a[key] === null && b[key] === null ? null : (a[key] ?? 0) + (b[key] ?? 0),
  );
}

/**
 * Rounds phases to the microsecond.
 *
 * @param phases - In milliseconds.
 * @returns The same, rounded.
 */
export function roundPhases(phases: Phases): Phases {
  return mapPhases((key) => (phases[key] === null ? null : roundMs(phases[key])));
}

/**
 * Rounds a duration to the microsecond: what lies below is noise.
 *
 * @param durationMs - In milliseconds.
 * @returns The same, rounded.
 */
export function roundMs(durationMs: number): number {
  return Math.round(durationMs * 1_000) / 1_000;
}

function mapPhases(value: (key: keyof Phases) => number | null): Phases {
  return {
    resolveMs: value("resolveMs"),
    connectMs: value("connectMs"),
    tlsMs: value("tlsMs"),
    firstByteMs: value("firstByteMs"),
    transferMs: value("transferMs"),
  };
}
