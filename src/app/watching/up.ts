import { systemClock } from "../../adapters/system/clock.ts";
import { keepHeapSteady } from "../../adapters/system/steady-heap.ts";
import { LogChannel } from "../../catalog/channels/log.ts";
import type { Entry } from "../../engine/watch/entry.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look } from "../../model/watch-state.ts";
import type { ApplyOutcome } from "../deploy/deployment.ts";
import { watchFiles, type FileWatch } from "../project/watch-files.ts";
import { MissedEdits } from "./missed-edits.ts";
import { bySharedFolder, sourceOf, type Source } from "./source.ts";
import { watchProject, type OpenWatch, type WatchProjectOptions } from "./watch-project.ts";

/** How `clockwork up` watches. */
export interface UpOptions extends Pick<
  WatchProjectOptions,
  "resolver" | "lockTimeoutMs" | "isApplying" | "isAutoApproved" | "intervalSeconds" | "onOutput"
> {
  /** Files or folders; the current folder by default. */
  readonly paths: readonly string[];
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Whether SIGHUP loads all files anew; otherwise it means nothing here. */
  readonly isReloadedBySignal: boolean;
  /** Whether everything that was deployed is destroyed at the end. */
  readonly isEphemeral: boolean;
  /** Told of everything that happens, with the name of the project. None of these may throw. */
  readonly onEvent: (project: string, event: WatchEvent) => void;
  readonly onLook: (project: string, entry: Entry, look: Look) => void;
  readonly onDeployEvent: (project: string, event: DeployEvent) => void;
  /** A line for people: a message, or what goes wrong with watching itself. */
  readonly onText: (text: string) => void;
  /** Told what became of what was deployed at the beginning of a project. */
  readonly onDeployed: (project: string, outcome: ApplyOutcome) => void;
  /** Told what is watched, at the beginning and whenever it changes. */
  readonly onWatched: (projects: readonly WatchedNames[]) => void;
}

/** What is watched of one project. */
export interface WatchedNames {
  readonly project: string;
  readonly resources: readonly string[];
}

/**
 * Watches projects until it is told to stop: each in its own folder, with its own state.
 *
 * @param options - Which, and who hears of it.
 * @returns False when nothing is watched, as what is declared could not be made.
 * @throws {@link ConfigurationError} With everything that is wrong with one of them.
 * @throws {@link LockHeldError} When somebody else works on one of them.
 * @throws {@link DeployError} When what is declared could not be made.
 * @throws {@link StateError} When a state cannot be read or written.
 */
export async function up(options: UpOptions): Promise<boolean> {
  keepHeapSteady();
  const { paths, signal, isEphemeral } = options;
  const sources = await Promise.all((paths.length === 0 ? ["."] : paths).map(sourceOf));
  const stopping = new AbortController();
  const ended = AbortSignal.any([signal, stopping.signal]);
  const folders = [...bySharedFolder(sources)];
  {
    await using open = new AsyncDisposableStack();
    const watches: Up[] = [];
    for (const [, files] of folders) {
      const watch = new Up(options, files);
      watches.push(open.use(watch));
      await watch.begin(ended, () => {
        stopping.abort();
      });
    }
    const tell = (): void => {
      options.onWatched(watches.map((watch) => watch.names));
    };
    if (watches.every(({ isInVain }) => isInVain)) return false;
    if (tellNothing(sources, watches, options)) return true;
    for (const watch of watches) watch.follow(tell);
    tell();
    await untilAborted(ended);
  }
  if (isEphemeral) await destroyAll(folders, options);
  return true;
}

// A project may be applied to while it is watched; a file of nothing is a mistake, or has nothing to do.
function tellNothing(
  sources: readonly Source[],
  watches: readonly Up[],
  { onOutput }: UpOptions,
): boolean {
  const isEmpty = watches.every(({ names }) => names.resources.length === 0);
  if (!isEmpty || sources.some(({ kind }) => kind === "project")) return false;
  for (const { path } of sources) onOutput(`Nothing to watch: ${path} is an empty list.\n`);
  return true;
}

