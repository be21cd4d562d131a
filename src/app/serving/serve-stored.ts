import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../adapters/system/clock.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { quoted } from "../../model/wording.ts";
import type { ServedProject } from "../../ports/served.ts";
import { STATE_FOLDER } from "../project/plan-files.ts";
import { packageVersion } from "../version.ts";
import { bySharedFolder, sourceOf, type Source } from "../watching/source.ts";
import { refuseSameNames, servedName } from "./served-name.ts";
import type { ServingOptions } from "./serving-options.ts";
import { startServing } from "./start-serving.ts";
import { storedControl } from "./stored-control.ts";

/** What is served. */
export interface ServeStoredOptions {
  /** Files or folders; the current folder by default. */
  readonly paths: readonly string[];
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly serving: ServingOptions;
}

/**
 * Serves projects over HTTP that others watch, or nobody does, until it is told to stop. Nothing is changed.
 *
 * @param options - Which, where and to whom.
 * @throws {@link ConfigurationError} When one of them is not there.
 * @throws {@link DeployError} When the address is taken, with the code `listen-failed`.
 */
export async function serveStored({ paths, signal, serving }: ServeStoredOptions): Promise<void> {
  const sources = await Promise.all((paths.length === 0 ? ["."] : paths).map(sourceOf));
  const folders = [...bySharedFolder(sources).values()].flatMap(([first]) => first ?? []);
  for (const source of folders) refuseMissing(source);
  await refuseSameNames(folders);
  await using parts = new AsyncDisposableStack();
  const projects: ServedProject[] = [];
  for (const source of folders) projects.push(await storedProject(source, parts));
  const startedAt = systemClock.now();
  const running = parts.use(
    await startServing(serving, (prober) => ({
      projects: () => projects,
      startedAt,
      version: packageVersion(),
      nodeVersion: process.version,
      phase: () => (signal.aborted ? "stopping" : "ok"),
      registry: null,
      prober,
    })),
  );
  serving.onText(`Serving ${running.url} (read-only)`);
  await aborted(signal);
}

async function storedProject(source: Source, parts: AsyncDisposableStack): Promise<ServedProject> {
  const { root } = source;
  const folder = join(root, STATE_FOLDER);
  const [{ sqliteStore }, name] = await Promise.all([
    import("../../adapters/sqlite/store.ts"),
    servedName(source),
  ]);
  const store = parts.use(sqliteStore({ folder }));
  const { control } = parts.use(storedControl({ project: name, root, folder, store }));
  return { name, folder: root, control, store, watching: null };
}

// What was only watched so far may have no file any more, and what was never watched no state yet.
function refuseMissing({ path, root }: Source): void {
  if (existsSync(path) || existsSync(join(root, STATE_FOLDER))) return;
  const place = { file: "", line: null, column: null, property: null };
  const message = `there is no project at ${quoted(path)}`;
  const hint = "name a folder that clockwork up watches";
  throw new ConfigurationError([{ code: "project-missing", ...place, message, hint }]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      "abort",
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
