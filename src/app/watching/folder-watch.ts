import { systemClock } from "../../adapters/system/clock.ts";
import { LogChannel } from "../../catalog/channels/log.ts";
import type { Entry } from "../../engine/watch/entry.ts";
import { abortReason } from "../../model/abort.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look } from "../../model/watch-state.ts";
import type { ServedProject } from "../../ports/served.ts";
import type { ApplyOutcome } from "../deploy/deployment.ts";
import { watchFiles, type FileWatch } from "../project/watch-files.ts";
import { servedProject } from "../serving/served-project.ts";
import { MissedEdits } from "./missed-edits.ts";
import type { Source } from "./source.ts";
import {
  watchProject,
  type OpenedProject,
  type OpenWatch,
  type WatchProjectOptions,
} from "./watch-project.ts";

/** How the files of a folder are watched. */
export interface FolderWatchOptions extends Pick<
  WatchProjectOptions,
  "resolver" | "lockTimeoutMs" | "isApplying" | "isAutoApproved" | "intervalSeconds" | "onOutput"
> {
  /** Told of everything that happens, with the name of the project. None of these may throw. */
  readonly onEvent: (project: string, event: WatchEvent) => void;
  readonly onLook: (project: string, entry: Entry, look: Look) => void;
  readonly onDeployEvent: (project: string, event: DeployEvent) => void;
  /** A line for people: a message, or what goes wrong with watching itself. */
  readonly onText: (text: string) => void;
  /** Told what became of what was deployed at the beginning of a project. */
  readonly onDeployed: (project: string, outcome: ApplyOutcome) => void;
}

/** What is watched of one project. */
export interface WatchedNames {
  readonly project: string;
  readonly resources: readonly string[];
}

/** One project while it is watched, and loaded anew as its files change. */
export class FolderWatch implements AsyncDisposable {
  readonly #options: FolderWatchOptions;
  readonly #sources: readonly Source[];
  #watch: OpenWatch | null = null;
  #opened: ServedProject | null = null;
  #files: FileWatch | null = null;
  #isLoading = false;
  /** Whoever wants it loaded while it is being loaded wants it once more, however often they say so. */
  #isWantedAgain = false;
  #isEnded = false;
  readonly #edits = new MissedEdits();
  #loadedAt = 0;
  #onChange: () => void = () => undefined;

  /**
   * Watches nothing yet.
   *
   * @param options - How it is watched, and who hears of it.
   * @param sources - All files of one folder; at least one.
   */
  constructor(options: FolderWatchOptions, sources: readonly Source[]) {
    this.#options = options;
    this.#sources = sources;
  }

  /**
   * The absolute path of its folder.
   *
   * @returns Empty when it has no file.
   */
  get root(): string {
    return this.#sources[0]?.root ?? "";
  }

  /**
   * Whether something may be deployed from it.
   *
   * @returns False for services and tasks alone.
   */
  get isDeploying(): boolean {
    return this.#sources.some(({ kind }) => kind === "project");
  }

  /**
   * As others see it over HTTP.
   *
   * @returns Null before its state is open.
   */
  get served(): ServedProject | null {
    return this.#opened;
  }

  /**
   * What is watched of it.
   *
   * @returns Names; none before it is watched.
   */
  get names(): WatchedNames {
    const watch = this.#watch;
    if (watch === null) return { project: "", resources: [] };
    return { project: watch.name, resources: [...watch.project.entries.keys()] };
  }

  /**
   * Whether nothing is watched, as what is declared could not be made.
   *
   * @returns False before it has begun.
   */
  get isInVain(): boolean {
    const watch = this.#watch;
    const outcome = watch === null ? null : watch.settled.outcome;
    return outcome !== null && outcome.status !== "deployed" && this.names.resources.length === 0;
  }

  /**
   * Loads it, makes what may be made without asking, and begins to watch.
   *
   * @param signal - Ends the beginning; what has begun is ended by disposing it.
   * @param onStop - Somebody asks over the socket for an end.
   * @throws As {@link watchProject} does.
   */
  async begin(signal: AbortSignal, onStop: () => void): Promise<void> {
    const { onEvent, onLook, onDeployEvent, onDeployed, onText } = this.#options;
    const name = (): string => this.#opened?.name ?? this.#sources[0]?.name ?? "";
    this.#loadedAt = systemClock.now();
    this.#watch = await watchProject({
      ...this.#options,
      sources: this.#sources,
      signal,
      command: "clockwork up",
      isServing: true,
      channels: [new LogChannel(onText)],
      onStop,
      onOpened: (opened) => {
        this.#opened = this.#servedOf(opened);
      },
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
    if (this.#isEnded) {
      // It was ended while it began.
      await this.#watch[Symbol.asyncDispose]();
      throw abortReason(signal);
    }
    const { outcome } = this.#watch.settled;
    if (outcome !== null) onDeployed(name(), outcome);
  }

  /**
   * Loads it anew whenever its files change, from now on.
   *
   * @param onChange - Told when it was loaded anew.
   */
  follow(onChange: () => void): void {
    this.#onChange = onChange;
    this.#watchFiles();
    // Making what is declared takes its time, and nobody heard of edits meanwhile.
    if (this.#isWantedAgain) this.reload();
  }

  /** Loads all files anew, once what is being loaded is there; what goes wrong is told. */
  readonly reload = (): void => {
    // What is being loaded for the first time is as it is now.
    if (this.#watch === null) return;
    this.#isWantedAgain = this.#isLoading;
    if (!this.#isLoading) void this.#reloaded(this.#watch);
  };

  /** Stops watching; what was deployed goes on running. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#files?.[Symbol.dispose]();
    await this.#watch?.[Symbol.asyncDispose]();
  }

  #servedOf(opened: OpenedProject): ServedProject {
    const { resolver, onOutput } = this.#options;
    const main = this.#sources.find(({ kind }) => kind === "project")?.path ?? null;
    const network = resolver === undefined ? {} : { resolver };
    return servedProject(opened, { main, onOutput, ...network });
  }

  #watchFiles(): void {
    if (this.#isEnded) return;
    // What has just changed is not forgotten.
    if (this.#files?.isSettling() === true) this.#isWantedAgain = true;
    this.#files?.[Symbol.dispose]();
    const files = this.#watch?.files() ?? [];
    this.#files = watchFiles(files, this.reload);
    if (this.#edits.find(files, this.#loadedAt)) this.#isWantedAgain = true;
  }

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
    if (this.#isWantedAgain && !this.#isEnded) this.reload();
  }
}
