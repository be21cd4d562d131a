import type { MadeContainer } from "../../ports/container-host.ts";
import { createContainer, removeContainer, run } from "./container-change.ts";
import { isActive, progressOf } from "./container-differences.ts";
import { findOwn } from "./container-find.ts";
import {
  fixedPorts,
  nameAside,
  nameOfContainer,
  type ContainerPlace,
  type ContainerSubject,
} from "./container-options.ts";
import { isSamePort } from "./container-ports.ts";
import { wantedOf } from "./container-wanted.ts";

/**
 * Makes room for the replacement of a container: it gets another name, and is stopped where the replacement needs a port that
 * it has. Where the engine knows no other names it has to go, and is made anew when it is brought back.
 *
 * @param place - The container.
 * @param replacement - What takes its place.
 * @throws {@link DeployError} When that fails.
 */
export async function setContainerAside(
  place: ContainerPlace,
  replacement: ContainerSubject,
): Promise<void> {
  const { subject, host, scope } = place;
  if (host.rename === null) {
    // What it holds belongs to its replacement.
    await removeContainer({ ...place, scope: { ...scope, mayDeleteData: false } });
    return;
  }
  const container = await findOwn(place);
  if (container === null) return;
  const aside = nameAside(subject);
  if (container.name !== aside) {
    await host.rename(container.id, aside, scope.signal);
    scope.note(`set aside as ${aside}`);
  }
  if (isActive(container) && hasPortOf(subject, replacement)) {
    await host.stop(container.id, scope.signal);
    scope.note("set aside and stopped, as its replacement needs its port");
  }
}

/**
 * Brings a container back into its place; it runs again if it should.
 *
 * @param place - The container.
 * @throws {@link DeployError} When that fails.
 */
export async function bringContainerBack(place: ContainerPlace): Promise<void> {
  const { subject, host, scope } = place;
  const container = await findOwn(place);
  if (container === null || host.rename === null) {
    await createContainer(place);
    return;
  }
  const name = nameOfContainer(subject.parameters, subject.resource);
  if (container.name !== name) {
    await host.rename(container.id, name, scope.signal);
    scope.note("in its place again, not started yet");
  }
  if (shouldRun(container, subject)) await run(container, place, await wantedOf(place));
}

function hasPortOf(subject: ContainerSubject, replacement: ContainerSubject): boolean {
  const needed = fixedPorts(replacement.parameters);
  return fixedPorts(subject.parameters).some((held) =>
    needed.some((port) => isSamePort(held, port)),
  );
}

// One that has ended with success may have been stopped to make room, which only happens for the sake of a port.
function shouldRun(container: MadeContainer, { parameters }: ContainerSubject): boolean {
  return progressOf(container) !== "completed" || fixedPorts(parameters).length > 0;
}
