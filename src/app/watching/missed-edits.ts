import { statSync, type Stats } from "node:fs";

/** Finds edits that nobody was told of, as they were made while the files were being loaded. */
export class MissedEdits {
  readonly #seen = new Map<string, string>();

  /**
   * Tells whether a file was changed after it began to be loaded. Each edit is found once.
   *
   * @param paths - Absolute paths.
   * @param sinceMs - When that was, in milliseconds since 1970-01-01 UTC.
   * @returns True when any of them was changed since.
   */
  find(paths: readonly string[], sinceMs: number): boolean {
    return paths.filter((path) => this.#isNew(path, sinceMs)).length > 0;
  }

  // A file that is moved here changes its time, too, however old it is.
  #isNew(path: string, sinceMs: number): boolean {
    const stats = statsOf(path);
    if (stats === null || stats.ctimeMs <= sinceMs) return false;
    const edit = `${String(stats.ctimeMs)} ${String(stats.ino)}`;
    if (this.#seen.get(path) === edit) return false;
    this.#seen.set(path, edit);
    return true;
  }
}

function statsOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
