import type { Clock } from "../../ports/clock.ts";
import type { Commands } from "../../ports/commands.ts";
import type { ContainerEngine, Containers } from "../../ports/containers.ts";
import { ApiEngine } from "./api-engine.ts";
import { AppleEngine } from "./apple-engine.ts";
import type { Environment } from "./engine-addresses.ts";
import type { Engine } from "./engine.ts";
import { reach } from "./reach.ts";

/** What looking at containers takes. */
export interface ContainersOptions {
  readonly clock: Clock;
  /** Where engines listen: `DOCKER_HOST`, `CONTAINER_HOST`, `HOME`, `XDG_RUNTIME_DIR`. */
  readonly env: Environment;
  /** For `nsenter`, and for Apple's `container`. */
  readonly commands: Commands;
  /** Whether to enter the network of a container from outside; by default as root on Linux. */
  readonly mayEnterNamespaces?: boolean;
}

/**
 * Looks at the containers of this machine's engines: Docker, podman, and Apple's `container`. An engine is met when it is
 * first asked for something.
 *
 * @param options - Time, environment, programs.
 * @returns The port; dispose of it to close the connections.
 */
export function containers(options: ContainersOptions): Containers {
  const { clock, env, commands } = options;
  const mayEnterNamespaces = options.mayEnterNamespaces ?? isLinuxRoot();
  const engines = new Map<ContainerEngine, Engine>();
  const engineOf = (name: ContainerEngine): Engine => {
    const known = engines.get(name);
    if (known !== undefined) return known;
    const made = name === "apple" ? new AppleEngine(commands) : new ApiEngine(name, { env, clock });
    engines.set(name, made);
    return made;
  };
  return {
    find: async ({ engine, name }, signal) =>
      (await engineOf(engine).inspect(name, signal))?.state ?? null,
    logs: (of, how) => engineOf(of.engine).logs(of.name, how),
    usage: (of, signal) => engineOf(of.engine).usage(of.name, signal),
    run: (of, command, how) => engineOf(of.engine).run(of.name, command, how),
    reach: (from, to) =>
      reach({ engine: engineOf(from.engine), clock, commands, mayEnterNamespaces }, from.name, to),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...engines.values()].map((engine) => engine[Symbol.asyncDispose]()));
    },
  };
}

function isLinuxRoot(): boolean {
  return process.platform === "linux" && process.geteuid?.() === 0;
}
