import type { FunctionOutcome } from "../model/function-outcome.ts";
import type { FunctionReference } from "../model/function-reference.ts";
import type { Target } from "../model/target.ts";

/** How a function of the project is run. */
export interface FunctionOptions {
  /** The resources that it is given, in this order, before its context. */
  readonly targets: readonly Target[];
  /** The most memory it may use, in MiB. */
  readonly memoryMb: number;
  /** When the process is killed, in milliseconds from its start; waiting for a turn does not count. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Functions that a project declares, run in a process of their own with an empty environment. */
export interface Functions extends AsyncDisposable {
  /**
   * Runs a function to its end.
   *
   * @throws {@link ObservationError} When it cannot be judged: its file is gone or no longer holds that function, or a command
   *   that it runs could not be run.
   * @throws The reason of the signal, also while it waits for a turn.
   */
  readonly run: (
    reference: FunctionReference,
    options: FunctionOptions,
  ) => Promise<FunctionOutcome>;
}
