import type { PlannedAction } from "../../model/action.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Look } from "../../model/watch-state.ts";

/** One thing that is watched. */
export interface Subject {
  /** Unique among those that are watched together. */
  readonly name: string;
  readonly policy: WatchPolicy;
  /** Names of what it needs: when it fails, they are looked at first. Names that are not watched do not matter. */
  readonly dependsOn: readonly string[];
  /** Identifies what is watched: with another one, what was counted before does not count. */
  readonly specHash: string;
  /** When it is to be destroyed, in milliseconds since 1970-01-01 UTC; null for never. */
  readonly destroyAt: number | null;
  /** When it was made or changed; null when that is not known. Failures in its startup grace do not count. */
  readonly startedAt: number | null;
  /**
   * Looks at it, under a deadline of its own. It must not reject: what cannot be observed is the verdict `error`.
   *
   * @param signal - Ends the look early.
   */
  readonly look: (signal: AbortSignal) => Promise<Look>;
  /**
   * Carries out an action.
   *
   * @param action - One of its ladder, or `reconcile`.
   * @param options - What ends it early, and what was seen, in one line.
   * @returns What was done, in a few words: `container started`.
   * @throws Error When it could not be done.
   */
  readonly act: (
    action: PlannedAction,
    options: { readonly signal: AbortSignal; readonly reason: string },
  ) => Promise<string>;
  /** Destroys it when its time is over; null for what is only watched. */
  readonly expire: ((signal: AbortSignal) => Promise<void>) | null;
}
