import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openDeployWorld } from "../../src/app/deploy-world.ts";
import { SystemdServiceResource } from "../../src/catalog/resources/systemd-service.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Lifecycle, LifecycleScope, Live, Subject } from "../../src/model/lifecycle.ts";
import type { Marks } from "../../src/model/marks.ts";
import { readOptions } from "../../src/model/options.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import { testFolder } from "./folder.ts";
import { startBus } from "./system-bus.ts";
import { systemdManager, type SystemdManager } from "./systemd-manager.ts";
import { joinBus } from "./systemd-stand-in.ts";

export const MARKS: Marks = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "web",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

/** How a service of systemd lives. */
export const serviceLifecycle: Lifecycle<DeployWorld> = (() => {
  const { lifecycle } = SystemdServiceResource.kind;
  if (lifecycle === null) throw new Error("it has no lifecycle");
  return lifecycle;
})();

/** A stand-in for systemd on a real bus, and a project that has it run services. */
export interface SystemdLab extends AsyncDisposable {
  readonly systemd: SystemdManager;
  /** Where the administrator's units are. */
  readonly folder: string;
  /** Where those of packages are. */
  readonly packaged: string;
  readonly root: string;
  readonly world: DeployWorld;
  readonly subject: (options: object, more?: Partial<Subject>) => Promise<Subject>;
  readonly scope: (more?: Partial<LifecycleScope>) => LifecycleScope;
  readonly read: (subject: Subject) => Promise<Live | null>;
  readonly create: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly update: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<JsonObject>;
  readonly remove: (subject: Subject, more?: Partial<LifecycleScope>) => Promise<void>;
}

/** Starts one; all of it is gone when the test is over. */
export async function systemdLab(): Promise<SystemdLab> {
  await using resources = new AsyncDisposableStack();
  const { path: root } = resources.use(testFolder());
  const [folder, packaged] = [join(root, "etc"), join(root, "usr")];
  mkdirSync(folder);
  mkdirSync(packaged);
  const systemd = systemdManager([folder, packaged]);
  const bus = resources.use(await startBus());
  resources.use(await joinBus(bus.socketPath, "org.freedesktop.systemd1", systemd.answer));
  const address = `unix:path=${bus.socketPath}`;
  const env = { DBUS_SYSTEM_BUS_ADDRESS: address, CW_SYSTEMD_DIR: folder };
  const world = resources.use(openDeployWorld({ root, env }));
  const kept = new Map<string, Uint8Array>();
  const scope = (more: Partial<LifecycleScope> = {}): LifecycleScope => ({
    root,
    signal: new AbortController().signal,
    keep: (bytes) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      kept.set(sha256, bytes);
      return sha256;
    },
    content: (sha256) => {
      const bytes = kept.get(sha256);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error("it was never kept"));
    },
    note: () => undefined,
    mayDeleteData: false,
    ...more,
  });
  const read = (subject: Subject): Promise<Live | null> =>
    serviceLifecycle.read(subject, world, scope());
  const owned = resources.move();
  return {
    systemd,
    folder,
    packaged,
    root,
    world,
    scope,
    read,
    subject: async (options, more = {}) => {
      const all = { unit: "web", ...options };
      const { values, problems } = readOptions(SystemdServiceResource.kind.fields, all);
      if (values === null) throw new Error(JSON.stringify(problems));
      const resolved = (await serviceLifecycle.resolve?.(values, world, scope())) ?? {};
      const subject = { resource: "web", marks: MARKS, physical: null, ...more };
      return { ...subject, parameters: values, resolved };
    },
    create: (subject, more) => serviceLifecycle.create(subject, world, scope(more)),
    update: async (subject, more) => {
      const live = await read(subject);
      if (live === null) throw new Error("there is nothing to update");
      return await serviceLifecycle.update(subject, live, world, scope(more));
    },
    remove: (subject, more) => serviceLifecycle.remove(subject, world, scope(more)),
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}
