import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openWorld } from "../../src/app/world.ts";
import { GitRepoResource } from "../../src/catalog/resources/git-repo.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Lifecycle, LifecycleScope, Live, Subject } from "../../src/model/lifecycle.ts";
import type { Marks } from "../../src/model/marks.ts";
import { readOptions } from "../../src/model/options.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import type { MarkBook } from "../../src/ports/mark-book.ts";
import { testFolder } from "./folder.ts";
import { runGit, testRepository, type TestRepository } from "./git.ts";

/** A process that was killed between two effects. */
class Killed extends Error {}

export const MARKS: Marks = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "site",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

/** A repository to clone from, a project to clone it into, and the real git in between. */
export interface GitLab extends AsyncDisposable {
  readonly root: string;
  readonly remote: TestRepository;
  readonly world: DeployWorld;
  /** What the book of marks holds. */
  readonly book: Map<string, Marks>;
  /** The effects between which it could have been killed, in the order in which they came. */
  readonly notes: string[];
  /** Where the working copy is. */
  readonly path: string;
  /** Reads options, and looks up what they refer to. */
  readonly subject: (options?: object, marks?: Partial<Marks>) => Promise<Subject>;
  readonly scope: (more?: Partial<LifecycleScope>) => LifecycleScope;
  readonly read: (subject: Subject) => Promise<Live | null>;
  readonly create: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly update: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly remove: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<void>;
}

/** How a working copy lives. */
export const gitLifecycle: Lifecycle<DeployWorld> = (() => {
  const { lifecycle } = GitRepoResource.kind;
  if (lifecycle === null) throw new Error("it has no lifecycle");
  return lifecycle;
})();

/** Makes one; all of it is gone when the test is over. */
export function gitLab(): GitLab {
  const folder = testFolder();
  const root = join(folder.path, "project");
  const remote = testRepository(join(folder.path, "remote"));
  testRepository(root);
  const opened = openWorld({ root });
  const book = new Map<string, Marks>();
  const notes: string[] = [];
  const missing = (): Promise<never> => Promise.reject(new Error("not a part of this world"));
  const world: DeployWorld = {
    ...opened,
    containerHost: missing,
    disk: missing,
    markBook: () => Promise.resolve(memoryMarkBook(book)),
    processHost: missing,
    supervisorControl: missing,
    systemdControl: missing,
  };
  const scope = (more: Partial<LifecycleScope> = {}): LifecycleScope => ({
    root,
    signal: new AbortController().signal,
    keep: () => "",
    content: () => Promise.reject(new Error("nothing was kept")),
    note: (text) => notes.push(text),
    mayDeleteData: false,
    ...more,
  });
  const read = (subject: Subject): Promise<Live | null> =>
    gitLifecycle.read(subject, world, scope());
  return {
    root,
    remote,
    world,
    book,
    notes,
    path: join(root, "srv", "site"),
    scope,
    read,
    subject: async (options = {}, marks = {}) => {
      const all = { url: remote.url, path: "srv/site", ...options };
      const { values, problems } = readOptions(GitRepoResource.kind.fields, all);
      if (values === null) throw new Error(JSON.stringify(problems));
      const resolved = (await gitLifecycle.resolve?.(values, world, scope())) ?? {};
      const own = { ...MARKS, ...marks };
      return { resource: own.resource, parameters: values, resolved, marks: own, physical: null };
    },
    create: (subject, more) => gitLifecycle.create(subject, world, scope(more)),
    update: async (subject, more) => {
      const live = await read(subject);
      if (live === null) throw new Error("there is nothing to update");
      return await gitLifecycle.update(subject, live, world, scope(more));
    },
    remove: (subject, more) => gitLifecycle.remove(subject, world, scope(more)),
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Kills it once at each point between two effects, and starts it again; gives how many points there were. */
export async function killEverywhere(
  run: (note: (text: string) => void) => Promise<unknown>,
): Promise<number> {
  const points = new Set<string>();
  const note = (text: string): void => {
    if (points.has(text)) return;
    points.add(text);
    throw new Killed();
  };
  for (;;) {
    try {
      await run(note);
      return points.size;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

function memoryMarkBook(book: Map<string, Marks>): MarkBook {
  return {
    find: (claim) => Promise.resolve(book.get(claim) ?? null),
    write: (claim, marks) => {
      book.set(claim, marks);
      return Promise.resolve();
    },
    erase: (claim, marks) => {
      if (book.get(claim)?.instance === marks.instance) book.delete(claim);
      return Promise.resolve();
    },
    list: (project) =>
      Promise.resolve(
        [...book]
          .filter(([, marks]) => marks.project === project)
          .map(([claim, marks]) => ({ claim, marks })),
      ),
  };
}

/** The differences of a working copy, by field. */
export function fieldsOf(live: Live | null): Readonly<Record<string, string | null>> {
  if (live === null) throw new Error("there is nothing");
  return Object.fromEntries(
    live.differences.map(({ field, live: is, wanted }) => [
      field,
      `${is ?? "none"} → ${wanted ?? "none"}`,
    ]),
  );
}

/** What is checked out: the commit and the branch. */
export function at(lab: GitLab): string {
  return `${runGit(lab.path, "rev-parse", "HEAD")} ${runGit(lab.path, "branch", "--show-current")}`;
}

/** What was left behind beside a working copy. */
export function left(lab: GitLab): readonly string[] {
  const folder = join(lab.root, "srv");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name !== "site") : [];
}
