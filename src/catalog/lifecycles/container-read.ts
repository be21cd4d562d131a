import type { JsonObject } from "../../model/json.ts";
import type { Live } from "../../model/lifecycle.ts";
import { marksOfLabels, type Marks } from "../../model/marks.ts";
import { shownDuration } from "../../model/shown-duration.ts";
import type { MadeContainer } from "../../ports/container-host.ts";
import { containerDifferences, progressOf, shownProgress } from "./container-differences.ts";
import { findContainer, type FoundContainer } from "./container-find.ts";
import { physicalOf, type ContainerPlace } from "./container-options.ts";
import { wantedOf } from "./container-wanted.ts";

const SHORT_ID_CHARACTERS = 12;
const MS_PER_MINUTE = 60_000;

/**
 * Looks at what stands in the place of a container.
 *
 * @param place - The container.
 * @returns Null when nothing does.
 * @throws {@link ObservationError} When the engine cannot be asked.
 */
export async function readContainer(place: ContainerPlace): Promise<Live | null> {
  const found = await findContainer(place);
  if (found === null) return null;
  const { container, marks } = found;
  const { host, scope } = place;
  const image =
    isMadeByUs(found) && container.imageId !== null
      ? await host.imageConfig(container.imageId, scope.signal)
      : null;
  const surroundings = { image, defaultNetworks: host.defaultNetworks };
  return {
    marks,
    physical: physicalOf(container),
    isComplete: container.status !== "created",
    progress: progressOf(container),
    differences: containerDifferences(container, await wantedOf(place), surroundings),
    description: describe(container, place),
  };
}

/**
 * Says what a container is, in a few words.
 *
 * @param container - The container.
 * @param place - Where time comes from.
 * @returns Such as `container 3f2a9c1b2d3e, nginx:alpine, exited with 137`, with its age where we did not make it.
 */
export function describe(container: MadeContainer, { world }: ContainerPlace): string {
  const { id, image, createdAt, labels } = container;
  const shortId = /^[\da-f]{64}$/u.test(id) ? id.slice(0, SHORT_ID_CHARACTERS) : id;
  const isOurs = marksOfLabels(labels) !== null || createdAt === null;
  const minutes = Math.max(0, Math.floor((world.clock.now() - (createdAt ?? 0)) / MS_PER_MINUTE));
  const age = minutes === 0 ? "just now" : `${shownDuration(minutes * MS_PER_MINUTE)} ago`;
  const made = isOurs ? "" : `, made ${age}`;
  return `container ${shortId}, ${image}, ${shownProgress(container)}${made}`;
}

/**
 * Lists the containers of a project.
 *
 * @param project - The project's UUID.
 * @param place - The engine, and the world.
 * @returns Marks, with how the world knows each; nothing where there is no such engine.
 * @throws {@link ObservationError} When the engine is there and cannot be asked.
 */
export async function listContainers(
  project: string,
  { engine, host, world, scope }: Omit<ContainerPlace, "subject">,
): Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]> {
  if (await host.isAbsent(scope.signal)) return [];
  const list = await host.list(project, scope.signal);
  const labelled = list.flatMap((container) => {
    const marks = marksOfLabels(container.labels);
    return marks?.project === project ? [{ marks, physical: physicalOf(container) }] : [];
  });
  const prefix = `container:${engine}:`;
  const book = await (await world.markBook()).list(project);
  const adopted = book
    .filter(({ claim }) => claim.startsWith(prefix))
    .map(({ claim, marks }) => ({ marks, id: claim.slice(prefix.length) }));
  const there = await Promise.all(
    adopted.map(async ({ marks, id }) => {
      const container = await host.find(id, scope.signal);
      return container === null ? [] : [{ marks, physical: physicalOf(container) }];
    }),
  );
  return [...labelled, ...there.flat()];
}

// What was adopted has labels, variables and a command of its own, which nobody ever declared.
function isMadeByUs({ container, marks }: FoundContainer): boolean {
  return marks !== null && marksOfLabels(container.labels)?.instance === marks.instance;
}
