import type { Hold } from "../../model/incident.ts";

/** What holds keep from happening to one resource. */
export interface Held {
  /** Not even looked at. */
  readonly isPaused: boolean;
  readonly mayRepair: boolean;
  readonly mayTell: boolean;
  /** Not destroyed, although its time is over. */
  readonly mayExpire: boolean;
}

const FREE: Held = { isPaused: false, mayRepair: true, mayTell: true, mayExpire: true };

/**
 * Tells what holds keep from happening to a resource. Pure.
 *
 * @param holds - All of the project.
 * @param resource - The resource.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns What may happen.
 */
export function heldBy(holds: readonly Hold[], resource: string, now: number): Held {
  const kinds = holdsOn(holds, resource, now).map(({ kind }) => kind);
  if (kinds.length === 0) return FREE;
  const isPaused = kinds.includes("pause");
  const isMaintained = kinds.includes("maintenance");
  return {
    isPaused,
    mayRepair: !isPaused && !isMaintained,
    mayTell: !isPaused && !isMaintained && !kinds.includes("silence"),
    mayExpire: !isPaused && !kinds.includes("clock"),
  };
}

/**
 * Finds the holds that concern a resource, those on the whole project included.
 *
 * @param holds - All of the project.
 * @param resource - The resource.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns Those that are in force.
 */
export function holdsOn(holds: readonly Hold[], resource: string, now: number): readonly Hold[] {
  return holds.filter(
    (hold) =>
      (hold.resource === null || hold.resource === resource) &&
      hold.from <= now &&
      (hold.until === null || hold.until > now),
  );
}
