import type { ServedProject } from "../../ports/served.ts";
import { FolderWatch, type FolderWatchOptions, type WatchedNames } from "./folder-watch.ts";
import type { Source } from "./source.ts";

/** How folders are watched. */
export interface FolderWatchesOptions extends FolderWatchOptions {
  /** Whether SIGHUP loads all files anew; otherwise it means nothing here. */
  readonly isReloadedBySignal: boolean;
  /** Ends every beginning. */
  readonly signal: AbortSignal;
  /** Somebody asks over a socket for an end. */
  readonly onStop: () => void;
  /** Told what is watched, at the beginning and whenever it changes. */
  readonly onWatched: (projects: readonly WatchedNames[]) => void;
}

/** Folders that are watched, each a project of its own: more may come, and go again. */
export class FolderWatches implements AsyncDisposable {
  readonly #options: FolderWatchesOptions;
  /** Those that begin included, in the order in which they were named. */
  readonly #watches = new Set<FolderWatch>();
  #isFollowing = false;
  #isEnding = false;

  /**
   * Watches nothing yet.
   *
   * @param options - How they are watched, and who hears of it.
   */
  constructor(options: FolderWatchesOptions) {
    this.#options = options;
    if (options.isReloadedBySignal) process.on("SIGHUP", this.#reload);
  }

  /**
   * What is watched.
   *
   * @returns By project.
   */
  get names(): readonly WatchedNames[] {
    return [...this.#watches].map(({ names }) => names);
  }

  /**
   * The projects as others see them over HTTP.
   *
   * @returns Those whose state is open.
   */
  get served(): readonly ServedProject[] {
    return [...this.#watches].flatMap(({ served }) => served ?? []);
  }

  /**
   * How far it is.
   *
   * @returns `starting` until all that was named is watched.
   */
  get phase(): "starting" | "ok" | "stopping" {
    if (this.#isEnding || this.#options.signal.aborted) return "stopping";
    return this.#isFollowing ? "ok" : "starting";
  }

  /**
   * Whether nothing is watched, as what is declared could not be made.
   *
   * @returns True when that is so of all.
   */
  get isInVain(): boolean {
    return [...this.#watches].every((watch) => watch.isInVain);
  }

  /**
   * The absolute paths of folders that something may be deployed from.
   *
   * @returns Without those of services and tasks alone.
   */
  get deployedFolders(): readonly string[] {
    return [...this.#watches].flatMap(({ isDeploying, root }) => (isDeploying ? [root] : []));
  }

  /**
   * Tells whether a folder is watched, or is about to be.
   *
   * @param root - Its absolute path.
   * @returns Whether it is.
   */
  has(root: string): boolean {
    return [...this.#watches].some((watch) => watch.root === root);
  }

  /**
   * Watches a folder.
   *
   * @param sources - All of its files.
   * @param signal - Ends the beginning early.
   * @returns The project, once it is watched.
   * @throws As {@link FolderWatch.begin} does; it is not watched then.
   */
  async begin(sources: readonly Source[], signal?: AbortSignal): Promise<FolderWatch> {
    const watch = new FolderWatch(this.#options, sources);
    this.#watches.add(watch);
    const ends = [this.#options.signal, ...(signal === undefined ? [] : [signal])];
    try {
      await watch.begin(AbortSignal.any(ends), this.#options.onStop);
    } catch (error) {
      await this.end(watch);
      throw error;
    }
    if (this.#isFollowing) {
      watch.follow(this.#tell);
      this.#tell();
    }
    return watch;
  }

  /** Loads them anew as their files change, from now on: all that was named is watched. */
  follow(): void {
    this.#isFollowing = true;
    for (const watch of this.#watches) watch.follow(this.#tell);
    this.#tell();
  }

  /**
   * Stops watching one of them; what it deployed goes on running.
   *
   * @param watch - Which.
   */
  async end(watch: FolderWatch): Promise<void> {
    if (!this.#watches.delete(watch)) return;
    await watch[Symbol.asyncDispose]();
    if (this.#isFollowing && !this.#isEnding) this.#tell();
  }

  /** Says that it ends; it goes on watching until it is disposed. */
  stop(): void {
    this.#isEnding = true;
  }

  /** Stops watching all of them, the last one first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    process.off("SIGHUP", this.#reload);
    for (const watch of [...this.#watches].reverse()) await watch[Symbol.asyncDispose]();
  }

  readonly #reload = (): void => {
    for (const watch of this.#watches) watch.reload();
  };

  readonly #tell = (): void => {
    this.#options.onWatched(this.names);
  };
}
