import type {
  CONTAINER_RESOURCE_FIELDS,
  ContainerResourceValues,
} from "../../model/container-fields.ts";
import type { LifecycleDefinition, LifecycleScope } from "../../model/lifecycle.ts";
import type { ContainerEngine } from "../../model/target.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { bringContainerBack, setContainerAside } from "./container-aside.ts";
import { captureContainer, restoreContainer } from "./container-capture.ts";
import { createContainer, removeContainer, updateContainer } from "./container-change.ts";
import {
  containerClaims,
  type ContainerPlace,
  type ContainerSubject,
} from "./container-options.ts";
import { listContainers, readContainer } from "./container-read.ts";
import { restartContainer } from "./container-restart.ts";
import { diagnoseContainer, verifyContainer } from "./container-verify.ts";

/** What a kind of container says of itself. */
export interface ContainerKind {
  /** Which engine runs it. */
  readonly engineOf: (parameters: ContainerResourceValues) => ContainerEngine;
  /** All engines of this kind. */
  readonly engines: readonly ContainerEngine[];
  /** Options whose change needs a new one. */
  readonly replacing: LifecycleDefinition<
    typeof CONTAINER_RESOURCE_FIELDS,
    DeployWorld
  >["replacing"];
}

/** A container that has just started may take this long to work, in seconds. */
const SETTLE_SECONDS = 30;

/**
 * Says how containers are made, kept and taken away.
 *
 * @param kind - Which engine runs them, and what cannot be changed while they run.
 * @returns The lifecycle.
 */
export function containerLifecycle({
  engineOf,
  engines,
  replacing,
}: ContainerKind): LifecycleDefinition<typeof CONTAINER_RESOURCE_FIELDS, DeployWorld> {
  const at = async (
    subject: ContainerSubject,
    world: DeployWorld,
    scope: LifecycleScope,
  ): Promise<ContainerPlace> => {
    const engine = engineOf(subject.parameters);
    const host = (await world.containerHost()).engine(engine);
    return { subject, engine, host, world, scope };
  };
  return {
    settleSeconds: SETTLE_SECONDS,
    replacing,
    claims: (parameters, name) => containerClaims(parameters, name, engineOf(parameters)),
    verify: async (subject, _live, ...rest) => await verifyContainer(await at(subject, ...rest)),
    read: async (...args) => await readContainer(await at(...args)),
    create: async (...args) => await createContainer(await at(...args)),
    update: async (subject, live, ...rest) =>
      await updateContainer(await at(subject, ...rest), live),
    remove: async (...args) => {
      await removeContainer(await at(...args));
    },
    setAside: async (subject, replacement, ...rest) => {
      await setContainerAside(await at(subject, ...rest), replacement);
    },
    bringBack: async (...args) => {
      await bringContainerBack(await at(...args));
    },
    capture: async (subject, live, ...rest) =>
      await captureContainer(await at(subject, ...rest), live),
    restore: async (subject, captured, ...rest) => {
      await restoreContainer(await at(subject, ...rest), captured);
    },
    restart: async (...args) => await restartContainer(await at(...args)),
    diagnose: async (...args) => await diagnoseContainer(await at(...args)),
    list: async (project, world, scope) => {
      const containers = await world.containerHost();
      const lists = engines.map((engine) =>
        listContainers(project, { engine, host: containers.engine(engine), world, scope }),
      );
      return (await Promise.all(lists)).flat();
    },
  };
}
