import type { Target } from "./target.ts";

/** What a command printed, and how it ended. */
export interface CommandResult {
  /** 0 to 255; null when a signal ended it. */
  readonly exitCode: number | null;
  /** At most 1 MiB. */
  readonly stdout: string;
  /** At most 1 MiB. */
  readonly stderr: string;
}

/** A resource, as a check function sees it. */
export interface ResourceView {
  readonly name: string;
  /** The kind of the resource, such as `docker`. */
  readonly kind: string;
  /** What of the world it is: its container, ports, URL, path, command. */
  readonly target: Target;
  /**
   * Runs a command, without a shell: in the container of the resource, otherwise on this machine in the folder of the project.
   *
   * @param command - The program and its arguments.
   * @returns How it ended, whatever its exit code.
   * @throws {@link ObservationError} When it cannot be run: no such program, a container that does not run. When the function
   *   does not catch it, nothing is judged.
   */
  readonly run: (command: readonly string[]) => Promise<CommandResult>;
}

/** What a check function may use besides resources. */
export interface CheckContext {
  /** Aborted when the time is over; the process of the function is killed then. */
  readonly signal: AbortSignal;
  /** How long the function may take in all, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * What a check function says: whether the claim holds; that and a message; or that with whatever helps to understand it, of
 * which numbers become metrics.
 */
export type CheckFunctionResult =
  | boolean
  | readonly [passed: boolean, message: string]
  | {
      readonly passed: boolean;
      readonly message?: string | undefined;
      readonly [diagnostic: string]: unknown;
    };

/** Checks one resource. It runs in a process of its own, with an empty environment. */
export type CheckFunction = (
  resource: ResourceView,
  context: CheckContext,
) => CheckFunctionResult | Promise<CheckFunctionResult>;

/** Checks what is between two resources. It runs in a process of its own, with an empty environment. */
export type CrossCheckFunction = (
  source: ResourceView,
  target: ResourceView,
  context: CheckContext,
) => CheckFunctionResult | Promise<CheckFunctionResult>;
