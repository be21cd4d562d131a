import type { FunctionReference } from "../model/function-reference.ts";
import type { Json } from "../model/json.ts";

/** How a function of the project is run. */
export interface FunctionOptions {
  /** Given to the function, after the resources that are looked up by name. */
  readonly arguments: readonly Json[];
  /** The most memory it may use, in MiB. */
  readonly memoryMb: number;
  /** When the process is killed, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What became of a function. */
export type FunctionOutcome =
  | { readonly end: "returned"; readonly value: Json; readonly output: string }
  | {
      /** It threw, or returned a promise that was rejected. */
      readonly end: "threw";
      readonly message: string;
      /** Only lines of the project's own files. */
      readonly stack: string;
      readonly output: string;
    }
  | {
      /** Its process came to an end without an answer. */
      readonly end: "killed";
      readonly reason: "memory" | "exit" | "crash";
      readonly message: string;
      readonly output: string;
    };

/** Functions that a project declares, run in a process of their own with an empty environment. */
export interface Functions extends AsyncDisposable {
  /**
   * Runs a function to its end.
   *
   * @throws {@link ObservationError} When it cannot be started: its file is gone, or no longer holds that function.
   */
  readonly run: (
    reference: FunctionReference,
    options: FunctionOptions,
  ) => Promise<FunctionOutcome>;
}
