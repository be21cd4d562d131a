import { keepHeapSteady } from "../../adapters/system/steady-heap.ts";
import { FolderWatches, type FolderWatchesOptions } from "./folder-watches.ts";
import { bySharedFolder, sourceOf, type Source } from "./source.ts";

/** How `clockwork up` watches. */
export interface UpOptions extends Omit<FolderWatchesOptions, "signal" | "onStop"> {
  /** Files or folders; the current folder by default. */
  readonly paths: readonly string[];
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Whether everything that was deployed is destroyed at the end. */
  readonly isEphemeral: boolean;
  /** Serves over HTTP what is watched, from before anything is deployed until before watching ends; null for not at all. */
  readonly serve:
    ((watches: FolderWatches, folders: readonly (readonly Source[])[]) => Promise<Served>) | null;
}

/** What is served over HTTP while it is watched. */
interface Served extends AsyncDisposable {
  /** All that was named is watched. */
  readonly begun: () => Promise<void>;
}

/**
 * Watches projects until it is told to stop: each in its own folder, with its own state.
 *
 * @param options - Which, and who hears of it.
 * @returns False when nothing is watched, as what is declared could not be made.
 * @throws {@link ConfigurationError} With everything that is wrong with one of them.
 * @throws {@link LockHeldError} When somebody else works on one of them.
 * @throws {@link DeployError} When what is declared could not be made, or the address is taken that it is to be served at.
 * @throws {@link StateError} When a state cannot be read or written.
 */
export async function up(options: UpOptions): Promise<boolean> {
  keepHeapSteady();
  const { paths, signal, isEphemeral, serve } = options;
  const sources = await Promise.all((paths.length === 0 ? ["."] : paths).map(sourceOf));
  const stopping = new AbortController();
  const ended = AbortSignal.any([signal, stopping.signal]);
  const onStop = (): void => {
    stopping.abort();
  };
  const folders = [...bySharedFolder(sources).values()];
  let deployed: readonly string[];
  {
    await using watches = new FolderWatches({ ...options, signal: ended, onStop });
    // Ends before watching does, and answers before anything is deployed.
    await using served = (await serve?.(watches, folders)) ?? null;
    for (const files of folders) await watches.begin(files);
    if (watches.isInVain) return false;
    if (serve === null && tellNothing(sources, watches, options)) return true;
    watches.follow();
    await served?.begun();
    await untilAborted(ended);
    deployed = watches.deployedFolders;
  }
  if (isEphemeral) await destroyAll(deployed, options);
  return true;
}

// A project may be applied to while it is watched; a file of nothing is a mistake, or has nothing to do.
function tellNothing(
  sources: readonly Source[],
  { names }: FolderWatches,
  { onOutput }: UpOptions,
): boolean {
  const isEmpty = names.every(({ resources }) => resources.length === 0);
  if (!isEmpty || sources.some(({ kind }) => kind === "project")) return false;
  for (const { path } of sources) onOutput(`Nothing to watch: ${path} is an empty list.\n`);
  return true;
}

async function destroyAll(
  folders: readonly string[],
  { onDeployEvent }: Pick<UpOptions, "onDeployEvent">,
): Promise<void> {
  const { openDeployment } = await import("../deploy/open-deployment.ts");
  for (const root of folders) {
    await using deployment = await openDeployment(root);
    await deployment.destroy({
      command: "clockwork up --ephemeral",
      onEvent: (event) => {
        onDeployEvent(deployment.name, event);
      },
    });
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else {
      signal.addEventListener(
        "abort",
        () => {
          resolve();
        },
        { once: true },
      );
    }
  });
}
