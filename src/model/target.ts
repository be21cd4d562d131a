/** Which engine runs a container. */
export type ContainerEngine = "docker" | "podman" | "apple";

/** Which container, of which engine. */
export interface ContainerReference {
  readonly engine: ContainerEngine;
  /** Its name, or its id. */
  readonly name: string;
}

/** A port of a container that this machine passes on. */
export interface PublishedPort {
  /** On this machine; 0 when the engine chooses one. */
  readonly host: number;
  readonly container: number;
  readonly protocol: "tcp" | "udp";
  /** The address of this machine that it is bound to; left out for all of them. */
  readonly address?: string;
}

/** What of the world a resource is: where its assertions look when they are not told otherwise. */
export interface Target {
  readonly resource: string;
  /** The kind of the resource, such as `docker`. */
  readonly kind: string;
  readonly container: ContainerReference | null;
  readonly image: string | null;
  readonly ports: readonly PublishedPort[];
  readonly url: string | null;
  /** A file or directory. */
  readonly path: string | null;
  /** The program and arguments of a process. */
  readonly command: readonly string[] | null;
  /** A program under supervisord, `group:name` or `name`. */
  readonly program: string | null;
  /** A unit of systemd, with its suffix. */
  readonly unit: string | null;
}

/** The parts of a target that a resource kind may set. */
export type TargetParts = Partial<Omit<Target, "resource" | "kind">>;

/** One for all that have none: there may be 100,000 of them. */
const NO_PORTS: readonly PublishedPort[] = [];

/**
 * Completes what a kind says of its target.
 *
 * @param resource - The name of the resource.
 * @param kind - Its kind.
 * @param parts - What it is, where it is something.
 * @returns The target, null or empty where it is nothing.
 */
export function targetOf(resource: string, kind: string, parts: TargetParts): Target {
  return {
    resource,
    kind,
    container: parts.container ?? null,
    image: parts.image ?? null,
    ports: parts.ports ?? NO_PORTS,
    url: parts.url ?? null,
    path: parts.path ?? null,
    command: parts.command ?? null,
    program: parts.program ?? null,
    unit: parts.unit ?? null,
  };
}
