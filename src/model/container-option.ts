import { oneOf, text } from "./option-types.ts";
import { InvalidOption } from "./options.ts";
import type { ContainerEngine, ContainerReference, Target } from "./target.ts";

/** Options that say which container is meant, where it is not the one of the resource. */
export const CONTAINER_FIELDS = {
  container: text({
    most: 255,
    like: /^[A-Za-z0-9][\w.-]*$/u,
    label: "name or id of a container",
  }).optional("The container's name or id; its resource's container by default."),
  engine: oneOf(["docker", "podman", "apple"]).optional(
    "Which engine runs it; that of its resource, otherwise docker, by default.",
  ),
};

/** Which container is meant, as declared. */
export interface ContainerOptions {
  readonly container: string | null;
  readonly engine: ContainerEngine | null;
}

/** What is told of a container's progress. */
export interface ContainerProgress {
  readonly status: string;
  readonly exitCode: number | null;
  readonly isOutOfMemory: boolean;
  readonly error: string | null;
}

const SHOWN_ERROR_CHARACTERS = 200;

/**
 * Completes which container is meant with what the resource is.
 *
 * @param options - As declared.
 * @param target - What the resource is.
 * @returns Name and engine, both of them there.
 * @throws {@link InvalidOption} When neither names a container, or they name different engines for the resource's own one.
 */
export function ownContainer(
  { container, engine }: ContainerOptions,
  target: Target,
): { readonly container: string; readonly engine: ContainerEngine } {
  const own = target.container;
  if (container !== null) {
    return { container, engine: engine ?? own?.engine ?? "docker" };
  }
  if (own === null) {
    throw new InvalidOption("needs a container, as its resource is none", {
      code: "option-missing",
      hint: "name it with container",
    });
  }
  if (engine !== null && engine !== own.engine) {
    throw new InvalidOption(
      `must be the engine of its resource: got ${engine}, its resource runs in ${own.engine}`,
      { property: "engine" },
    );
  }
  return { container: own.name, engine: own.engine };
}

/**
 * Names the container that completed options mean.
 *
 * @param options - As {@link ownContainer} completed them.
 * @returns The container.
 */
export function containerOf({ container, engine }: ContainerOptions): ContainerReference {
  return { engine: engine ?? "docker", name: container ?? "" };
}

/**
 * Tells in a few words how a container is.
 *
 * @param progress - What its engine tells; null when it knows of no such container.
 * @returns Such as `running`, `exited with 137, out of memory`, `no such container`.
 */
export function describeContainer(progress: ContainerProgress | null): string {
  if (progress === null) return "no such container";
  const { status, exitCode, isOutOfMemory, error } = progress;
  if (status === "running" || status === "paused") return status;
  const parts = [describeEnd(status, exitCode)];
  if (isOutOfMemory) parts.push("out of memory");
  if (error !== null && error !== "") parts.push(error.slice(0, SHOWN_ERROR_CHARACTERS));
  return parts.join(", ");
}

function describeEnd(status: string, exitCode: number | null): string {
  if (status === "created") return "created, but never started";
  if (exitCode === null) return status;
  return status === "exited"
    ? `exited with ${String(exitCode)}`
    : `${status}, last exited with ${String(exitCode)}`;
}
