import { resolve } from "node:path";
import type { Clock } from "../../ports/clock.ts";
import type { Hint, HintSource, HintSubscription, HintTarget } from "../../ports/hints.ts";
import { FolderWatches } from "./file-hints-folders.ts";
import { Spot } from "./file-hints-spot.ts";

/** What watching files takes. */
export interface FileHintOptions {
  /** What relative paths are relative to. */
  readonly root: string;
  readonly clock: Clock;
  /** How many folders are watched at most; 2,000 by default. What is beyond is left to looking. */
  readonly foldersLimit?: number;
}

/** A folder may be moved away or mounted over without a word: so often it is made sure that it is the same one. */
const VERIFY_MS = 30_000;
const FOLDERS_LIMIT = 2_000;

/**
 * Hints when files or folders change, from the events of the kernel. Folders are watched rather than files: whoever saves a file
 * may put another one in its place. Of a folder, itself and what lies directly in it is watched. While a folder is not there, the
 * nearest one above it is watched in its stead.
 *
 * Links are not followed to what they lead to, and where the kernel watches no more folders, nothing is said.
 *
 * @param options - The project, time, a limit.
 * @returns The source.
 */
export function fileHints(options: FileHintOptions): HintSource {
  return {
    watch: (targets, onHint) => {
      const watch = new FilesWatch(options, onHint);
      watch.update(targets);
      return watch;
    },
  };
}

class FilesWatch implements HintSubscription {
  readonly #options: FileHintOptions;
  readonly #onHint: (hint: Hint) => void;
  readonly #spots = new Map<string, Spot>();
  readonly #folders: FolderWatches<Spot>;
  #cancelVerify: (() => void) | null = null;
  #isClosed = false;

  constructor(options: FileHintOptions, onHint: (hint: Hint) => void) {
    this.#options = options;
    this.#onHint = onHint;
    this.#folders = new FolderWatches(options.foldersLimit ?? FOLDERS_LIMIT, {
      onTouch: (spot, isRenamed) => {
        spot.touch();
        if (isRenamed) void spot.place();
      },
      onLost: (spot) => {
        spot.touch();
        void spot.place();
      },
    });
  }

  readonly update = (targets: readonly HintTarget[]): void => {
    if (this.#isClosed) return;
    const wanted = new Map<string, string[]>();
    for (const { target } of targets) {
      if (target.path === null) continue;
      const path = resolve(this.#options.root, target.path);
      const resources = wanted.get(path) ?? [];
      resources.push(target.resource);
      wanted.set(path, resources);
    }
    for (const [path, spot] of this.#spots) if (!wanted.has(path)) this.#leave(spot);
    for (const [path, resources] of wanted) {
      (this.#spots.get(path) ?? this.#enter(path)).resources = resources;
    }
    this.#verifyLater();
  };

  // What the file system has been asked for may never be answered, so it is not waited for.
  readonly [Symbol.asyncDispose] = async (): Promise<void> => {
    this.#isClosed = true;
    for (const spot of this.#spots.values()) this.#leave(spot);
    this.#verifyLater();
  };

  #enter(path: string): Spot {
    const spot = new Spot(path, {
      folders: this.#folders,
      clock: this.#options.clock,
      onChange: ({ resources }, reason) => {
        for (const resource of resources) this.#onHint({ resource, reason });
      },
    });
    this.#spots.set(path, spot);
    void spot.place();
    return spot;
  }

  #leave(spot: Spot): void {
    this.#spots.delete(spot.path);
    spot.leave();
  }

  // No timer runs while there is nothing to watch.
  #verifyLater(): void {
    if (this.#spots.size === 0) {
      this.#cancelVerify?.();
      this.#cancelVerify = null;
      return;
    }
    this.#cancelVerify ??= this.#options.clock.after(VERIFY_MS, () => {
      void this.#verify();
    });
  }

  async #verify(): Promise<void> {
    this.#cancelVerify = null;
    await this.#folders.verify();
    for (const spot of this.#spots.values()) if (!spot.isWatched) void spot.place();
    this.#verifyLater();
  }
}
