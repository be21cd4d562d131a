import { simulatedClock } from "../../src/testing/simulated-clock.ts";
import type { ContainerReference, Containers, ContainerState } from "../../src/ports/containers.ts";
import type { World } from "../../src/ports/world.ts";

/** What is asked of the engine, in order. */
export interface ContainerWorld {
  readonly world: Partial<World>;
  readonly asked: ContainerReference[];
}

/** A container that runs, without a health check, apart from what is given. */
export function containerState(parts: Partial<ContainerState> = {}): ContainerState {
  return {
    id: "c0ffee",
    name: "web",
    image: "nginx:alpine",
    status: "running",
    health: "none",
    healthOutput: null,
    exitCode: null,
    isOutOfMemory: false,
    error: null,
    pid: 7,
    environment: {},
    addresses: [],
    ports: [],
    ...parts,
  };
}

/** An engine that knows of one container, or of none, whatever its name. */
export function containerWorld(
  state: ContainerState | null,
  logs: Containers["logs"] = () => Promise.reject(new Error("nobody may ask for logs")),
): ContainerWorld {
  const asked: ContainerReference[] = [];
  const containers: Partial<Containers> = {
    find: (reference) => {
      asked.push(reference);
      return Promise.resolve(state);
    },
    logs: (reference, options) => {
      asked.push(reference);
      return logs(reference, options);
    },
  };
  const world = {
    clock: simulatedClock(),
    containers: () => Promise.resolve(containers as Containers),
  };
  return { world, asked };
}
