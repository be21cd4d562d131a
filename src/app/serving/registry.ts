import { DeployError } from "../../model/deploy-errors.ts";
import type { ChangeOptions, ServedProject, ServedRegistry } from "../../ports/served.ts";
import { servedName } from "./served-name.ts";
import { stillStarting } from "../control/starting-control.ts";
import type { FolderWatch } from "../watching/folder-watch.ts";
import type { FolderWatches } from "../watching/folder-watches.ts";
import type { Source } from "../watching/source.ts";
import { allowedSource } from "./allowed-source.ts";
import {
  LIMIT_REGISTERED,
  readRegistered,
  writeRegistered,
  type Registered,
} from "./registered-file.ts";

/** What a registry works with. */
export interface RegistryOptions {
  readonly watches: Pick<FolderWatches, "begin" | "end" | "has" | "phase" | "served">;
  /** The absolute path of the file that remembers what was registered. */
  readonly file: string;
  /** The absolute paths of folders that projects may be in; asked for each time. */
  readonly allowed: () => readonly string[];
  /** Told what cannot be watched any more, for people; it must not throw. */
  readonly onText: (text: string) => void;
}

/** A project that was registered, and how it is watched. */
interface Kept extends Registered {
  /** Null while it cannot be watched. */
  readonly watch: FolderWatch | null;
}

/** Projects that were registered over HTTP: they are watched like those of the command line, and again after a restart. */
export class Registry implements ServedRegistry {
  readonly #options: RegistryOptions;
  /** By the path of the file. */
  readonly #kept = new Map<string, Kept>();
  /** Folders and names of those that begin. */
  readonly #taken = new Set<string>();
  #writing: Promise<unknown> = Promise.resolve();

  /**
   * Remembers nothing yet.
   *
   * @param options - Who watches, and where it is remembered.
   */
  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Reads what was registered before; before anything else is asked of it. What cannot be read is told. */
  async load(): Promise<void> {
    const { file, onText } = this.#options;
    const { registered, problems } = await readRegistered(file);
    for (const problem of problems) onText(problem);
    for (const entry of registered) this.#kept.set(entry.path, { ...entry, watch: null });
  }

  /** Watches again what was registered before. What is not allowed any more, or cannot be loaded, is told and left out. */
  async restore(): Promise<void> {
    for (const path of [...this.#kept.keys()]) {
      const kept = this.#kept.get(path);
      // Somebody may have unregistered it meanwhile, or registered it anew.
      const isLeft = kept?.watch === null && this.#options.watches.phase !== "stopping";
      if (isLeft) await this.#restoreOne(kept);
    }
  }

  readonly register = async (
    path: string,
    { by, signal }: ChangeOptions,
  ): Promise<ServedProject> => {
    // What was named on the command line comes first.
    if (this.#options.watches.phase !== "ok") throw stillStarting();
    const source = await allowedSource(path, this.#options.allowed());
    if (this.#kept.size >= LIMIT_REGISTERED) {
      throw new DeployError(`${String(LIMIT_REGISTERED)} projects are registered: no more can be`);
    }
    const { watch, served } = await this.#watch(source, signal);
    const { name: project } = served;
    this.#kept.set(source.path, { path: source.path, project, by, watch });
    try {
      await this.#remember();
    } catch (error) {
      this.#kept.delete(source.path);
      await this.#options.watches.end(watch);
      throw error;
    }
    return served;
  };

  readonly unregister = async (project: string): Promise<boolean> => {
    const found = [...this.#kept.values()].find((kept) => nameIn(kept) === project);
    if (found === undefined) return false;
    this.#kept.delete(found.path);
    try {
      await this.#remember();
    } catch (error) {
      this.#kept.set(found.path, found);
      throw error;
    }
    if (found.watch !== null) await this.#options.watches.end(found.watch);
    return true;
  };

  async #restoreOne({ path, project, by }: Registered): Promise<void> {
    const { watches, allowed, onText } = this.#options;
    try {
      const { watch } = await this.#watch(await allowedSource(path, allowed()));
      if (this.#kept.has(path)) this.#kept.set(path, { path, project, by, watch });
      else await watches.end(watch);
    } catch (error) {
      if (watches.phase === "stopping") return;
      const reason = error instanceof Error ? error.message : String(error);
      onText(`${project} was registered, and is not watched: ${reason}`);
    }
  }

  async #watch(
    source: Source,
    signal?: AbortSignal,
  ): Promise<{ readonly watch: FolderWatch; readonly served: ServedProject }> {
    const { watches } = this.#options;
    const name = await servedName(source);
    const isNamed = watches.served.some((project) => project.name === name);
    const isTaken = this.#taken.has(source.root) || this.#taken.has(name);
    if (watches.has(source.root) || isNamed || isTaken) throw watchedAlready(name);
    this.#taken.add(source.root).add(name);
    try {
      const watch = await watches.begin([source], signal);
      if (watch.served === null) throw new Error("it was ended while it began");
      return { watch, served: watch.served };
    } finally {
      this.#taken.delete(source.root);
      this.#taken.delete(name);
    }
  }

  // One after the other, each with all of the moment.
  async #remember(): Promise<void> {
    const write = async (): Promise<void> => {
      const all = [...this.#kept.values()];
      const registered = all.map(({ path, project, by }) => ({ path, project, by }));
      await writeRegistered(this.#options.file, registered);
    };
    const written = this.#writing.then(write, write);
    this.#writing = written;
    await written;
  }
}

function nameIn({ watch, project }: Kept): string {
  return watch?.served?.name ?? project;
}

function watchedAlready(name: string): DeployError {
  const message = `${name} is watched already, or another project of its name`;
  return new DeployError(message, { code: "project-watched" });
}
