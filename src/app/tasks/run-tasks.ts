import { systemRandom } from "../../adapters/system/random.ts";
import type { LedgerStore } from "../../engine/watch/ledger.ts";
import { Monitor } from "../../engine/watch/monitor.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";

/** What watching tasks takes. */
export interface RunOptions {
  readonly project: string;
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly random?: Random;
  readonly onEvent: (event: WatchEvent) => void;
  /** Told of each look, once it is judged. */
  readonly onLook: (state: WatchState, look: Look) => void;
  readonly onStoreFailure: (error: unknown) => void;
}

/**
 * Watches tasks until it is told to stop.
 *
 * @param subjects - What the tasks became.
 * @param options - Where it is remembered, and who hears of it.
 * @param signal - Ends it.
 * @throws {@link StateError} When what is stored cannot be read.
 */
export async function runSubjects(
  subjects: readonly Subject[],
  { random = systemRandom, onLook, ...options }: RunOptions,
  signal: AbortSignal,
): Promise<void> {
  const monitor = new Monitor({
    ...options,
    subjects,
    random,
    channels: [],
    onLook: ({ state }, look) => {
      onLook(state, look);
    },
  });
  await monitor.run(signal);
}
