import { DeployError } from "../../model/deploy-errors.ts";
import type { LifecycleScope } from "../../model/lifecycle.ts";
import type { OptionProblem } from "../../model/options.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Folder, Whereabouts } from "../../ports/disk.ts";
import type { FileOptions } from "./file-options.ts";
import { absolutePath, isWithin } from "./git-path.ts";

/** Whatever stands there belongs to the system, and is no file that anybody keeps. */
const SYSTEM_FOLDERS = ["/proc", "/sys", "/dev"];

/** Where a file or directory belongs. */
export interface FilePlace {
  /** Absolute, without `..`; links are not resolved. */
  readonly path: string;
  /** Its last component; empty for the top of everything. */
  readonly name: string;
  readonly claim: string;
  /** The path as people wrote it. */
  readonly declared: string;
  /** True when it may be anywhere: it is absolute, or was allowed. */
  readonly mayLeave: boolean;
  readonly world: DeployWorld;
  readonly scope: LifecycleScope;
}

/**
 * Tells what of the world a path takes.
 *
 * @param path - As declared.
 * @param root - The folder of the project.
 * @returns Such as `path:/etc/motd`.
 */
export function claimOf(path: string, root: string): string {
  return `path:${absolutePath(root, path)}`;
}

/**
 * Tells where something belongs.
 *
 * @param options - Its path, and whether that may lead out of the project.
 * @param world - The world.
 * @param scope - The project.
 * @returns The place.
 */
export function placeOf(
  { path: declared, allowOutside }: Pick<FileOptions, "path" | "allowOutside">,
  world: DeployWorld,
  scope: LifecycleScope,
): FilePlace {
  const path = absolutePath(scope.root, declared);
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    claim: claimOf(declared, scope.root),
    declared,
    mayLeave: allowOutside || declared.startsWith("/"),
    world,
    scope,
  };
}

/** What of a place decides whether anything is made there. */
export type PlaceFacts = Pick<FilePlace, "path" | "mayLeave"> & {
  readonly scope: Pick<LifecycleScope, "root">;
};

/**
 * Tells why nothing is made in a place. Pure.
 *
 * @param place - Where something belongs.
 * @param whereabouts - Where that path leads.
 * @returns What is wrong with the path; null when nothing is.
 */
export function refusalOf(
  { path, mayLeave, scope: { root } }: PlaceFacts,
  { folder, rest, distrusted }: Whereabouts,
): OptionProblem | null {
  if (path === "/" || path === root) {
    const what = path === "/" ? "the top of the file system" : "the project itself";
    return refusal(`must be something in a folder: got ${what}`, "name what is to be made");
  }
  const real = `${folder === "/" ? "" : folder}/${rest.join("/")}`;
  const system = SYSTEM_FOLDERS.find((each) => real === each || isWithin(each, real));
  if (system !== undefined) {
    return refusal(`leads into ${system}: ${real}`, "nothing is ever written there");
  }
  // What stays within the project is as safe as the project itself.
  if (isWithin(root, path) && isWithin(root, real)) return null;
  if (!mayLeave) {
    const hint = "write an absolute path where that is meant, or allowOutside: true";
    return refusal(`leads out of the project ${root}: ${real}`, hint);
  }
  if (distrusted === null) return null;
  const link = `the link ${distrusted.path}, which belongs to user ${String(distrusted.userId)}`;
  const hint = "write the path that it leads to";
  return refusal(`leads through ${link}, who could let it lead anywhere`, hint);
}

function refusal(message: string, hint: string): OptionProblem {
  return { code: "path-outside", property: "path", message, hint };
}

/**
 * Finds what is wrong with a place, before anything is done there.
 *
 * @param place - Where something belongs.
 * @returns Problems of the option `path`.
 * @throws {@link ObservationError} When we may not look.
 */
export async function problemsOfPlace(place: FilePlace): Promise<readonly OptionProblem[]> {
  const problem = refusalOf(place, await locate(place));
  return problem === null ? [] : [problem];
}

/**
 * Takes hold of the folder that something belongs in, to look into it.
 *
 * @param place - Where it belongs.
 * @returns Null when there is no such folder, or it is none that we would write to: nothing of ours is there.
 * @throws {@link ObservationError} When we may not look.
 */
export async function openToLook(place: FilePlace): Promise<Folder | null> {
  const whereabouts = await locate(place);
  if (refusalOf(place, whereabouts) !== null || whereabouts.rest.length > 1) return null;
  return await (await place.world.disk()).open(whereabouts.folder, place.scope.signal);
}

/**
 * Takes hold of the folder that something belongs in, to change something there.
 *
 * @param place - Where it belongs.
 * @returns Null when there is no such folder.
 * @throws {@link DeployError} When nothing is ever made there.
 * @throws {@link ObservationError} When we may not look.
 */
export async function openToChange(place: FilePlace): Promise<Folder | null> {
  const whereabouts = await whereaboutsOf(place);
  if (whereabouts.rest.length > 1) return null;
  return await (await place.world.disk()).open(whereabouts.folder, place.scope.signal);
}

/**
 * Finds where a path leads.
 *
 * @param place - Where something belongs.
 * @returns The deepest folder that is there, and what is missing in it.
 * @throws {@link DeployError} When nothing is ever made there.
 * @throws {@link ObservationError} When we may not look.
 */
export async function whereaboutsOf(place: FilePlace): Promise<Whereabouts> {
  const whereabouts = await locate(place);
  const problem = refusalOf(place, whereabouts);
  if (problem === null) return whereabouts;
  const { code, message, hint } = problem;
  throw new DeployError(`the path ${place.declared} ${message}`, { code, hint });
}

async function locate({ path, world, scope }: FilePlace): Promise<Whereabouts> {
  return await (await world.disk()).locate(path, scope.signal);
}