/** One project while it is watched, and loaded anew as its files change. */
class Up implements AsyncDisposable {
  readonly #options: UpOptions;
  readonly #sources: readonly Source[];
  #watch: OpenWatch | null = null;
  #files: FileWatch | null = null;
  #isLoading = false;
  /** Whoever wants it loaded while it is being loaded wants it once more, however often they say so. */
  #isWantedAgain = false;
  #isEnded = false;
  readonly #edits = new MissedEdits();
  #loadedAt = 0;
  #onChange: () => void = () => undefined;

  constructor(options: UpOptions, sources: readonly Source[]) {
    this.#options = options;
    this.#sources = sources;
    if (options.isReloadedBySignal) process.on("SIGHUP", this.#reload);
  }

  get names(): WatchedNames {
    const watch = this.#watch;
    if (watch === null) return { project: "", resources: [] };
    return { project: watch.name, resources: [...watch.project.entries.keys()] };
  }

  // Nothing is watched, as what is declared could not be made.
  get isInVain(): boolean {
    const watch = this.#watch;
    const outcome = watch === null ? null : watch.settled.outcome;
    return outcome !== null && outcome.status !== "deployed" && this.names.resources.length === 0;
  }

  async begin(signal: AbortSignal, onStop: () => void): Promise<void> {
    const { onEvent, onLook, onDeployEvent, onDeployed, onText } = this.#options;
    const name = (): string => this.#watch?.name ?? this.#sources[0]?.name ?? "";
    this.#loadedAt = systemClock.now();
    this.#watch = await watchProject({
      ...this.#options,
      sources: this.#sources,
      signal,
      command: "clockwork up",
      isServing: true,
      channels: [new LogChannel(onText)],
      onStop,
      onEvent: (event) => {
        onEvent(name(), event);
      },
      onLook: (entry, look) => {
        onLook(name(), entry, look);
      },
      onDeployEvent: (event) => {
        onDeployEvent(name(), event);
      },
      onProblem: onText,
    });
    const { outcome } = this.#watch.settled;
    if (outcome !== null) onDeployed(name(), outcome);
  }

  follow(onChange: () => void): void {
    this.#onChange = onChange;
    this.#watchFiles();
    // Making what is declared takes its time, and nobody heard of edits meanwhile.
    if (this.#isWantedAgain) this.#reload();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnded = true;
    process.off("SIGHUP", this.#reload);
    this.#files?.[Symbol.dispose]();
    await this.#watch?.[Symbol.asyncDispose]();
  }

  #watchFiles(): void {
    if (this.#isEnded) return;
    // What has just changed is not forgotten.
    if (this.#files?.isSettling() === true) this.#isWantedAgain = true;
    this.#files?.[Symbol.dispose]();
    const files = this.#watch?.files() ?? [];
    this.#files = watchFiles(files, this.#reload);
    if (this.#edits.find(files, this.#loadedAt)) this.#isWantedAgain = true;
  }

  readonly #reload = (): void => {
    // What is being loaded for the first time is as it is now.
    if (this.#watch === null) return;
    this.#isWantedAgain = this.#isLoading;
    if (!this.#isLoading) void this.#reloaded(this.#watch);
  };

  async #reloaded(watch: OpenWatch): Promise<void> {
    this.#isLoading = true;
    this.#loadedAt = systemClock.now();
    try {
      await watch.project.reload();
    } catch (error) {
      // The first of its problems was told as an event.
      const text = error instanceof Error ? error.message : String(error);
      if (text.includes("\n")) this.#options.onText(text);
    }
    // Other files may belong to it by now.
    this.#watchFiles();
    this.#onChange();
    this.#isLoading = false;
    if (this.#isWantedAgain && !this.#isEnded) this.#reload();
  }
}

async function destroyAll(
  folders: readonly (readonly [string, readonly Source[]])[],
  { onDeployEvent }: UpOptions,
): Promise<void> {
  const { openDeployment } = await import("../deploy/open-deployment.ts");
  for (const [root, sources] of folders) {
    if (!sources.some(({ kind }) => kind === "project")) continue;
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
