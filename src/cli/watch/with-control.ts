import type { OpenControl } from "../../app/control/open-control.ts";
import type { CommandContext } from "../command.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { INTERRUPTED, tellInterrupt } from "../report-output.ts";

/** Who asks what is watched. */
export interface AskedControl {
  /** The project, as it was named; the current folder by default. */
  readonly project: string | undefined;
  /** What others are told meanwhile: `clockwork pause`. */
  readonly command: string;
}

/**
 * Asks the `clockwork up` that watches a project, or what is stored when none runs.
 *
 * @param asked - Which project, and who asks.
 * @param context - Streams, and when to stop.
 * @param ask - What is asked.
 * @returns The exit code.
 * @throws {@link DeployError} When it cannot be answered.
 */
export async function withControl(
  { project, command }: AskedControl,
  context: CommandContext,
  ask: (open: OpenControl) => Promise<number>,
): Promise<number> {
  const { signal } = context;
  return await tellingProblems(context, null, async () => {
    try {
      const { openControl } = await import("../../app/control/open-control.ts");
      await using open = await openControl(project, {
        command,
        signal,
        onOutput: context.stderr.write,
      });
      return await unlessAborted(signal, ask(open));
    } catch (error) {
      if (!signal.aborted) throw error;
      tellInterrupt("nothing more was told", context);
      return INTERRUPTED;
    }
  });
}

// Who asked and does not want to know any more need not wait for the answer.
async function unlessAborted(signal: AbortSignal, answer: Promise<number>): Promise<number> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(new DOMException("interrupted", "AbortError"));
  };
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
