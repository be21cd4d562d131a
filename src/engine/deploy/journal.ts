import type { JournalStep } from "../../model/deployment.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HeldLock } from "../../ports/project-lock.ts";
import type { StateChange, Store } from "../../ports/store.ts";
import type { Contents } from "./contents.ts";

/** Where a step is: tests kill the process there. */
export type DeployPoint =
  | "before-intent"
  | "after-intent"
  | "mid-effect"
  | "after-effect"
  | "before-result"
  | "after-result";

/** What a journal writes to, and on whose behalf. */
export interface JournalOptions {
  readonly store: Pick<Store, "commit">;
  readonly contents: Contents;
  readonly lock: Pick<HeldLock, "verify">;
  readonly clock: Pick<Clock, "now">;
  readonly run: number;
  /** The greatest id that a step has so far. */
  readonly lastStep: number;
  /** Hears of every point that a step comes to. */
  readonly onPoint: (point: DeployPoint, resource: string) => void;
}

/** What a step is about, before it has begun. */
export type StepIntent = Pick<
  JournalStep,
  "version" | "resource" | "action" | "wanted" | "marks" | "recorded" | "captured"
>;

/** Writes down what is going to be done before it is, and how it ended afterwards. */
export class Journal {
  readonly #options: JournalOptions;
  #lastStep: number;

  /**
   * Writes nothing yet.
   *
   * @param options - What it writes to, and on whose behalf.
   */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#lastStep = options.lastStep;
  }

  /**
   * Writes an intent, durably: nothing may be touched before.
   *
   * @param intent - What is going to be done.
   * @returns The step.
   * @throws {@link StateError} When it cannot be written, or the lock is lost.
   */
  async begin(intent: StepIntent): Promise<JournalStep> {
    const { clock, run } = this.#options;
    this.#lastStep += 1;
    const step: JournalStep = {
      ...intent,
      id: this.#lastStep,
      run,
      state: "intent",
      startedAt: clock.now(),
      endedAt: null,
      problem: null,
    };
    this.reach("before-intent", step.resource);
    await this.commit([{ type: "put-step", step }]);
    this.reach("after-intent", step.resource);
    return step;
  }

  /**
   * Writes how a step ended, with what follows from it.
   *
   * @param step - The step.
   * @param end - How it ended.
   * @param changes - What follows for the resource.
   * @throws {@link StateError} When it cannot be written: the step stays open.
   */
  async end(
    step: JournalStep,
    end: Pick<JournalStep, "state" | "problem">,
    changes: readonly StateChange[],
  ): Promise<void> {
    const endedAt = end.state === "switched" ? null : this.#options.clock.now();
    this.reach("before-result", step.resource);
    await this.commit([{ type: "put-step", step: { ...step, ...end, endedAt } }, ...changes]);
    this.reach("after-result", step.resource);
  }

  /**
   * Changes the state on behalf of this run, with all content that it needs.
   *
   * @param changes - What changes.
   * @throws {@link StateError} When it cannot be written, another run has begun, or the lock is lost.
   */
  async commit(changes: readonly StateChange[]): Promise<void> {
    const { store, contents, lock, run } = this.#options;
    lock.verify();
    const kept = contents.take();
    await store.commit([...kept, ...changes], { expect: { run } });
    contents.committed(kept);
  }

  /**
   * Tells that a step has come to a point.
   *
   * @param point - Which.
   * @param resource - Whose step.
   */
  reach(point: DeployPoint, resource: string): void {
    this.#options.onPoint(point, resource);
  }
}
