import type { JsonObject } from "../model/json.ts";
import type { Target } from "../model/target.ts";

/** Something may have changed: the resource is looked at now rather than at its next turn. */
export interface Hint {
  readonly resource: string;
  /** In a few words: `container exited with 137`, `file changed`. */
  readonly reason: string;
}

/** What hints are wanted for. */
export interface HintTarget {
  readonly target: Target;
  /** How the world knows it, where it was deployed: a process id with its start. */
  readonly physical: JsonObject | null;
}

/**
 * What tells early that something changed: events of a container engine, changes of files, ends of processes, states of a
 * supervisor. A hint that is missed costs one interval, never more: looking goes on without it.
 */
export interface HintSource {
  /**
   * Watches.
   *
   * @param targets - What is watched; those that are none of its concern it leaves alone.
   * @param onHint - Called for each hint; it must not throw.
   * @returns To be disposed; `update` watches others from then on. Neither throws: what cannot be watched is left to looking.
   */
  readonly watch: (
    targets: readonly HintTarget[],
    onHint: (hint: Hint) => void,
  ) => HintSubscription;
}

/** Hints that are under way. */
export interface HintSubscription extends AsyncDisposable {
  readonly update: (targets: readonly HintTarget[]) => void;
}
