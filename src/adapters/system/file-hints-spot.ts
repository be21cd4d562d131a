import { sep } from "node:path";
import type { Clock } from "../../ports/clock.ts";
import { EVERYTHING, isFolder, nearestFolder, type FolderWatches } from "./file-hints-folders.ts";

/** Whoever writes a file writes more than once. */
const SETTLE_MS = 50;
/** What is written all the time is told of so often. */
const AGAIN_MS = 1_000;
/** Folders may come and go while a place is looked for. */
const TRIES = 8;

/** What a spot works with. */
export interface SpotOptions {
  readonly folders: FolderWatches<Spot>;
  readonly clock: Clock;
  /** Hears that something may have changed, in a few words. */
  readonly onChange: (spot: Spot, reason: string) => void;
}

/** One path that is watched: from the folder that it is in, or else the nearest one above; and from inside where it is a folder. */
export class Spot {
  readonly path: string;
  /** Whose path it is. */
  resources: readonly string[] = [];
  readonly #options: SpotOptions;
  #above: string | null = null;
  #isInside = false;
  #isPlacing = false;
  #isPlaced = false;
  // How often it was asked to find its place.
  #askedCount = 0;
  #isLeft = false;
  #toldMs = -Infinity;
  #cancel: (() => void) | null = null;

  /**
   * Is not watched yet.
   *
   * @param path - Absolute.
   * @param options - How it is watched, and who hears.
   */
  constructor(path: string, options: SpotOptions) {
    this.path = path;
    this.#options = options;
  }

  /**
   * Whether it is watched.
   *
   * @returns False while it is not placed, or the folder cannot be watched.
   */
  get isWatched(): boolean {
    return this.#above !== null && this.#options.folders.has(this.#above);
  }

  /** Something may have changed. It is told when it has settled. */
  touch(): void {
    if (this.#cancel !== null || this.#isLeft) return;
    const { clock, onChange } = this.#options;
    const delayMs = Math.max(SETTLE_MS, AGAIN_MS - (clock.elapsedMs() - this.#toldMs));
    this.#cancel = clock.after(delayMs, () => {
      this.#cancel = null;
      this.#toldMs = clock.elapsedMs();
      onChange(this, this.#isInside ? "folder changed" : "file changed");
    });
  }

  /**
   * Finds from where it is to be watched, and watches it from there. What has happened meanwhile is told.
   *
   * @returns Once that is done.
   */
  async place(): Promise<void> {
    this.#askedCount += 1;
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    const before = this.#place;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const asked = this.#askedCount;
      if ((await this.#placeOnce()) && asked === this.#askedCount) break;
    }
    this.#isPlacing = false;
    if (this.#isPlaced && before !== this.#place) this.touch();
    this.#isPlaced = true;
  }

  /** Is not watched any more. */
  leave(): void {
    this.#isLeft = true;
    this.#cancel?.();
    this.#watchFrom(null, false);
  }

  get #place(): string {
    return this.isWatched ? `${String(this.#above)} ${String(this.#isInside)}` : "";
  }

  // False when it has to be done again: a folder came or went between the look and the watching.
  async #placeOnce(): Promise<boolean> {
    const above = await nearestFolder(this.path);
    const isInside = await isFolder(this.path);
    if (this.#isLeft) return true;
    this.#watchFrom(above, isInside);
    const [aboveNow, isInsideNow] = [await nearestFolder(this.path), await isFolder(this.path)];
    return aboveNow === above && isInsideNow === isInside;
  }

  #watchFrom(above: string | null, isInside: boolean): void {
    const { folders } = this.#options;
    if (this.#above !== null && this.#above !== above) {
      folders.leave(this.#above, this.#nameIn(this.#above), this);
    }
    const isWatched = above !== null && folders.enter(above, this.#nameIn(above), this);
    this.#above = isWatched ? above : null;
    if (!isInside) folders.leave(this.path, EVERYTHING, this);
    this.#isInside = isInside && folders.enter(this.path, EVERYTHING, this);
  }

  // The part of the path that lies directly in a folder above it.
  #nameIn(folder: string): string {
    const rest = this.path.slice(folder.endsWith(sep) ? folder.length : folder.length + 1);
    return rest.split(sep, 1)[0] ?? "";
  }
}
