import { ConfigurationError } from "../../model/diagnostic.ts";
import type { ServiceConfig } from "../../model/service.ts";
import type { Task } from "../../model/task.ts";
import { readServices } from "../services/services-file.ts";
import { readTasks, subjectsOfTasks } from "../tasks/task-file.ts";
import { watchedDeployed, type DeployedContext } from "./deployed-subjects.ts";
import { ProjectPart, type ProjectPartOptions, type Settled } from "./project-part.ts";
import { watchedServices } from "./service-subjects.ts";
import type { Source } from "./source.ts";
import type { WatchContext } from "./watch-context.ts";
import type { Watched } from "./watched.ts";

/** What the sources of one project are, and what carrying them out takes. */
export interface SourcesOptions extends Pick<ProjectPartOptions, "signal" | "onOutput"> {
  readonly sources: readonly Source[];
  /** Of services in files; 30 by default. */
  readonly intervalSeconds?: number;
  readonly context: WatchContext;
  /** For what is declared in a `main.ts`; null when there is no such source. */
  readonly deployed:
    | (Omit<DeployedContext, keyof WatchContext> &
        Pick<ProjectPartOptions, "isAutoApproved" | "onDeployEvent">)
    | null;
}

/** All files that say what is watched of one project. */
export class Sources {
  readonly #options: SourcesOptions;
  readonly #parts = new Map<Source, ProjectPart>();
  #services: ReadonlyMap<Source, readonly ServiceConfig[]> = new Map();
  #tasks: ReadonlyMap<Source, readonly Task[]> = new Map();

  /**
   * Loads nothing yet.
   *
   * @param options - Which files, and what that takes.
   */
  constructor(options: SourcesOptions) {
    this.#options = options;
    const { sources, deployed, context } = options;
    for (const source of sources) {
      if (source.kind !== "project" || deployed === null) continue;
      this.#parts.set(
        source,
        new ProjectPart({ ...options, ...context, ...deployed, main: source.path }),
      );
    }
  }

  /**
   * The absolute paths of the files that were loaded.
   *
   * @returns Without standard input.
   */
  get files(): readonly string[] {
    const { sources } = this.#options;
    const own = sources.flatMap((source) => this.#parts.get(source)?.files ?? [source.path]);
    return own.filter((path) => path !== "-");
  }

  /**
   * Loads all of them: when one is wrong, none is taken over.
   *
   * @throws {@link ConfigurationError} With everything that is wrong.
   */
  async load(): Promise<void> {
    const services = new Map<Source, readonly ServiceConfig[]>();
    const tasks = new Map<Source, readonly Task[]>();
    const takeOver: (() => void)[] = [];
    const { sources, signal } = this.#options;
    for (const source of sources) {
      const part = this.#parts.get(source);
      if (part !== undefined) takeOver.push(await part.load());
      else if (source.kind === "tasks") tasks.set(source, await readTasks(source.path, { signal }));
      else services.set(source, await this.#read(source));
    }
    for (const take of takeOver) take();
    this.#services = services;
    this.#tasks = tasks;
  }

  /**
   * Carries out what may be done without asking.
   *
   * @param isApplying - False to find out only what would wait.
   * @returns What became of it.
   */
  async settle(isApplying: boolean): Promise<Settled> {
    let settled: Settled = { outcome: null, pending: [] };
    for (const part of this.#parts.values()) settled = await part.settle(isApplying);
    return settled;
  }

  /**
   * Tells what is to be watched.
   *
   * @returns All of it, by name.
   * @throws {@link ConfigurationError} When two have the same name.
   */
  async watched(): Promise<ReadonlyMap<string, Watched>> {
    const { context, deployed, intervalSeconds } = this.#options;
    const every = intervalSeconds === undefined ? {} : { intervalSeconds };
    const lists = [
      deployed === null ? [] : await watchedDeployed({ ...context, ...deployed }),
      ...(await Promise.all(
        [...this.#services].map(([{ path }, services]) =>
          watchedServices(services, path, { ...context, ...every }),
        ),
      )),
      ...[...this.#tasks.values()].map((tasks) => watchedTasks(tasks, context)),
    ];
    const all = lists.flat();
    const byName = new Map(all.map((watched) => [watched.subject.name, watched]));
    if (byName.size < all.length) throw duplicate(all);
    return byName;
  }

  async #read({ path }: Source): Promise<readonly ServiceConfig[]> {
    const { signal } = this.#options;
    return await readServices(path, { stdin: process.stdin, signal });
  }
}

function watchedTasks(tasks: readonly Task[], { world }: WatchContext): readonly Watched[] {
  return subjectsOfTasks(tasks, { world }).map((subject) => ({
    subject,
    described: { kind: "task", group: null },
    claims: [],
    hints: null,
    supervisor: null,
    tend: null,
  }));
}

function duplicate(all: readonly Watched[]): ConfigurationError {
  const names = all.map(({ subject }) => subject.name);
  const twice = names.filter((name, index) => names.indexOf(name) < index);
  return new ConfigurationError(
    [...new Set(twice)].map((name) => ({
      code: "name-duplicate",
      file: "",
      line: null,
      column: null,
      property: null,
      message: `two of the files name something ${name}`,
      hint: "what is watched together in one folder needs different names",
    })),
  );
}
