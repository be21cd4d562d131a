import { randomBytes, randomUUID } from "node:crypto";
import { openDeployWorld, type OpenDeployWorld } from "../../src/app/deploy-world.ts";
import { AppleContainerResource } from "../../src/catalog/resources/apple-container.ts";
import { DockerResource } from "../../src/catalog/resources/docker.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Lifecycle, LifecycleScope, Live, Subject } from "../../src/model/lifecycle.ts";
import type { Marks } from "../../src/model/marks.ts";
import { readOptions } from "../../src/model/options.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import { dockerEngine, type DockerEngine } from "./docker.ts";
import { testFolder } from "./folder.ts";
import { image } from "./images.ts";

/** What an inspection tells, as far as tests look at it. */
export interface Inspection {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Status: string; readonly ExitCode: number };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: { readonly Memory: number; readonly NanoCpus: number };
}

/** A project, the lifecycle of containers, and the real engine in between. */
export interface ContainerLab extends AsyncDisposable {
  readonly engine: DockerEngine;
  readonly world: OpenDeployWorld;
  readonly root: string;
  /** A name that no other test has. */
  readonly name: string;
  readonly busybox: string;
  /** The effects between which it could have been killed. */
  readonly notes: string[];
  readonly subject: (options?: object, marks?: Partial<Marks>) => Subject;
  readonly scope: (more?: Partial<LifecycleScope>) => LifecycleScope;
  readonly read: (subject: Subject) => Promise<Live | null>;
  readonly create: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly update: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly remove: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<void>;
  readonly inspect: (name?: string) => Promise<Inspection | null>;
  readonly post: (path: string, body?: object) => Promise<unknown>;
  /** Names of all containers of this test, in order. */
  readonly names: () => Promise<readonly string[]>;
}

/** How containers live. */
export const dockerLifecycle = lifecycleOf(DockerResource);
/** How containers of Apple's engine live. */
export const appleLifecycle = lifecycleOf(AppleContainerResource);

/** Marks of a project of their own. */
export function freshMarks(): Marks {
  return {
    project: randomUUID(),
    resource: "web",
    instance: randomBytes(8).toString("hex"),
    generation: 1,
    specHash: "a".repeat(64),
    version: 1,
  };
}

/** Makes one; all containers and volumes that have its name are gone when the test is over. */
export async function containerLab(): Promise<ContainerLab> {
  const engine = await dockerEngine();
  const busybox = await image(engine, "busybox");
  const folder = testFolder();
  const root = folder.path;
  const env = { ...process.env, DOCKER_HOST: engine.host, CW_MARKS_DIR: `${root}/marks` };
  const world = openDeployWorld({ root, env });
  const name = `cw-${randomBytes(6).toString("hex")}`;
  const base = freshMarks();
  const notes: string[] = [];
  const scope = scopeOf(root, notes);
  const list = async (): Promise<readonly { Id: string; Names: string[] }[]> => {
    const all = await engine.request("GET", "/containers/json?all=1");
    return (all as { Id: string; Names: string[] }[]).filter(({ Names: names }) =>
      names.some((each) => each.includes(name)),
    );
  };
  const read = (subject: Subject): Promise<Live | null> =>
    dockerLifecycle.read(subject, world, scope());
  return {
    ...{ engine, world, root, name, busybox, notes, scope, read },
    subject: (options = {}, marks = {}) =>
      subjectOf(
        DockerResource,
        { image: busybox, containerName: name, ...options },
        { ...base, ...marks },
      ),
    create: (subject, more) => dockerLifecycle.create(subject, world, scope(more)),
    update: async (subject, more) => {
      const live = await read(subject);
      if (live === null) throw new Error("there is nothing to update");
      return await dockerLifecycle.update(subject, live, world, scope(more));
    },
    remove: (subject, more) => dockerLifecycle.remove(subject, world, scope(more)),
    inspect: async (which = name) => {
      try {
        return (await engine.request("GET", `/containers/${which}/json`)) as Inspection;
      } catch (error) {
        if (String(error).includes(": 404 ")) return null;
        throw error;
      }
    },
    post: (path, body) => engine.request("POST", path, body),
    names: async () =>
      (await list())
        .map(({ Names: names }) => String(names[0]).replace(`/${name}`, "*"))
        .toSorted(),
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      for (const { Id: id } of await list()) {
        await engine.request("DELETE", `/containers/${id}?force=1&v=1`);
      }
      const filter = encodeURIComponent(JSON.stringify({ name: [name] }));
      for (const [what, key] of [
        ["volumes", "Volumes"],
        ["networks", ""],
      ] as const) {
        const answer = await engine.request("GET", `/${what}?filters=${filter}`);
        const entries = (key === "" ? answer : (answer as Record<string, unknown>)[key]) ?? [];
        for (const { Name: entry } of entries as { Name: string }[]) {
          await engine.request("DELETE", `/${what}/${entry}`);
        }
      }
      folder[Symbol.dispose]();
    },
  };
}

/** What the engine of a deploy would hand on. */
export function scopeOf(
  root: string,
  notes: string[],
): (more?: Partial<LifecycleScope>) => LifecycleScope {
  return (more = {}) => ({
    root,
    signal: new AbortController().signal,
    keep: () => "",
    content: () => Promise.reject(new Error("nothing was kept")),
    note: (text) => notes.push(text),
    mayDeleteData: false,
    ...more,
  });
}

/** Reads the options of a container. */
export function subjectOf(
  { kind }: typeof DockerResource | typeof AppleContainerResource,
  options: object,
  marks: Marks,
): Subject {
  const { values, problems } = readOptions(kind.fields, options);
  if (values === null) throw new Error(JSON.stringify(problems));
  return { resource: marks.resource, parameters: values, resolved: {}, marks, physical: null };
}

function lifecycleOf({
  kind,
}: typeof DockerResource | typeof AppleContainerResource): Lifecycle<DeployWorld> {
  if (kind.lifecycle === null) throw new Error("it has no lifecycle");
  return kind.lifecycle;
}
