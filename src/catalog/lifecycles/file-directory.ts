import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Live, Subject } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Folder } from "../../ports/disk.ts";
import { accessDifferences, accessOf, PLAIN_ACCESS, shownMode } from "./file-access.ts";
import { foreign, isSameResource, lookAt } from "./file-look.ts";
import { otherThing } from "./file-lifecycle.ts";
import { confirmMarks, markPlace, unmarkPlace } from "./file-marks.ts";
import { asideName } from "./file-names.ts";
import type { FileOptions } from "./file-options.ts";
import { openToLook, placeOf, whereaboutsOf, type FilePlace } from "./file-place.ts";

/** Options of a directory. */
export type DirectoryOptions = FileOptions & { readonly parents: boolean };

/** A directory that should be. */
export type DirectorySubject = Subject<DirectoryOptions>;

const KIND = "directory";

/**
 * Looks at a directory.
 *
 * @param subject - How it should be.
 * @param world - The world.
 * @param scope - The project.
 * @returns Null when nothing is there.
 * @throws {@link ObservationError} When we could not look.
 */
export async function readDirectory(
  { parameters }: DirectorySubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<Live | null> {
  const place = placeOf(parameters, world, scope);
  await using folder = await openToLook(place);
  const found = await lookAt(place, folder, KIND);
  const { entry, marks } = found;
  if (entry?.type !== KIND) return otherThing(place, found, KIND);
  return {
    marks,
    physical: { path: place.path },
    isComplete: true,
    progress: "static",
    differences: await accessDifferences(entry, parameters, world),
    description: `a directory, ${shownMode(entry.mode)}`,
  };
}

/**
 * Makes a directory: under another name first, and marked before it takes its place.
 *
 * @param subject - The directory.
 * @param world - The world.
 * @param scope - The project.
 * @returns How the world knows it.
 * @throws {@link DeployError} When it cannot be made, or something else stands there.
 */
export async function createDirectory(
  subject: DirectorySubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const { parameters, marks } = subject;
  const place = placeOf(parameters, world, scope);
  await using folder = await openParent(place, parameters.parents);
  const { entry, marks: found, booked } = await lookAt(place, folder, KIND);
  if (entry !== null && !isSameThing(found, marks)) throw foreign(place, entry, KIND);
  if (entry !== null) return await converge(subject, place, folder);
  const { name, path } = place;
  const marking = { marks, kind: KIND, booked };
  const aside = asideName(name, marks);
  await folder.removeFolder(aside);
  await folder.makeFolder(aside, await accessOf(parameters, await world.disk()));
  scope.note("made under a temporary name, without marks");
  try {
    await markPlace(place, marking);
  } catch (error) {
    await folder.removeFolder(aside);
    throw error;
  }
  scope.note("marked, not in its place yet");
  if (!(await folder.giveName(aside, name))) {
    await folder.removeFolder(aside);
    await unmarkPlace(place, marking);
    throw foreign(place, null, KIND);
  }
  await folder.sync();
  await confirmMarks(place, marking);
  return { path };
}

/**
 * Changes who may do what with a directory. One without marks is taken over.
 *
 * @param subject - The directory.
 * @param _live - How it was found.
 * @param world - The world.
 * @param scope - The project.
 * @returns How the world knows it.
 * @throws {@link DeployError} When that fails, or it is no directory of this resource.
 */
export async function updateDirectory(
  subject: DirectorySubject,
  _live: Live,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const place = placeOf(subject.parameters, world, scope);
  await using folder = await openParent(place, false);
  const { entry, marks } = await lookAt(place, folder, KIND);
  if (entry === null) return await createDirectory(subject, world, scope);
  const isOthers = marks !== null && !isSameResource(marks, subject.marks);
  if (entry.type !== KIND || isOthers) throw foreign(place, entry, KIND);
  return await converge(subject, place, folder);
}

/**
 * Takes a directory away, and its marks. What people put into it goes only where that is allowed.
 *
 * @param subject - The directory.
 * @param world - The world.
 * @param scope - The project, and whether data may be lost.
 * @throws {@link DeployError} When it cannot be taken away, or is not empty.
 */
export async function removeDirectory(
  { parameters, marks }: DirectorySubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<void> {
  const place = placeOf(parameters, world, scope);
  const { claim, name, path } = place;
  const book = await world.markBook();
  await using folder = await openExisting(place);
  if (folder !== null) {
    const { entry, marks: found } = await lookAt(place, folder, KIND);
    const isOurs = entry !== null && isSameThing(found, marks);
    if (isOurs && !(await folder.removeFolder(name))) {
      if (!scope.mayDeleteData) {
        const lost = await dataInDirectory({ parameters }, world, scope);
        throw new DeployError(`${path} is not empty: ${lost ?? "something is in it"}`, {
          code: "resource-protected",
          hint: "move that elsewhere, or allow it with --delete-data",
        });
      }
      // While it is taken apart nobody finds half of it in its place.
      await folder.replace(name, asideName(name, marks));
      await folder.sync();
      scope.note("moved aside, not gone yet");
    }
    const aside = asideName(name, marks);
    if (!(await folder.removeFolder(aside))) await folder.removeTree(aside);
    await folder.sync();
    scope.note("gone, its marks not yet");
  }
  if (isSameThing(await book.find(claim), marks)) await book.erase(claim, marks);
}

const LIMIT_ENTRIES = 10_000;
const SHOWN_NAMES = 3;

/**
 * Tells what people would lose with a directory.
 *
 * @param subject - The directory.
 * @param world - The world.
 * @param scope - The project.
 * @returns What of it is not ours, in a few words; null when nothing is.
 * @throws {@link ObservationError} When we may not look.
 */
export async function dataInDirectory(
  { parameters }: Pick<DirectorySubject, "parameters">,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<string | null> {
  const place = placeOf(parameters, world, scope);
  await using folder = await openToLook(place);
  if (folder === null) return null;
  const book = await world.markBook();
  const others: string[] = [];
  const names = await folder.names(place.name, LIMIT_ENTRIES);
  for (const name of names) {
    if ((await book.find(`${place.claim}/${name}`)) === null) others.push(name);
  }
  const { length } = others;
  if (length === 0) return null;
  const count = `${String(length)}${names.length === LIMIT_ENTRIES ? " or more" : ""}`;
  const shown = others.toSorted().slice(0, SHOWN_NAMES).join(", ");
  const what = length === 1 ? "entry that is" : "entries that are";
  return `${count} ${what} not ours in ${place.path}: ${shown}${length > SHOWN_NAMES ? ", …" : ""}`;
}

async function converge(
  { parameters, marks }: DirectorySubject,
  { claim, name, path, world, scope }: FilePlace,
  folder: Folder,
): Promise<JsonObject> {
  const access = await accessOf(parameters, await world.disk());
  await folder.removeFolder(asideName(name, marks));
  await (await world.markBook()).write(claim, marks, KIND);
  scope.note("marked, its permissions not as they should be yet");
  await folder.setAccess(name, access);
  return { path };
}

async function openExisting(place: FilePlace): Promise<Folder | null> {
  const { folder, rest } = await whereaboutsOf(place);
  if (rest.length > 1) return null;
  return await (await place.world.disk()).open(folder, place.scope.signal);
}

async function openParent(place: FilePlace, mayMake: boolean): Promise<Folder> {
  const { folder: found, rest } = await whereaboutsOf(place);
  const disk = await place.world.disk();
  const open = async (path: string): Promise<Folder> => {
    const folder = await disk.open(path, place.scope.signal);
    if (folder !== null) return folder;
    throw new DeployError(`${path} is needed, and is no folder`);
  };
  const missing = rest.slice(0, -1);
  if (missing.length > 0 && !mayMake) {
    throw new DeployError(
      `${place.path} needs a folder to be in: ${missing.join("/")} is not there in ${found}`,
      {
        hint: "declare it as a DirectoryResource, and let this one depend on it, or parents: true",
      },
    );
  }
  let path = found;
  for (const name of missing) {
    await using folder = await open(path);
    await makeParent(folder, name);
    path = `${path === "/" ? "" : path}/${name}`;
    place.scope.note(`${path} made, to hold it`);
  }
  return await open(path);
}

// Others may make the same one at the same moment.
async function makeParent(folder: Folder, name: string): Promise<void> {
  try {
    await folder.makeFolder(name, PLAIN_ACCESS);
  } catch (error) {
    if ((await folder.look(name))?.type !== KIND) throw error;
  }
  await folder.sync();
}
