import type { ContainerEngine } from "../../model/target.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Commands } from "../../ports/commands.ts";
import type { ContainerHost, EngineHost } from "../../ports/container-host.ts";
import { portHolder } from "../system/port-holder.ts";
import { ApiHost } from "./api-host.ts";
import { AppleHost } from "./apple-host.ts";
import type { Environment } from "./engine-addresses.ts";

/** What making containers takes. */
export interface ContainerHostOptions {
  readonly clock: Clock;
  /** Where engines listen: `DOCKER_HOST`, `CONTAINER_HOST`, `HOME`, `XDG_RUNTIME_DIR`. */
  readonly env: Environment;
  /** For Apple's `container`. */
  readonly commands: Commands;
}

/**
 * The container engines of this machine: Docker, podman, and Apple's `container`. An engine is met when it is first asked.
 *
 * @param options - Time, environment, programs.
 * @returns The port; dispose of it to close the connections.
 */
export function containerHost(options: ContainerHostOptions): ContainerHost {
  const { clock, env, commands } = options;
  const opened = new AsyncDisposableStack();
  const engines = new Map<ContainerEngine, EngineHost>();
  const open = (name: ContainerEngine): EngineHost =>
    name === "apple" ? new AppleHost(commands) : opened.use(new ApiHost(name, { env, clock }));
  return {
    engine: (name) => {
      const known = engines.get(name);
      if (known !== undefined) return known;
      const made = open(name);
      engines.set(name, made);
      return made;
    },
    portHolder,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
