import { systemClock } from "../../adapters/system/clock.ts";
import { Limiter } from "../../engine/limiter.ts";
import { abortReason } from "../../model/abort.ts";
import type { CommandResult } from "../../model/check-function.ts";
import { ObservationError } from "../../model/errors.ts";
import type { FunctionOutcome } from "../../model/function-outcome.ts";
import type { Target } from "../../model/target.ts";
import type { FunctionOptions, Functions } from "../../ports/functions.ts";
import type { World } from "../../ports/world.ts";
import { LIMIT_OUTPUT_BYTES } from "./function-messages.ts";
import { runFunction, type RunCommand } from "./function-run.ts";

/** What running functions of a project takes. */
export interface ProjectFunctionsOptions extends Pick<World, "commands" | "containers"> {
  /** The folder of the project. */
  readonly root: string;
}

/** Processes at once: each takes a processor while it starts. */
const CONCURRENCY = 4;

/** Whoever waited longer than this for its turn may run out of time through our fault. */
const FAIR_WAIT_SHARE = 0.05;
/** By then we say so, before anybody takes the silence for an answer. */
const PATIENCE_SHARE = 0.95;

/**
 * Runs functions of a project, each in a process of its own that has an empty environment; four at once, the others wait.
 *
 * @param options - The folder of the project, and who runs commands for functions.
 * @returns The runner; disposing it ends what is under way.
 */
export function projectFunctions(options: ProjectFunctionsOptions): Functions {
  const limiter = new Limiter(CONCURRENCY);
  const disposal = new AbortController();
  const runCommand = commandRunner(options);
  return {
    run: (reference, how) => {
      const { root } = options;
      const signal = AbortSignal.any([how.signal, disposal.signal]);
      return inTurn(limiter, { ...how, signal }, (own) => {
        const { targets, timeoutMs, memoryMb } = how;
        const task = { root, reference, targets, timeoutMs };
        return runFunction({ task, options: { memoryMb, signal: own }, runCommand });
      });
    },
    [Symbol.asyncDispose]: () => {
      disposal.abort(new ObservationError("functions are run no more"));
      return Promise.resolve();
    },
  };
}

// Waits for a turn; that others took the time is never told of the function.
async function inTurn(
  limiter: Limiter,
  { timeoutMs, signal }: Pick<FunctionOptions, "timeoutMs" | "signal">,
  run: (signal: AbortSignal) => Promise<FunctionOutcome>,
): Promise<FunctionOutcome> {
  const impatience = new AbortController();
  const either = AbortSignal.any([signal, impatience.signal]);
  const startedMs = systemClock.elapsedMs();
  let waitedMs = Infinity;
  const stopTimer = systemClock.after(timeoutMs * PATIENCE_SHARE, () => {
    if (waitedMs <= timeoutMs * FAIR_WAIT_SHARE) return;
    impatience.abort(new ObservationError("its turn came too late: other functions took too long"));
  });
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(abortReason(either));
  };
  either.addEventListener("abort", onAbort, { once: true });
  const work = limiter.run(async () => {
    waitedMs = systemClock.elapsedMs() - startedMs;
    return await run(either);
  });
  try {
    if (either.aborted) onAbort();
    return await Promise.race([work, aborted]);
  } finally {
    stopTimer();
    either.removeEventListener("abort", onAbort);
  }
}

function commandRunner({ commands, containers }: ProjectFunctionsOptions): RunCommand {
  return async ({ container }: Target, command, signal): Promise<CommandResult> => {
    const options = { signal, limitBytes: LIMIT_OUTPUT_BYTES };
    const { exitCode, stdout, stderr } =
      container === null
        ? await (await commands()).run(command, options)
        : await (await containers()).run(container, command, options);
    return { exitCode, stdout, stderr };
  };
}
