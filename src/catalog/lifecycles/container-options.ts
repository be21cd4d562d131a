import type { ContainerResourceValues } from "../../model/container-fields.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Subject } from "../../model/lifecycle.ts";
import type { ContainerEngine, PublishedPort } from "../../model/target.ts";
import type { ContainerPolicy, EngineHost, MountRequest } from "../../ports/container-host.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { absolutePath } from "./git-path.ts";

/** A container, for those who make it so. */
export type ContainerSubject = Subject<ContainerResourceValues>;

/** One container, the engine that runs it, and the world around it. */
export interface ContainerPlace {
  readonly subject: ContainerSubject;
  readonly engine: ContainerEngine;
  readonly host: EngineHost;
  readonly world: DeployWorld;
  readonly scope: LifecycleScope;
}

const BYTES_PER_MIB = 1_048_576;

/**
 * Names a container.
 *
 * @param parameters - Its options.
 * @param resource - The name of the resource.
 * @returns The name that its engine knows it by.
 */
export function nameOfContainer(
  { containerName }: ContainerResourceValues,
  resource: string,
): string {
  return containerName ?? resource;
}

/**
 * Names a container that has made room for its replacement.
 *
 * @param subject - The container.
 * @returns A name that no other life of it has.
 */
export function nameAside({ parameters, resource, marks }: ContainerSubject): string {
  return `${nameOfContainer(parameters, resource)}.clockwork-${String(marks.generation)}`;
}

/**
 * Says what of the world a container takes for itself.
 *
 * @param parameters - Its options.
 * @param resource - The name of the resource.
 * @param engine - Which engine runs it.
 * @returns Its name, and each port of this machine that it has for itself.
 */
export function containerClaims(
  parameters: ContainerResourceValues,
  resource: string,
  engine: ContainerEngine,
): readonly string[] {
  return [
    `container:${engine}:${nameOfContainer(parameters, resource)}`,
    ...fixedPorts(parameters).map(
      ({ protocol, address = "0.0.0.0", host }) => `port:${protocol}:${address}:${String(host)}`,
    ),
  ];
}

/**
 * Lists the ports of this machine that a container has for itself.
 *
 * @param parameters - Its options.
 * @returns Those that the engine does not choose.
 */
export function fixedPorts({ ports }: ContainerResourceValues): readonly PublishedPort[] {
  return ports.filter(({ host }) => host !== 0);
}

/**
 * Says what can be changed of a container while it runs.
 *
 * @param parameters - Its options.
 * @returns Limits and restart policy.
 */
export function policyOf({ limits, restartPolicy }: ContainerResourceValues): ContainerPolicy {
  const { memoryMb = null, cpus = null } = limits ?? {};
  return {
    memoryBytes: memoryMb === null ? null : memoryMb * BYTES_PER_MIB,
    cpus,
    restart: restartPolicy,
  };
}

/**
 * Says what a container sees of this machine and of its engine.
 *
 * @param parameters - Its options.
 * @param root - The folder of the project.
 * @returns Paths, absolute, and volumes by name.
 */
export function mountsOf(
  { volumes }: ContainerResourceValues,
  root: string,
): readonly MountRequest[] {
  return volumes.map(({ source, target, readOnly }) =>
    /^[./~]/u.test(source)
      ? { type: "bind", source: absolutePath(root, source), target, readOnly }
      : { type: "volume", source, target, readOnly },
  );
}

/**
 * Says how the world knows a container.
 *
 * @param container - What was found or made.
 * @returns Plain data for the state.
 */
export function physicalOf({ id }: { readonly id: string }): JsonObject {
  return { id };
}
