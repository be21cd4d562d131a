import { join } from "node:path";
import { systemClock } from "../../adapters/system/clock.ts";
import type { WatchControl } from "../../model/control.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { ListQuery } from "../../ports/watch-store.ts";
import { readIdentity } from "../project/identity.ts";
import { STATE_FOLDER } from "../project/plan-files.ts";
import { projectPath } from "../project/project-path.ts";
import { connectControl, type ControlClient } from "./connect-control.ts";
import { offlineControl } from "./offline-control.ts";
import { recordedPolicy } from "./recorded-policy.ts";

/** How a project that is watched is asked. */
export interface OpenControlOptions {
  /** What others are told who find the project locked meanwhile: `clockwork pause`; `clockwork` by default. */
  readonly command?: string;
  readonly signal: AbortSignal;
  /** Gets what the project prints while it is loaded to look at it, and what goes wrong with that. */
  readonly onOutput?: (text: string) => void;
}

/** A project that can be asked. */
export interface OpenControl extends AsyncDisposable {
  /** Whoever watches it; what is stored, when nobody does. */
  readonly control: WatchControl;
  readonly isRunning: boolean;
  /** What has happened, as it is stored. */
  readonly events: (query: ListQuery) => Promise<readonly WatchEvent[]>;
  /**
   * Follows what happens, over ends and starts of `clockwork up`, until the signal of the options is aborted.
   *
   * @param after - The last event that is known.
   * @param onEvent - Called for each that comes after it, in their order; it must not throw.
   */
  readonly follow: (after: number, onEvent: (event: WatchEvent) => void) => Promise<void>;
}

/**
 * Opens a project to ask how it is: the `clockwork up` that watches it, or what is stored when none runs.
 *
 * @param path - The project's folder, or a file in it; the current folder by default.
 * @param options - Who asks, and what ends it.
 * @returns What can be asked; to be disposed.
 * @throws {@link ConfigurationError} When its `clockwork.yaml` is wrong.
 * @throws {@link DeployError} When a `clockwork up` runs that does not answer, or the state cannot be read.
 */
export async function openControl(
  path: string | undefined,
  options: OpenControlOptions,
): Promise<OpenControl> {
  const place = projectPath(path);
  const folder = join(place.root, STATE_FOLDER);
  await using parts = new AsyncDisposableStack();
  const client = own(parts, await connectControl(folder));
  const [{ sqliteStore }, { projectLock }, identity] = await Promise.all([
    import("../../adapters/sqlite/store.ts"),
    import("../../adapters/sqlite/lock.ts"),
    readIdentity(place.root),
  ]);
  const store = parts.use(sqliteStore({ folder }));
  const { command = "clockwork", signal, onOutput = ignore } = options;
  const offline = offlineControl({
    signal,
    command,
    // For as long as one request takes, where no `clockwork up` runs.
    inProcess: async () => {
      const { openWatching } = await import("../watching/open-watching.ts");
      return await openWatching(path, { command, signal, onOutput });
    },
    project: identity.name ?? place.name,
    folder: place.root,
    store,
    lock: projectLock({ folder }),
    clock: systemClock,
    policyOf: recordedPolicy,
  });
  const owned = parts.move();
  return {
    control: client ?? offline,
    isRunning: client !== null,
    events: (query) => store.events(query),
    follow: async (after, onEvent) => {
      let last = after;
      const tell = (event: WatchEvent): void => {
        if (event.id <= last) return;
        last = event.id;
        onEvent(event);
      };
      await client?.follow({ after, signal }, tell);
      // What it stored as it ended, and what comes once another one runs, is in the store.
      if (!signal.aborted) await offline.follow({ after: last, signal }, tell);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function own(parts: AsyncDisposableStack, client: ControlClient | null): ControlClient | null {
  return client === null ? null : parts.use(client);
}

function ignore(): void {
  // Nobody reads it.
}
