import { join } from "node:path";
import { systemClock } from "../../adapters/system/clock.ts";
import { STATE_FOLDER } from "../project/plan-files.ts";
import { packageVersion } from "../version.ts";
import type { FolderWatches } from "../watching/folder-watches.ts";
import type { Source } from "../watching/source.ts";
import { Registry } from "./registry.ts";
import { refuseSameNames } from "./served-name.ts";
import type { ServingOptions } from "./serving-options.ts";
import { startServing, type Serving } from "./start-serving.ts";

/** Projects that are served while they are watched. */
export interface ServingUp extends AsyncDisposable {
  /** Watches what was registered before, once all that was named is watched. */
  readonly begun: () => Promise<void>;
}

/** What remembers which projects were registered, beside the state of the first one that was named. */
const REGISTERED_FILE = "registered.json";

/**
 * Serves projects over HTTP while they are watched, from before the first of them is deployed until before they end.
 *
 * @param watches - Who watches.
 * @param folders - The files that were named, by folder.
 * @param options - Where, to whom, and who hears of it.
 * @returns What serves them; to be disposed first.
 * @throws As {@link startServing} does, and {@link ConfigurationError} when two have one name.
 */
export async function serveUp(
  watches: FolderWatches,
  folders: readonly (readonly Source[])[],
  options: ServingOptions,
): Promise<ServingUp> {
  const { onText } = options;
  await refuseSameNames(folders.flatMap(([first]) => first ?? []));
  const root = folders[0]?.[0]?.root ?? process.cwd();
  const file = join(root, STATE_FOLDER, REGISTERED_FILE);
  const startedAt = systemClock.now();
  let allowed = (): readonly string[] => [];
  const registry = new Registry({ watches, file, allowed: () => allowed(), onText });
  await registry.load();
  const serving: Serving = await startServing(options, (prober, settings) => {
    allowed = () => settings().server.allowedFolders;
    return {
      projects: () => watches.served,
      startedAt,
      version: packageVersion(),
      nodeVersion: process.version,
      phase: () => watches.phase,
      registry,
      prober,
    };
  });
  onText(`Serving ${serving.url}`);
  return {
    begun: () => registry.restore(),
    [Symbol.asyncDispose]: async () => {
      // Whoever balances load is told before it ends.
      watches.stop();
      await serving[Symbol.asyncDispose]();
    },
  };
}
