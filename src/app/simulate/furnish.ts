import { lifecycleOf } from "../../engine/deploy/context.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Kinds } from "../../ports/kinds.ts";
import { parentOf } from "../../testing/world/simulated-files.ts";
import type { SimulatedWorld } from "../../testing/world/simulated-world.ts";
import type { Project } from "../project/open-project.ts";

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };
const LOCAL_HOST = "127.0.0.1";

/**
 * Puts into a simulated world what a project takes to be there: what it only watches, folders that others made, and who answers
 * at the addresses that it asks.
 *
 * @param project - What is declared.
 * @param kinds - The catalogue.
 * @param world - The world.
 */
export async function furnish(
  project: Pick<Project, "resources" | "plans">,
  kinds: Kinds,
  world: SimulatedWorld,
): Promise<void> {
  const own = new Set(
    project.resources.flatMap(({ name }) => {
      const path = pathOf(project.plans, name);
      return path === null ? [] : [world.disk.absolute(path)];
    }),
  );
  for (const { name, kind, parameters } of project.resources) {
    const path = pathOf(project.plans, name);
    const isMade = (await lifecycleOf(kinds, { kind, parameters })) !== null;
    if (path !== null) makeFolders(world, parentOf(world.disk.absolute(path)), own);
    if (isMade) continue;
    if (path === null) world.things.add(name);
    else put(world, path, kind === "directory" ? "directory" : "file");
  }
  for (const plan of project.plans) {
    for (const { host, port } of endpointsOf(plan)) world.assign(host, port, plan.resource);
  }
}

/**
 * Tells what a resource is on the disk.
 *
 * @param plans - Of the project.
 * @param resource - Its name.
 * @returns A path; null for what is something else.
 */
export function pathOf(plans: readonly CheckPlan[], resource: string): string | null {
  const plan = plans.find((each) => each.resource === resource);
  const isFile = plan !== undefined && ON_DISK.has(plan.kind);
  return isFile ? plan.target.path : null;
}

const ON_DISK: ReadonlySet<string> = new Set(["directory", "file", "template-file"]);

function put({ disk }: SimulatedWorld, path: string, type: "file" | "directory"): void {
  const absolute = disk.absolute(path);
  if (!disk.nodes.has(absolute)) disk.nodes.set(absolute, disk.node(type));
}

// What the project makes itself is not there yet, nor what is in it.
function makeFolders(world: SimulatedWorld, path: string, own: ReadonlySet<string>): void {
  if (path === "/" || world.disk.nodes.has(path) || own.has(path)) return;
  makeFolders(world, parentOf(path), own);
  if (!world.disk.nodes.has(parentOf(path))) return;
  put(world, path, "directory");
}

interface Place {
  readonly host: string;
  readonly port: number;
}

// Whoever is asked somewhere by the assertions of a resource is that resource, unless something that is deployed listens there.
function endpointsOf({ target, checks }: CheckPlan): readonly Place[] {
  const asked = checks.flatMap(({ parameters }) => [
    ...placesOfUrl(parameters["url"]),
    ...placesOfPort(parameters),
  ]);
  return [...placesOfUrl(target.url), ...asked];
}

function placesOfUrl(url: unknown): readonly Place[] {
  if (typeof url !== "string" || !URL.canParse(url)) return [];
  const { protocol, hostname, port } = new URL(url);
  const usual = DEFAULT_PORTS[protocol];
  if (port === "" && usual === undefined) return [];
  const host = hostname.replace(/^\[|\]$/gu, "");
  return [{ host, port: port === "" ? (usual ?? 0) : Number(port) }];
}

function placesOfPort(parameters: JsonObject): readonly Place[] {
  const { port, host } = parameters;
  if (typeof port !== "number") return [];
  return [{ host: typeof host === "string" ? host : LOCAL_HOST, port }];
}
