import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import { isSameThing } from "../../model/marks.ts";
import type { Access, DiskEntry, Folder } from "../../ports/disk.ts";
import { completeAccess, PLAIN_ACCESS } from "./file-access.ts";
import type { FileContent } from "./file-content.ts";
import { foreign, isSameResource, lookAt, type Found } from "./file-look.ts";
import { confirmMarks, markPlace, unmarkPlace } from "./file-marks.ts";
import { asideName, changedName, leftoversAmong } from "./file-names.ts";
import type { FileSubject } from "./file-options.ts";
import { openToChange, type FilePlace } from "./file-place.ts";

const LIMIT_NAMES = 100_000;

/** What a file holds that holds secrets, as long as nobody says who may read it. */
const SECRET_MODE = 0o600;

/** A file that is made or changed. */
export interface FileWork {
  /** The kind of resource, for the book. */
  readonly kind: string;
  readonly subject: FileSubject;
  readonly place: FilePlace;
  readonly content: FileContent;
  /** As declared. */
  readonly access: Access;
}

/** A file in a folder that is held. */
type HeldWork = FileWork & { readonly folder: Folder };

/**
 * Makes a file: under another name first, so that nothing half made ever stands in its place, and marked before it takes it.
 *
 * @param work - The file.
 * @returns How the world knows it.
 * @throws {@link DeployError} When it cannot be made, or something else stands there.
 */
export async function createFile(work: FileWork): Promise<JsonObject> {
  const { place, subject } = work;
  await using folder = await openToChange(place);
  if (folder === null) throw missingFolder(place);
  const found = await lookAt(place, folder, "file");
  if (found.entry === null) return await make({ ...work, folder }, found);
  if (!isSameThing(found.marks, subject.marks)) throw foreign(place, found.entry, "file");
  return await converge({ ...work, folder }, found.entry);
}

/**
 * Makes a file as it should be. One without marks is taken over.
 *
 * @param work - The file.
 * @returns How the world knows it.
 * @throws {@link DeployError} When that fails, or it is no file of this resource.
 */
export async function updateFile(work: FileWork): Promise<JsonObject> {
  const { place, subject } = work;
  await using folder = await openToChange(place);
  if (folder === null) throw missingFolder(place);
  const found = await lookAt(place, folder, "file");
  if (found.entry === null) return await make({ ...work, folder }, found);
  refuseOthers(found, work);
  const held = { ...work, folder };
  if (found.marks === null) {
    const names = await folder.names(".", LIMIT_NAMES);
    for (const left of leftoversAmong(names, place.name, subject.marks)) await folder.remove(left);
  }
  return await converge(held, found.entry);
}

/**
 * Takes a file away, and its marks. It is moved aside before its marks go: whoever makes another one in its place meanwhile
 * keeps that.
 *
 * @param subject - The file.
 * @param place - Where it belongs.
 * @throws {@link DeployError} When it cannot be taken away.
 */
export async function removeFile(subject: FileSubject, place: FilePlace): Promise<void> {
  const { claim, name, world, scope } = place;
  const { marks } = subject;
  const book = await world.markBook();
  await using folder = await openToChange(place);
  if (folder === null) {
    await book.erase(claim, marks);
    return;
  }
  const aside = asideName(name, marks);
  await folder.remove(changedName(name, marks));
  const { entry, marks: found, booked } = await lookAt(place, folder, "file");
  if (entry !== null && isSameThing(found, marks)) {
    // Two names of one file do not replace one another.
    await folder.remove(aside);
    await folder.replace(name, aside);
    await folder.sync();
    scope.note("moved aside, not gone yet");
  }
  if (isSameThing(booked, marks)) {
    await book.erase(claim, marks);
    scope.note("without marks, not gone yet");
  }
  await folder.remove(aside);
  await folder.sync();
}

/**
 * Puts content in the place of whatever file stands there.
 *
 * @param work - The file; its access is complete.
 * @param entry - What stands there; null when nothing does.
 * @throws {@link DeployError} When it cannot be written, or was changed meanwhile.
 */
export async function putInPlace(
  { folder, place, content, access, subject }: HeldWork,
  entry: DiskEntry | null,
): Promise<void> {
  const { name, scope } = place;
  const changed = changedName(name, subject.marks);
  await folder.remove(changed);
  await folder.write(changed, await content.bytes(), access);
  scope.note("written under a temporary name, not in its place yet");
  const now = await folder.look(name);
  if (now?.identity !== entry?.identity || now?.sizeBytes !== entry?.sizeBytes) {
    await folder.remove(changed);
    throw new DeployError(`${place.path} was changed by somebody else meanwhile`, {
      hint: "run the command again",
    });
  }
  await folder.replace(changed, name);
  await folder.sync();
}

async function make(work: HeldWork, { booked }: Found): Promise<JsonObject> {
  const { folder, place, subject, content, kind } = work;
  const { name, path, scope } = place;
  const { marks } = subject;
  const marking = { marks, kind, booked };
  const aside = asideName(name, marks);
  await folder.remove(aside);
  await folder.remove(changedName(name, marks));
  await folder.write(aside, await content.bytes(), newAccess(work));
  scope.note("written under a temporary name, without marks");
  try {
    await markPlace(place, marking);
  } catch (error) {
    await folder.remove(aside);
    throw error;
  }
  scope.note("marked, not in its place yet");
  if (!(await folder.giveName(aside, name))) {
    await folder.remove(aside);
    await unmarkPlace(place, marking);
    throw foreign(place, null, "file");
  }
  scope.note("in its place, and under its temporary name still");
  await folder.remove(aside);
  await folder.sync();
  await confirmMarks(place, marking);
  return { path };
}

async function converge(work: HeldWork, entry: DiskEntry): Promise<JsonObject> {
  const { folder, place, subject, content, kind } = work;
  const { name, claim, path, scope, world } = place;
  await folder.remove(asideName(name, subject.marks));
  await folder.remove(changedName(name, subject.marks));
  const access = completeAccess(work.access, entry);
  const isDifferent =
    !isSameAccess(access, entry) || (await content.difference(folder, name, entry)) !== null;
  await (await world.markBook()).write(claim, subject.marks, kind);
  if (isDifferent) {
    scope.note("marked, not as it should be yet");
    await putInPlace({ ...work, access }, entry);
  }
  return { path };
}

function refuseOthers({ entry, marks }: Found, { place, subject }: FileWork): void {
  const isFile = entry?.type === "file";
  const isOthers = marks !== null && !isSameResource(marks, subject.marks);
  if (!isFile || isOthers) throw foreign(place, entry, "file");
}

function newAccess({ access, content }: FileWork): Access {
  if (!content.isSecret) return access;
  return { ...PLAIN_ACCESS, ...access, mode: access.mode ?? SECRET_MODE };
}

function isSameAccess(access: Access, { mode, userId, groupId }: DiskEntry): boolean {
  return access.mode === mode && access.userId === userId && access.groupId === groupId;
}

function missingFolder({ path }: FilePlace): DeployError {
  const folder = path.slice(0, Math.max(1, path.lastIndexOf("/")));
  return new DeployError(`${path} needs a folder to be in: ${folder} is not there`, {
    hint: "declare it as a DirectoryResource, and let this one depend on it",
  });
}
