import { createHash } from "node:crypto";
import { openDeployWorld, type OpenDeployWorld } from "../../src/app/deploy-world.ts";
import { resources } from "../../src/catalog/resources.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Lifecycle, LifecycleScope, Live, Subject } from "../../src/model/lifecycle.ts";
import type { Marks } from "../../src/model/marks.ts";
import { readValues } from "../../src/model/options.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import { testFolder, type TestFolder } from "./folder.ts";

/** A kind of resource in the real world, in a folder of its own, without an engine around it. */
export interface LifecycleLab extends AsyncDisposable {
  readonly folder: TestFolder;
  readonly world: OpenDeployWorld;
  readonly lifecycle: Lifecycle<DeployWorld>;
  readonly scope: LifecycleScope;
  /** What it has told of how far it has come. */
  readonly notes: string[];
  /** The resource `subject` with these options, of one life. */
  readonly subject: (options: object, physical?: JsonObject | null) => Subject;
  readonly read: (subject: Subject) => Promise<Live | null>;
  readonly create: (subject: Subject) => Promise<JsonObject>;
  readonly update: (subject: Subject) => Promise<JsonObject>;
  readonly remove: (subject: Subject) => Promise<void>;
  readonly diagnose: (subject: Subject) => Promise<readonly string[]>;
}

/** The project that everything in a lab belongs to. */
export const LAB_PROJECT = "12345678-1234-4123-8123-123456789abc";

/** Opens a lab for a kind. */
export async function lifecycleLab(
  kind: keyof typeof resources,
  env: Readonly<Record<string, string>> = {},
): Promise<LifecycleLab> {
  const { fields, lifecycle } = await resources[kind]();
  if (lifecycle === null) throw new Error(`${kind} is only looked at`);
  const folder = testFolder();
  const marksFolder = `${folder.path}/marks`;
  const world = openDeployWorld({
    root: folder.path,
    env: { ...process.env, CW_MARKS_DIR: marksFolder, ...env },
  });
  const notes: string[] = [];
  const kept = new Map<string, Uint8Array>();
  const scope: LifecycleScope = {
    root: folder.path,
    signal: new AbortController().signal,
    keep: (bytes) => {
      const hash = createHash("sha256").update(bytes).digest("hex");
      kept.set(hash, bytes);
      return hash;
    },
    content: (hash) => Promise.resolve(kept.get(hash) ?? new Uint8Array()),
    note: (text) => notes.push(text),
    mayDeleteData: false,
  };
  // Each lab has a life of its own: what an earlier one left behind is none of it.
  const instance = createHash("sha256").update(folder.path).digest("hex").slice(0, 16);
  const read = (subject: Subject): Promise<Live | null> => lifecycle.read(subject, world, scope);
  return {
    folder,
    world,
    lifecycle,
    scope,
    notes,
    subject: (options, physical = null) => {
      const parameters = readValues(fields, options);
      const specHash = createHash("sha256").update(JSON.stringify(parameters)).digest("hex");
      const marks: Marks = {
        project: LAB_PROJECT,
        resource: "subject",
        instance,
        generation: 1,
        specHash,
        version: 1,
      };
      return { resource: "subject", parameters, resolved: {}, marks, physical };
    },
    read,
    create: (subject) => lifecycle.create(subject, world, scope),
    update: async (subject) => {
      const live = await read(subject);
      if (live === null) throw new Error("nothing is there");
      return await lifecycle.update(subject, live, world, scope);
    },
    remove: (subject) => lifecycle.remove(subject, world, scope),
    diagnose: async (subject) => (await lifecycle.diagnose?.(subject, world, scope)) ?? [],
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
