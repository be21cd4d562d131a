import { DEFAULT_PORTS, ENGINE_NAMES, type DatabaseEngine } from "./database.ts";
import { InvalidOption } from "./options.ts";
import type { PublishedPort, Target } from "./target.ts";

/** What was declared of a database whose engine is not known. */
export interface DatabaseHints {
  readonly host: string | null;
  readonly port: number | null;
}

interface Clue {
  readonly engine: DatabaseEngine;
  /** In words: `port 5432`. */
  readonly source: string;
}

/** Names of images, without registry, folders and tag. */
const IMAGES: ReadonlyMap<string, DatabaseEngine> = new Map([
  ...named("postgresql", [
    "postgres",
    "postgresql",
    "postgresql-repmgr",
    "postgis",
    "timescaledb",
    "timescaledb-ha",
    "timescale",
    "pgvector",
    "spilo",
  ]),
  ...named("mysql", [
    "mysql",
    "mysql-server",
    "mariadb",
    "mariadb-galera",
    "percona",
    "percona-server",
    "percona-xtradb-cluster",
  ]),
  ...named("redis", ["redis", "redis-stack", "redis-stack-server", "valkey", "keydb", "dragonfly"]),
]);

const LOCAL_HOSTS = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/iu;

/**
 * Infers which engine a database has: by its port, otherwise by its resource's image or published ports.
 *
 * @param hints - What was declared.
 * @param target - What its resource is.
 * @returns The engine.
 * @throws {@link InvalidOption} When nothing tells it, or port and image tell two different ones.
 */
export function inferEngine(hints: DatabaseHints, target: Target): DatabaseEngine {
  const byPort = portClue(hints, target);
  const byImage = imageClue(target);
  if (byPort !== null && byImage !== null && isLocal(hints.host)) refuseDifferent(byPort, byImage);
  const clue = byPort ?? byImage ?? publishedClue(hints, target);
  if (clue !== null) return clue.engine;
  throw new InvalidOption("cannot tell which engine the database has", {
    property: "engine",
    code: "option-missing",
    hint: 'set engine, a url such as "postgresql://host:port/database", or a port that tells it: 5432, 3306, 6379',
  });
}

/**
 * Finds the port at which this machine passes connections on to the database of a container.
 *
 * @param engine - The engine of the database.
 * @param hints - What was declared.
 * @param target - What its resource is.
 * @returns The published port, otherwise the engine's own.
 * @throws {@link InvalidOption} When the port is one that the container engine chooses.
 */
export function inferPort(
  engine: Exclude<DatabaseEngine, "sqlite">,
  { host }: DatabaseHints,
  target: Target,
): number {
  const port = DEFAULT_PORTS[engine];
  const published = isLocal(host) ? tcpPorts(target).find((each) => each.container === port) : null;
  if (published?.host === 0) {
    throw new InvalidOption("is needed, as the container engine chooses the published port", {
      property: "port",
      code: "option-missing",
    });
  }
  return published?.host ?? port;
}

function portClue({ host, port }: DatabaseHints, target: Target): Clue | null {
  if (port === null) return null;
  const ports = isLocal(host) ? tcpPorts(target) : [];
  const inside = ports.find((each) => each.host === port)?.container ?? port;
  const engine = engineOfPort(inside);
  return engine === null ? null : { engine, source: `port ${String(inside)}` };
}

function imageClue({ image }: Target): Clue | null {
  if (image === null) return null;
  const [name = ""] = image.slice(image.lastIndexOf("/") + 1).split(/[:@]/u, 1);
  const engine = IMAGES.get(name.toLowerCase()) ?? null;
  return engine === null ? null : { engine, source: `image ${image}` };
}

function publishedClue({ host, port }: DatabaseHints, target: Target): Clue | null {
  if (!isLocal(host) || port !== null) return null;
  const clues = tcpPorts(target).flatMap(({ container }): readonly Clue[] => {
    const engine = engineOfPort(container);
    return engine === null ? [] : [{ engine, source: `published port ${String(container)}` }];
  });
  const [first = null] = clues;
  for (const clue of clues) if (first !== null) refuseDifferent(first, clue);
  return first;
}

function refuseDifferent(one: Clue, other: Clue): void {
  if (one.engine === other.engine) return;
  const says = ({ engine, source }: Clue): string => `${source} says ${ENGINE_NAMES[engine]}`;
  throw new InvalidOption(
    `cannot tell which engine the database has: ${says(one)}, ${says(other)}`,
    {
      property: "engine",
      hint: "set engine",
    },
  );
}

function engineOfPort(port: number): DatabaseEngine | null {
  const engines = ["postgresql", "mysql", "redis"] as const;
  return engines.find((engine) => DEFAULT_PORTS[engine] === port) ?? null;
}

function tcpPorts({ ports }: Target): readonly PublishedPort[] {
  return ports.filter(({ protocol }) => protocol === "tcp");
}

function isLocal(host: string | null): boolean {
  return host === null || LOCAL_HOSTS.test(host);
}

function named(
  engine: DatabaseEngine,
  images: readonly string[],
): readonly (readonly [string, DatabaseEngine])[] {
  return images.map((image) => [image, engine]);
}
