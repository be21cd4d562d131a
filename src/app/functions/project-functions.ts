import { Limiter } from "../../engine/limiter.ts";
import { abortReason } from "../../model/abort.ts";
import type { CommandResult } from "../../model/check-function.ts";
import { ObservationError } from "../../model/errors.ts";
import type { FunctionOutcome } from "../../model/function-outcome.ts";
import type { Target } from "../../model/target.ts";
import type { Functions } from "../../ports/functions.ts";
import type { World } from "../../ports/world.ts";
import { LIMIT_OUTPUT_BYTES } from "./function-messages.ts";
import { runFunction, type RunCommand } from "./function-run.ts";

/** What running functions of a project takes. */
export interface ProjectFunctionsOptions extends Pick<World, "commands" | "containers"> {
  /** The folder of the project. */
  readonly root: string;
}

/** Processes at once, as many as the engine's lane of functions lets begin: each takes a processor while it starts. */
const CONCURRENCY = 4;

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
      return inTurn(limiter, signal, () => {
        const { targets, timeoutMs, memoryMb } = how;
        const task = { root, reference, targets, timeoutMs };
        return runFunction({ task, options: { memoryMb, signal }, runCommand });
      });
    },
    [Symbol.asyncDispose]: () => {
      disposal.abort(new ObservationError("functions are run no more"));
      return Promise.resolve();
    },
  };
}

// Waits for a turn, as long as somebody wants to know.
async function inTurn(
  limiter: Limiter,
  signal: AbortSignal,
  run: () => Promise<FunctionOutcome>,
): Promise<FunctionOutcome> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(abortReason(signal));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  // Whoever gives up leaves its turn to the next: an aborted one does not begin.
  const work = limiter.run(run);
  try {
    if (signal.aborted) onAbort();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
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
