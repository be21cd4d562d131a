import type { WatchControl } from "../../model/control.ts";
import type { CommandContext } from "../command.ts";

/** Who asks what is watched. */
export interface AskedControl {
  /** The project, as it was named; the current folder by default. */
  readonly project: string | undefined;
  /** What others are told meanwhile: `clockwork pause`. */
  readonly command: string;
}

/**
 * Watches a project for as long as one request takes, where no `clockwork up` runs.
 *
 * @param asked - Which project, and who asks.
 * @param context - Streams, and when to stop.
 * @returns Whoever watches it; to be disposed.
 * @throws {@link ConfigurationError} When it cannot be loaded.
 */
export async function watchInProcess(
  { project, command }: AskedControl,
  { signal, stderr }: Pick<CommandContext, "signal" | "stderr">,
): Promise<WatchControl & AsyncDisposable> {
  const { openWatching } = await import("../../app/watching/open-watching.ts");
  return await openWatching(project, { command, signal, onOutput: stderr.write });
}
