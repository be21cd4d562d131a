import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openDeployWorld } from "../../src/app/deploy-world.ts";
import { sha256 } from "../../src/app/project/sha256.ts";
import { DirectoryResource } from "../../src/catalog/resources/directory.ts";
import { FileResource } from "../../src/catalog/resources/file.ts";
import { TemplateFileResource } from "../../src/catalog/resources/template-file.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Lifecycle, LifecycleScope, Live, Subject } from "../../src/model/lifecycle.ts";
import type { Marks } from "../../src/model/marks.ts";
import { readOptions } from "../../src/model/options.ts";
import type { ResourceKind } from "../../src/model/resource.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import type { MarkBook } from "../../src/ports/mark-book.ts";
import { testFolder } from "./folder.ts";

export const FILE_MARKS: Marks = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "motd",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

/** What makes files. */
export const FILE_KINDS: Readonly<Record<string, ResourceKind<DeployWorld>>> = {
  file: FileResource.kind,
  directory: DirectoryResource.kind,
  ["template-file"]: TemplateFileResource.kind,
};

/** One thing of a lab, with all that can be done to it. */
export interface LabThing {
  readonly subject: Subject;
  readonly read: () => Promise<Live | null>;
  readonly create: (more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly update: (more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly remove: (more?: Partial<LifecycleScope>) => Promise<void>;
  readonly verify: () => Promise<unknown>;
  readonly data: () => Promise<string | null>;
  readonly capture: () => Promise<JsonObject>;
  readonly restore: (captured: JsonObject, more?: Partial<LifecycleScope>) => Promise<void>;
}

/** A project, and the real disk. */
export interface FileLab extends AsyncDisposable {
  /** The folder of the project. */
  readonly root: string;
  /** A folder beside it. */
  readonly outside: string;
  readonly world: DeployWorld;
  readonly book: MarkBook;
  /** Content that was kept, by its hash. */
  readonly kept: Map<string, Uint8Array>;
  readonly scope: (more?: Partial<LifecycleScope>) => LifecycleScope;
  /** Reads options, and looks up what they refer to. */
  readonly thing: (kind: string, options: object, marks?: Partial<Marks>) => Promise<LabThing>;
  /** The names in the project, in their order. */
  readonly names: (folder?: string) => readonly string[];
}

/** Makes one; all of it is gone when the test is over. */
export async function fileLab(
  env: Readonly<Record<string, string>> = {},
  options: { readonly marks?: string } = {},
): Promise<FileLab> {
  const folder = testFolder();
  const [root, outside] = [join(folder.path, "project"), join(folder.path, "outside")];
  mkdirSync(root);
  mkdirSync(outside);
  const { marks = join(folder.path, "marks") } = options;
  const world = openDeployWorld({ root, env: { ...env, CW_MARKS_DIR: marks } });
  const kept = new Map<string, Uint8Array>();
  const scope = (more: Partial<LifecycleScope> = {}): LifecycleScope => ({
    root,
    signal: new AbortController().signal,
    keep: (bytes) => {
      kept.set(sha256(bytes), bytes);
      return sha256(bytes);
    },
    content: (hash) => {
      const bytes = kept.get(hash);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error("it was never kept"));
    },
    note: () => undefined,
    mayDeleteData: false,
    ...more,
  });
  return {
    root,
    outside,
    world,
    kept,
    scope,
    book: await world.markBook(),
    thing: async (kind, options, more = {}) => {
      const { lifecycle, fields } = FILE_KINDS[kind] ?? {};
      if (!lifecycle || !fields) throw new Error(`there is no ${kind}`);
      const { values, problems } = readOptions(fields, options);
      if (values === null) throw new Error(JSON.stringify(problems));
      const resolved = (await lifecycle.resolve?.(values, world, scope())) ?? {};
      const own = { ...FILE_MARKS, ...more };
      const { resource } = own;
      const subject = { resource, parameters: values, resolved, marks: own, physical: null };
      return thingOf(subject, lifecycle, { world, scope });
    },
    names: (below = root) => readdirSync(below).toSorted(),
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

function thingOf(
  subject: Subject,
  lifecycle: Lifecycle<DeployWorld>,
  { world, scope }: Pick<FileLab, "world" | "scope">,
): LabThing {
  const read = (): Promise<Live | null> => lifecycle.read(subject, world, scope());
  const needed = async (): Promise<Live> => {
    const live = await read();
    if (live === null) throw new Error("nothing is there");
    return live;
  };
  return {
    subject,
    read,
    create: (more) => lifecycle.create(subject, world, scope(more)),
    update: async (more) => await lifecycle.update(subject, await needed(), world, scope(more)),
    remove: (more) => lifecycle.remove(subject, world, scope(more)),
    verify: async () => await lifecycle.verify?.(subject, await read(), world, scope()),
    data: async () => (await lifecycle.data?.(subject, world, scope())) ?? null,
    capture: async () => (await lifecycle.capture?.(subject, await needed(), world, scope())) ?? {},
    restore: async (captured, more) =>
      await lifecycle.restore?.(subject, captured, world, scope(more)),
  };
}

/** The differences of a thing, by field. */
export function differencesOf(live: Live | null): Readonly<Record<string, string>> {
  if (live === null) throw new Error("nothing is there");
  return Object.fromEntries(
    live.differences.map(({ field, live: is, wanted }) => [
      field,
      `${is ?? "none"} → ${wanted ?? "none"}`,
    ]),
  );
}
