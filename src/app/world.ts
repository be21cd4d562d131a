import { join } from "node:path";
import { systemClock } from "../adapters/system/clock.ts";
import { workGuard } from "../adapters/system/work-guard.ts";
import { systemSecrets } from "../adapters/system/secrets.ts";
import { ObservationError } from "../model/errors.ts";
import { guardWorkWith } from "../model/bounded-work.ts";
import type { Resolver } from "../ports/resolver.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { Transport } from "../ports/transport.ts";
import type { Store } from "../ports/store.ts";
import type { World } from "../ports/world.ts";
import type { NetworkOptions } from "./check-services.ts";

/** How the world is looked at. */
export interface WorldOptions extends NetworkOptions {
  /** The folder of the project: what relative paths are relative to. */
  readonly root: string;
  /** Where secrets and addresses of engines come from; `process.env` by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The state of the project, where it is open already; otherwise it is opened when something asks for it. */
  readonly store?: Pick<Store, "pulse">;
}

/** The real world, and the end of what was opened in it. */
export type OpenWorld = World & AsyncDisposable;

/**
 * Opens the real world: each part is loaded and made when it is first asked for, once.
 *
 * @param options - Where the project is, and how names are resolved.
 * @returns The world; to be disposed.
 */
export function openWorld(options: WorldOptions): OpenWorld {
  const { root, env = process.env } = options;
  guardWorkWith(workGuard);
  const opened = new Opened();
  const secrets = systemSecrets({ env, root });
  const resolver = once(async () => opened.add(await openResolver(options)));
  const shared = { root, env, opened, secrets, resolver };
  return {
    clock: systemClock,
    secrets,
    ...networkParts(options, shared),
    ...machineParts(shared),
    ...serverParts(shared),
    heartbeats: heartbeatsPart(options, opened),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

interface Shared {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly opened: Opened;
  readonly secrets: Secrets;
  readonly resolver: () => Promise<Resolver>;
}

async function openResolver(options: NetworkOptions): Promise<Resolver> {
  if (options.resolver === "system") {
    const { systemResolver } = await import("../adapters/network/system-resolver.ts");
    return systemResolver();
  }
  const { dnsResolver } = await import("../adapters/network/dns-resolver.ts");
  return dnsResolver({ clock: systemClock });
}

function networkParts(
  options: NetworkOptions,
  { opened, resolver }: Shared,
): Pick<World, "http" | "sockets" | "names"> {
  return {
    http: once(async () => {
      const { networkTransport } = await import("./check-services.ts");
      const transport: Transport = opened.add(networkTransport(options));
      const { httpClient } = await import("../engine/http-client.ts");
      return httpClient({ transport: await transport.open(), clock: systemClock });
    }),
    sockets: once(async () => {
      const { networkSockets } = await import("../adapters/network/sockets.ts");
      return networkSockets({ resolver: await resolver(), clock: systemClock });
    }),
    names: once(async () => {
      const { dnsNames } = await import("../adapters/network/names.ts");
      return dnsNames({ clock: systemClock });
    }),
  };
}

function machineParts({
  root,
  env,
  opened,
}: Shared): Pick<
  World,
  "files" | "commands" | "processes" | "machine" | "systemd" | "containers" | "functions"
> {
  const commands = once(async () => {
    const { systemCommands } = await import("../adapters/system/commands.ts");
    return systemCommands({ cwd: root });
  });
  const containers = once(async () => {
    const docker = await import("../adapters/docker/containers.ts");
    return opened.add(docker.containers({ clock: systemClock, env, commands: await commands() }));
  });
  return {
    commands,
    containers,
    files: once(async () => {
      const { systemFiles } = await import("../adapters/system/files.ts");
      return systemFiles({ root });
    }),
    processes: once(async () => {
      const { systemProcesses } = await import("../adapters/system/processes.ts");
      return systemProcesses();
    }),
    machine: once(async () => {
      const { systemMachine } = await import("../adapters/system/machine.ts");
      return systemMachine({ clock: systemClock });
    }),
    systemd: once(async () => {
      const { systemd } = await import("../adapters/systemd/systemd.ts");
      return systemd({ env });
    }),
    functions: once(async () => {
      const { projectFunctions } = await import("./functions/project-functions.ts");
      return opened.add(projectFunctions({ root, commands, containers }));
    }),
  };
}

function serverParts({
  root,
  env,
  opened,
  secrets,
  resolver,
}: Shared): Pick<World, "supervisor" | "databases"> {
  return {
    supervisor: once(async () => {
      const { supervisor } = await import("../adapters/supervisor/supervisor.ts");
      const options = { env, secrets, resolver: await resolver(), folder: root };
      return opened.add(supervisor(options));
    }),
    databases: once(async () => {
      const { databases } = await import("../adapters/databases/databases.ts");
      return databases({ secrets, resolver: await resolver(), root });
    }),
  };
}

function heartbeatsPart({ root, store }: WorldOptions, opened: Opened): World["heartbeats"] {
  return once(async () => {
    const { storedHeartbeats } = await import("./heartbeats.ts");
    if (store !== undefined) return storedHeartbeats(store);
    const [{ sqliteStore }, plans] = await Promise.all([
      import("../adapters/sqlite/store.ts"),
      import("./project/plan-files.ts"),
    ]);
    return storedHeartbeats(opened.add(sqliteStore({ folder: join(root, plans.STATE_FOLDER) })));
  });
}

/** What was opened, to be closed in the opposite order. */
class Opened implements AsyncDisposable {
  readonly #parts = new AsyncDisposableStack();

  add<T extends AsyncDisposable>(part: T): T {
    if (this.#parts.disposed) {
      // Whoever asks now was given up long ago.
      void part[Symbol.asyncDispose]();
      throw new ObservationError("the world is closed");
    }
    return this.#parts.use(part);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

/**
 * Makes something when it is first asked for, once. What could not be made is tried again when it is asked for again.
 *
 * @param make - Makes it.
 * @returns Gives what was made.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
