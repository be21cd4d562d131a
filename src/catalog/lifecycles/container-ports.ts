import type { OptionProblem } from "../../model/options.ts";
import { isSameAddress } from "../../model/published-port.ts";
import type { PublishedPort } from "../../model/target.ts";
import type { ListedContainer } from "../../ports/container-host.ts";
import { findOwn } from "./container-find.ts";
import { fixedPorts, type ContainerPlace } from "./container-options.ts";

/**
 * Finds who has a port of this machine that a container is to have.
 *
 * @param place - The container.
 * @returns The first problem; null when all are free, or nobody can tell.
 * @throws {@link ObservationError} When the engine cannot be asked.
 */
export async function holderOf(place: ContainerPlace): Promise<OptionProblem | null> {
  return (await portProblems(place))[0] ?? null;
}

/**
 * Finds the ports of this machine that a container is to have and somebody else has.
 *
 * @param place - The container.
 * @returns Problems, which say who has them: another container, or a process.
 * @throws {@link ObservationError} When the engine cannot be asked.
 */
export async function portProblems(place: ContainerPlace): Promise<readonly OptionProblem[]> {
  const { subject, host, scope } = place;
  const fixed = fixedPorts(subject.parameters);
  if (fixed.length === 0) return [];
  const [own, list] = await Promise.all([findOwn(place), host.list(null, scope.signal)]);
  const mine = list.find(({ id }) => id === own?.id)?.ports ?? [];
  const problems = await Promise.all(
    fixed
      .filter((port) => !mine.some((held) => isSamePort(held, port)))
      .map(async (port) => {
        const holder = await holderOfPort(port, list, place);
        return holder === null ? [] : [problemOf(port, holder, subject.parameters.ports)];
      }),
  );
  return problems.flat();
}

/**
 * Tells whether two cannot have their ports at once.
 *
 * @param one - A port of this machine.
 * @param other - Another one.
 * @returns True when they are the same, at the same address or at all of them.
 */
export function isSamePort(one: PublishedPort, other: PublishedPort): boolean {
  return (
    one.host === other.host &&
    one.protocol === other.protocol &&
    isSameAddress(one.address, other.address)
  );
}

async function holderOfPort(
  port: PublishedPort,
  list: readonly ListedContainer[],
  { host, world, scope }: ContainerPlace,
): Promise<string | null> {
  const container = list.find(({ ports }) => ports.some((held) => isSamePort(held, port)));
  if (container !== undefined) return `container ${container.name}`;
  if (!host.isLocal) return null;
  return await (await world.containerHost()).portHolder(port, scope.signal);
}

function problemOf(
  port: PublishedPort,
  holder: string,
  ports: readonly PublishedPort[],
): OptionProblem {
  const shown = `${String(port.host)}/${port.protocol}`;
  return {
    code: "claim-taken",
    property: `ports[${String(ports.indexOf(port))}]`,
    message: `needs port ${shown} of this machine, which ${holder} has`,
    hint: "stop it, or publish another port",
  };
}
