import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";

/** Editors write a file in several steps: what they do within this time is one change. */
const SETTLE_MS = 100;

/** A watch of files; disposing it ends it. */
export interface FileWatch extends Disposable {
  /** True from the first event of a change until it is told. */
  readonly isSettling: () => boolean;
}

/**
 * Watches files, also through editors that replace them.
 *
 * @param paths - Absolute paths.
 * @param onChange - Called once after each change of any of them.
 * @returns The watch.
 */
export function watchFiles(paths: readonly string[], onChange: () => void): FileWatch {
  let timer: NodeJS.Timeout | null = null;
  const changed = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      onChange();
    }, SETTLE_MS);
  };
  const folders = Map.groupBy(paths, dirname);
  const watchers = [...folders].flatMap(([folder, files]) => {
    const names = new Set(files.map((file) => basename(file)));
    const watcher = watchFolder(folder, (name) => {
      if (name === null || names.has(name)) changed();
    });
    return watcher === null ? [] : [watcher];
  });
  return {
    isSettling: () => timer !== null,
    [Symbol.dispose]: () => {
      if (timer !== null) clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

// Without a watch, what is watched is still looked at again after each interval.
function watchFolder(folder: string, onEvent: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, (_, name) => {
      onEvent(name);
    });
    watcher.on("error", () => {
      watcher.close();
    });
    return watcher;
  } catch {
    return null;
  }
}
