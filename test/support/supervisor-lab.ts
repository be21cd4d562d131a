import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDeployWorld } from "../../src/app/deploy-world.ts";
import { SupervisorProgramResource } from "../../src/catalog/resources/supervisor-program.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Lifecycle, LifecycleScope, Live, Subject } from "../../src/model/lifecycle.ts";
import type { Marks } from "../../src/model/marks.ts";
import { readOptions } from "../../src/model/options.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import type { ProgramInfo } from "../../src/ports/supervisor.ts";
import { startSupervisord, type Supervisord } from "./supervisord.ts";

export const MARKS: Marks = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "web",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

/** How a program under supervisord lives. */
export const programLifecycle: Lifecycle<DeployWorld> = (() => {
  const { lifecycle } = SupervisorProgramResource.kind;
  if (lifecycle === null) throw new Error("it has no lifecycle");
  return lifecycle;
})();

/** A real supervisord, and a project that has it run programs. */
export interface SupervisorLab extends AsyncDisposable {
  readonly supervisord: Supervisord;
  /** The folder that it includes. */
  readonly folder: string;
  readonly world: DeployWorld;
  readonly subject: (options?: object, more?: Partial<Subject>) => Subject;
  readonly scope: (more?: Partial<LifecycleScope>) => LifecycleScope;
  readonly read: (subject: Subject) => Promise<Live | null>;
  readonly create: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly update: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly remove: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<void>;
  /** Everything that supervisord has, by name. */
  readonly programs: () => Promise<ReadonlyMap<string, ProgramInfo>>;
  /** Waits until something is so. */
  readonly until: (isSo: () => Promise<boolean>) => Promise<void>;
}

/** How a lab is set up. */
export interface SupervisorLabOptions {
  /** Sections that somebody else wrote. */
  readonly programs?: string;
  /** What stands in `[include]`; `conf.d/*.conf` by default, nothing when null. */
  readonly include?: string | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts one; all of it is gone when the test is over. */
export async function supervisorLab({
  programs = "",
  include = "conf.d/*.conf",
  env = {},
}: SupervisorLabOptions = {}): Promise<SupervisorLab> {
  const included = include === null ? "" : `\n[include]\nfiles = ${include}\n`;
  const supervisord = await startSupervisord({ programs: `${programs}${included}` });
  const folder = join(supervisord.folder, "conf.d");
  mkdirSync(folder);
  const world = openDeployWorld({ root: supervisord.folder, env });
  const scope = (more: Partial<LifecycleScope> = {}): LifecycleScope => ({
    root: supervisord.folder,
    signal: new AbortController().signal,
    keep: () => "",
    content: () => Promise.reject(new Error("nothing was kept")),
    note: () => undefined,
    mayDeleteData: false,
    ...more,
  });
  const read = (subject: Subject): Promise<Live | null> =>
    programLifecycle.read(subject, world, scope());
  const list = async (): Promise<ReadonlyMap<string, ProgramInfo>> => {
    const supervisor = await world.supervisor();
    const address = { serverUrl: supervisord.serverUrl, username: null, password: null };
    const infos = await supervisor.programs(address, scope().signal);
    return new Map(infos.map((info) => [info.name, info]));
  };
  return {
    supervisord,
    folder,
    world,
    scope,
    read,
    subject: (options = {}, more = {}) => {
      const all = { program: "web", command: ["sleep", "1000"], ...options };
      const { values, problems } = readOptions(SupervisorProgramResource.kind.fields, all);
      if (values === null) throw new Error(JSON.stringify(problems));
      const subject = { resource: "web", resolved: {}, marks: MARKS, physical: null, ...more };
      return { ...subject, parameters: values };
    },
    create: (subject, more) => programLifecycle.create(subject, world, scope(more)),
    update: async (subject, more) => {
      const live = await read(subject);
      if (live === null) throw new Error("there is nothing to update");
      return await programLifecycle.update(subject, live, world, scope(more));
    },
    remove: (subject, more) => programLifecycle.remove(subject, world, scope(more)),
    programs: list,
    until: async (isSo) => {
      const deadlineMs = Date.now() + 60_000;
      while (!(await isSo())) {
        if (Date.now() > deadlineMs) throw new Error("it did not come to be so");
        await sleep(50);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await supervisord[Symbol.asyncDispose]();
    },
  };
}

/** Programs that somebody else has. */
export const OTHERS = `
[program:other]
command=/bin/sleep 1000
startsecs=0

[program:idle]
command=/bin/sleep 1000
autostart=false
`;

/** Whether a program counts as running. */
export async function isRunning(lab: SupervisorLab, name = "web"): Promise<boolean> {
  return (await lab.programs()).get(name)?.state === "RUNNING";
}

/** The process of a program; null when it has none. */
export async function pidOf(lab: SupervisorLab, name: string): Promise<number | null> {
  return (await lab.programs()).get(name)?.pid ?? null;
}

/** What a process was given: its program and arguments, or its environment. */
export function givenTo(pid: number | null, what: "cmdline" | "environ"): readonly string[] {
  const text = readFileSync(`/proc/${String(pid)}/${what}`, "utf8");
  return text.split("\0").slice(0, -1);
}
