import { LogChannel } from "../../catalog/channels/log.ts";
import type { WatchControl } from "../../model/control.ts";
import { sourceOf } from "./source.ts";
import { watchProject } from "./watch-project.ts";

/** How a project is watched for as long as somebody asks for something. */
export interface OpenWatchingOptions {
  /** What others are told who find the project locked meanwhile: `clockwork repair`. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** Gets what the project prints while it is loaded, and what goes wrong with watching itself. */
  readonly onOutput: (text: string) => void;
}

/**
 * Watches a project for as long as somebody asks for something, where no `clockwork up` runs: it looks, and does what it is asked
 * to, and nothing besides.
 *
 * @param path - The project's folder, or a file in it; the current folder by default.
 * @param options - Who asks, and what ends it.
 * @returns What can be asked; to be disposed.
 * @throws {@link ConfigurationError} When it cannot be loaded.
 * @throws {@link LockHeldError} When somebody else works on it.
 * @throws {@link StateError} When its state cannot be read or written.
 */
export async function openWatching(
  path: string | undefined,
  { command, signal, onOutput }: OpenWatchingOptions,
): Promise<WatchControl & AsyncDisposable> {
  const watch = await watchProject({
    sources: [await sourceOf(path)],
    signal,
    command,
    lockTimeoutMs: 0,
    isServing: false,
    isApplying: false,
    isAutoApproved: false,
    isOnlyAsked: true,
    // What is to be told waits for whoever watches next.
    channels: [new LogChannel(ignore)],
    onOutput,
    onEvent: ignore,
    onLook: ignore,
    onDeployEvent: ignore,
    onStop: ignore,
    onProblem: (text) => {
      onOutput(`${text}\n`);
    },
  });
  const { control } = watch.project;
  const { status, explain, checkNow, repair, hold, release, acknowledge, follow } = control;
  const asked = { status, explain, checkNow, repair, hold, release, acknowledge, follow };
  return { ...asked, [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose]() };
}

function ignore(): void {
  // Whoever asks is told in the end.
}
