import { onTestFinished } from "vitest";
import { Monitor, type MonitorOptions } from "../../src/engine/watch/monitor.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { Message } from "../../src/model/incident.ts";
import { simulatedClock, type SimulatedClock } from "../../src/testing/simulated-clock.ts";
import { LabStore } from "./watch-lab.ts";

/** A monitor that watches on a simulated clock. */
export interface MonitorLab {
  readonly clock: SimulatedClock;
  readonly store: LabStore;
  readonly monitor: Monitor;
  /** The messages that were delivered. */
  readonly heard: readonly Message[];
  /** What was told of a store that fails. */
  readonly problems: readonly unknown[];
}

/** Begins to watch; it ends with the test. */
export async function monitoring(
  subjects: (clock: SimulatedClock) => readonly Subject[],
  options: Partial<MonitorOptions> & { readonly store?: LabStore } = {},
): Promise<MonitorLab> {
  const clock = simulatedClock({ auto: false });
  const { store = new LabStore() } = options;
  const heard: Message[] = [];
  const problems: unknown[] = [];
  const monitor = new Monitor({
    project: "shop",
    subjects: subjects(clock),
    clock,
    random: { next: () => 0.5 },
    channels: [
      {
        name: "log",
        deliver: (message) => {
          heard.push(message);
          return Promise.resolve();
        },
      },
    ],
    onEvent: () => undefined,
    onStoreFailure: (error) => {
      problems.push(error);
    },
    ...options,
    store,
  });
  await monitor.start();
  onTestFinished(async () => {
    await monitor.stop();
  });
  return { clock, store, monitor, heard, problems };
}

/** Something that ends when a test says so. */
export class Gate {
  readonly #opened = Promise.withResolvers<undefined>();
  /** True once somebody has come to it. */
  isReached = false;

  /** Ends it, for all. */
  open(): void {
    this.#opened.resolve(undefined);
  }

  /** Waits until it is opened. */
  async pass(): Promise<void> {
    this.isReached = true;
    await this.#opened.promise;
  }
}

/** Tells whether something has come to its end by now. */
export function ending(work: Promise<unknown>): { readonly hasEnded: () => boolean } {
  let hasEnded = false;
  void work.finally(() => {
    hasEnded = true;
  });
  return { hasEnded: () => hasEnded };
}
