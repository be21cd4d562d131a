import { ObservationError } from "../../model/errors.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Secrets } from "../../ports/secrets.ts";
import { mortalClock } from "../mortal-clock.ts";
import { mortal, type Life } from "../mortal.ts";
import { simulatedContainers } from "./container-looks.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

const COMMAND_MS = 50;
const GIB_BYTES = 1_024 ** 3;

/**
 * Shows a simulated world to those who deploy and look.
 *
 * @param world - The world.
 * @param life - Who they are: once that is over, nothing that they still do has an effect.
 * @returns All ports. What the simulation knows nothing of cannot be observed.
 */
export function worldPorts(world: SimulatedWorld, life: Life): DeployWorld {
  const { clock, network, processes, disk, book } = world;
  const containers = simulatedContainers({
    engine: (name) => world.engine(name),
    clock,
    listenerAt: (host, port) => world.listenerAt(host, port),
  });
  const part = <T extends object>(of: T): (() => Promise<T>) => {
    const own = mortal(of, life);
    return () => Promise.resolve(own);
  };
  return {
    clock: mortalClock(clock, life),
    secrets: SECRETS,
    files: part(disk),
    disk: part({
      locate: disk.locate,
      account: disk.account,
      group: disk.group,
      open: async (path: string, signal: AbortSignal) => {
        const folder = await disk.open(path, signal);
        return folder === null ? null : mortal(folder, life);
      },
    }),
    markBook: part(book),
    http: part(network.http),
    sockets: part(network.sockets),
    names: part(network.names),
    processes: part(processes),
    processHost: part(processes),
    containers: part(containers),
    containerHost: async () => ({
      engine: (name) => mortal(world.engine(name), life),
      portHolder: async () => null,
      [Symbol.asyncDispose]: async () => undefined,
    }),
    ...ourselves(world, life),
    supervisor: () => notSimulated("supervisord"),
    supervisorControl: () => notSimulated("supervisord"),
    systemd: () => notSimulated("systemd"),
    systemdControl: () => notSimulated("systemd"),
    databases: () => notSimulated("a database"),
    functions: () => notSimulated("a function of the project"),
    heartbeats: () => notSimulated("the state of a project"),
  };
}

// Commands do what they should, on a machine with room.
function ourselves(
  { clock }: SimulatedWorld,
  life: Life,
): Pick<DeployWorld, "commands" | "machine"> {
  const commands = mortal(
    {
      run: async (_: readonly string[], { signal }: { readonly signal: AbortSignal }) => {
        await clock.sleep(COMMAND_MS, signal);
        return { exitCode: 0, exitSignal: null, stdout: "", stderr: "", isTruncated: false };
      },
    },
    life,
  );
  return {
    commands: () => Promise.resolve(commands),
    machine: async () => ({
      processorCount: () => 4,
      load: async () => [0.4, 0.4, 0.4],
      memory: async () => ({ totalBytes: 16 * GIB_BYTES, availableBytes: 12 * GIB_BYTES }),
      cpuPercent: async (sampleMs, signal) => {
        await clock.sleep(sampleMs, signal);
        return 7;
      },
      listeningPorts: async () => [],
    }),
  };
}

// Whoever runs in a simulation needs no real secret, and none gets in.
const SECRETS: Secrets = {
  resolve: async () => "simulated",
  hasVariable: () => true,
};

async function notSimulated(what: string): Promise<never> {
  throw new ObservationError(`${what} is not simulated`);
}
