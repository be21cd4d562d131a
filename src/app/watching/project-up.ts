import type { WatchEvent } from "../../model/watch-event.ts";
import { up } from "./up.ts";

/** How a project is watched from a program. */
export interface ProjectUpOptions {
  /** Ends it; what was deployed goes on running. */
  readonly signal: AbortSignal;
  /** Whether what is declared and not there is made first; true by default. */
  readonly isApplying?: boolean;
  /** Whether updates, replacements and deletions are carried out without asking; false by default. */
  readonly isAutoApproved?: boolean;
  /** How long to wait for somebody else who works on the project, in milliseconds; 0 by default. */
  readonly lockTimeoutMs?: number;
  readonly resolver?: "dns" | "system";
  /** Told of everything that happens, once it is stored; it must not throw. */
  readonly onEvent?: (event: WatchEvent) => void;
  /** Told messages, and what goes wrong with watching itself, one line each; it must not throw. */
  readonly onText?: (text: string) => void;
}

/**
 * Makes what a project declares, and keeps it true until it is told to stop.
 *
 * @param root - The project's folder.
 * @param options - What ends it, and who hears of it.
 * @throws As {@link up} does.
 */
export async function projectUp(root: string, options: ProjectUpOptions): Promise<void> {
  const { isApplying = true, isAutoApproved = false, lockTimeoutMs = 0, ...rest } = options;
  const { onEvent = ignore, onText = ignore, ...network } = rest;
  await up({
    ...network,
    paths: [root],
    isApplying,
    isAutoApproved,
    isEphemeral: false,
    serve: null,
    isReloadedBySignal: false,
    lockTimeoutMs,
    onText,
    onOutput: onText,
    onEvent: (_, event) => {
      onEvent(event);
    },
    onLook: ignore,
    onDeployEvent: ignore,
    onDeployed: ignore,
    onWatched: ignore,
  });
}

function ignore(): void {
  // Nobody wants to know.
}
