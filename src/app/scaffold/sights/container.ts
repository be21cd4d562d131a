import { ContainerHealthyAssert } from "../../../catalog/assertions/container-healthy.ts";
import { ContainerRunningAssert } from "../../../catalog/assertions/container-running.ts";
import { PortAccessibleAssert } from "../../../catalog/assertions/port-accessible.ts";
import { HostResource } from "../../../catalog/resources/host.ts";
import { describeContainer } from "../../../model/container-option.ts";
import { ObservationError, TransportError } from "../../../model/errors.ts";
import type { PublishedPort } from "../../../model/target.ts";
import type { ContainerEngine, ContainerState } from "../../../ports/containers.ts";
import { draftAssertion, draftResource, type Call, type Draft } from "../draft.ts";
import { UnusableWord, type Sight, type SightScope, type Sighting } from "../sight.ts";

const PREFIX = "container:";
const NAME = /^[A-Za-z0-9][\w.-]{0,254}$/u;
const LOOPBACK = "127.0.0.1";

/** In the order in which they are asked; the first one is what an assertion takes by default. */
const ENGINES = ["docker", "podman", "apple"] as const satisfies readonly ContainerEngine[];

/** A container with many ports is known by its first ones. */
const MOST_PORTS = 10;

interface Found {
  readonly engine: ContainerEngine;
  readonly state: ContainerState;
}

/** A container that is named as one, whether or not it is there. */
export const prefixedContainerSight: Sight = {
  form: "container:NAME",
  recognise: async (word, scope) => {
    if (!word.startsWith(PREFIX)) return null;
    const name = word.slice(PREFIX.length);
    if (!NAME.test(name)) throw new UnusableWord("must be container:NAME");
    return {
      label: `container ${name}`,
      unseen: () => draftOf(name, "docker", []),
      look: async (signal) => {
        const found = await find(name, { ...scope, signal });
        return found === null ? missing(name) : await describe(found, { ...scope, signal });
      },
    };
  },
};

/** A container that is there, by its name alone. */
export const containerSight: Sight = {
  form: "the name of a container",
  recognise: async (word, scope) => {
    if (!NAME.test(word)) return null;
    const found = await find(word, scope);
    if (found?.state.name !== word) return null;
    return {
      label: `container ${word}`,
      unseen: () => draftOf(word, found.engine, []),
      look: (signal) => describe(found, { ...scope, signal }),
    };
  },
};

async function find(name: string, { world, signal }: SightScope): Promise<Found | null> {
  const containers = await world.containers();
  const reasons: string[] = [];
  for (const engine of ENGINES) {
    try {
      const state = await containers.find({ engine, name }, signal);
      if (state !== null) return { engine, state };
    } catch (error) {
      if (!(error instanceof ObservationError)) throw error;
      reasons.push(error.message);
    }
  }
  // Most machines have one engine: that another one cannot be asked says nothing.
  if (reasons.length < ENGINES.length) return null;
  throw new ObservationError(reasons[0]);
}

async function describe({ engine, state }: Found, scope: SightScope): Promise<Sighting> {
  const { name, health, status } = state;
  const tcp = state.ports.filter(({ protocol }) => protocol === "tcp").slice(0, MOST_PORTS);
  const accessible = await Promise.all(
    tcp.map(async (port) => ((await isAccessible(port, scope)) ? [port] : [])),
  );
  const ports = accessible.flat();
  const draft = draftOf(name, engine, [
    ...(health === "none"
      ? []
      : [draftAssertion(ContainerHealthyAssert, containerOf(name, engine))]),
    ...ports.map((port) => draftAssertion(PortAccessibleAssert, endpointOf(port))),
  ]);
  const shownHealth = health === "none" ? "" : `, ${health}`;
  return {
    isThere: status === "running",
    seen: `is ${describeContainer(state)}${shownHealth}`,
    notes: tcp
      .filter((port) => !ports.includes(port))
      .map(
        ({ host, address = LOOPBACK }) =>
          `Port ${String(host)} is published and takes no connection at ${address}`,
      ),
    draft,
  };
}

async function isAccessible(
  { host: port, address: host = LOOPBACK }: PublishedPort,
  { world, signal }: SightScope,
): Promise<boolean> {
  const sockets = await world.sockets();
  try {
    await sockets.connect({ host, port }, signal);
    return true;
  } catch (error) {
    if (error instanceof TransportError) return false;
    throw error;
  }
}

function endpointOf({ host: port, address = LOOPBACK }: PublishedPort): {
  readonly host?: string;
  readonly port: number;
} {
  return address === LOOPBACK ? { port } : { host: address, port };
}

function missing(name: string): Sighting {
  const draft = draftOf(name, "docker", []);
  return { isThere: false, seen: "is not there", notes: [], draft };
}

function draftOf(name: string, engine: ContainerEngine, more: readonly Call[]): Draft {
  return {
    name,
    resource: draftResource(HostResource, {}),
    assertions: [draftAssertion(ContainerRunningAssert, containerOf(name, engine)), ...more],
  };
}

function containerOf(
  container: string,
  engine: ContainerEngine,
): { readonly container: string; readonly engine?: ContainerEngine } {
  return engine === "docker" ? { container } : { container, engine };
}
