import { isSameThing, marksOfLabels, type Marks } from "../../model/marks.ts";
import type { ContainerEngine } from "../../model/target.ts";
import type { MadeContainer } from "../../ports/container-host.ts";
import { nameOfContainer, type ContainerPlace } from "./container-options.ts";

/** A container, and whose it is. */
export interface FoundContainer {
  readonly container: MadeContainer;
  /** Null when it carries none. */
  readonly marks: Marks | null;
  /** True when it has exactly the marks that were looked for. */
  readonly isOwn: boolean;
}

/**
 * Says under what the book of marks knows a container that was adopted: labels can only be given to a new one.
 *
 * @param engine - Which engine runs it.
 * @param id - Its id, which no other container ever has.
 * @returns A claim.
 */
export function claimOfId(engine: ContainerEngine, id: string): string {
  return `container:${engine}:${id}`;
}

/**
 * Looks for a container: the very one with these marks, whatever it is called now; otherwise the one that has its name.
 *
 * @param place - The container.
 * @returns Null when there is neither.
 * @throws {@link ObservationError} When the engine cannot be asked.
 */
export async function findContainer(place: ContainerPlace): Promise<FoundContainer | null> {
  const { subject, host, scope } = place;
  const known = subject.physical?.["id"];
  if (typeof known === "string") {
    const found = await look(place, known);
    if (found?.isOwn === true) return found;
  }
  const named = await look(place, nameOfContainer(subject.parameters, subject.resource));
  if (named?.isOwn === true) return named;
  const list = await host.list(subject.marks.project, scope.signal);
  const own = list.find(({ labels }) => isSameThing(marksOfLabels(labels), subject.marks));
  if (own === undefined) return named;
  return (await look(place, own.id)) ?? named;
}

/**
 * Looks for the container with these marks.
 *
 * @param place - The container.
 * @returns Null when there is none; what somebody else made is not looked at.
 * @throws {@link ObservationError} When the engine cannot be asked.
 */
export async function findOwn(place: ContainerPlace): Promise<MadeContainer | null> {
  const found = await findContainer(place);
  return found?.isOwn === true ? found.container : null;
}

async function look(place: ContainerPlace, name: string): Promise<FoundContainer | null> {
  const { host, scope, subject } = place;
  const container = await host.find(name, scope.signal);
  if (container === null) return null;
  const marks = await marksOf(place, container);
  return { container, marks, isOwn: isSameThing(marks, subject.marks) };
}

// What was adopted may carry the labels of another project.
async function marksOf(
  { subject, world, engine }: ContainerPlace,
  { id, labels }: MadeContainer,
): Promise<Marks | null> {
  const marks = marksOfLabels(labels);
  if (isSameThing(marks, subject.marks)) return marks;
  const book = await world.markBook();
  return (await book.find(claimOfId(engine, id))) ?? marks;
}
