import type { CommandOutcome } from "../../ports/commands.ts";
import type { Containers, ContainerState } from "../../ports/containers.ts";
import type { Clock } from "../../ports/clock.ts";
import { ObservationError } from "../../model/errors.ts";
import { neverAnswered, SLOW_MS, type Manner } from "./manner.ts";
import { portsOf, type SimulatedContainer, type SimulatedEngine } from "./simulated-containers.ts";

/** Where containers are looked at. */
export interface ContainerLooks {
  readonly engine: (name: "docker" | "podman" | "apple") => SimulatedEngine;
  readonly clock: Clock;
  /** How whoever listens there behaves; null when nobody does. */
  readonly listenerAt: (host: string, port: number) => Manner | null;
}

const USAGE_MS = 1_000;
const MEMORY_BYTES = 48 * 1024 * 1024;
const HEALTH = { normal: "healthy", slow: "healthy", hanging: "unhealthy", failing: "unhealthy" };
const DONE: CommandOutcome = {
  exitCode: 0,
  exitSignal: null,
  stdout: "",
  stderr: "",
  isTruncated: false,
};

/**
 * Looks at simulated containers.
 *
 * @param looks - Where they are.
 * @returns The port.
 */
export function simulatedContainers({ engine, clock, listenerAt }: ContainerLooks): Containers {
  const named = ({
    engine: name,
    name: container,
  }: Parameters<Containers["find"]>[0]): SimulatedContainer | null => {
    engine(name).ask();
    return engine(name).named(container);
  };
  return {
    find: async (reference) => {
      const container = named(reference);
      return container === null ? null : stateOf(container);
    },
    logs: async (reference) => {
      const container = named(reference);
      if (container === null) return null;
      const lines = container.exitCode === null ? [] : ["(simulated) it has ended"];
      return { lines, isTruncated: false };
    },
    usage: async (reference, signal) => {
      if (named(reference)?.status !== "running") return null;
      await clock.sleep(USAGE_MS, signal);
      return { memoryBytes: MEMORY_BYTES, memoryLimitBytes: null, cpuPercent: 2 };
    },
    run: async (reference, _, { signal }) => {
      const container = named(reference);
      if (container?.status !== "running") {
        throw new ObservationError(`container ${reference.name} does not run`);
      }
      if (container.manner === "hanging") return await neverAnswered(clock, signal);
      if (container.manner === "slow") await clock.sleep(SLOW_MS, signal);
      return container.manner === "failing" ? { ...DONE, exitCode: 1 } : DONE;
    },
    reach: async (from, { host, port }) => {
      if (named(from)?.status !== "running") {
        throw new ObservationError(`container ${from.name} does not run`);
      }
      const manner = listenerAt(host, port);
      return manner === null ? `connection refused by ${host}:${String(port)}` : null;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function stateOf(container: SimulatedContainer): ContainerState {
  const { id, name, image, status, exitCode, environment, manner } = container;
  const isRunning = status === "running";
  return {
    ...{ id, name, image, status, exitCode, environment },
    health: isRunning && HEALTH[manner] === "unhealthy" ? "unhealthy" : "healthy",
    healthOutput: null,
    isOutOfMemory: false,
    error: null,
    pid: isRunning ? Number.parseInt(id.slice(-6), 16) + 1_000 : null,
    addresses: isRunning ? ["172.17.0.2"] : [],
    ports: portsOf(container),
  };
}
