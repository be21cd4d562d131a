import { shownBytes } from "../../model/bytes.ts";
import type { LifecycleDefinition, LifecycleScope, Live, Subject } from "../../model/lifecycle.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { accessDifferences, accessOf, shownMode } from "./file-access.ts";
import { captureFile, restoreFile } from "./file-capture.ts";
import { createFile, removeFile, updateFile, type FileWork } from "./file-change.ts";
import type { FileContent } from "./file-content.ts";
import { listOfKind } from "./file-list.ts";
import { lookAt, type Found } from "./file-look.ts";
import type { FileOptions } from "./file-options.ts";
import { claimOf, openToLook, placeOf, problemsOfPlace, type FilePlace } from "./file-place.ts";

/** Assertions of a file hold as soon as it is there: whoever reads it may need a moment. */
export const FILE_SETTLE_SECONDS = 2;

/** What all kinds do alike that make files. */
export type FileLifecycle<O extends FileOptions> = Pick<
  Required<LifecycleDefinition<never, DeployWorld>>,
  "settleSeconds" | "isFiles" | "list"
> & {
  readonly replacing: readonly ["path"];
  readonly claims: (options: O, name: string, root: string) => readonly string[];
  readonly verify: (
    subject: Subject<O>,
    live: Live | null,
    ...where: Where
  ) => ReturnType<typeof problemsOfPlace>;
  readonly read: (subject: Subject<O>, ...where: Where) => Promise<Live | null>;
  readonly create: (subject: Subject<O>, ...where: Where) => ReturnType<typeof createFile>;
  readonly update: (
    subject: Subject<O>,
    live: Live,
    ...where: Where
  ) => ReturnType<typeof updateFile>;
  readonly remove: (subject: Subject<O>, ...where: Where) => Promise<void>;
  readonly capture: (
    subject: Subject<O>,
    live: Live,
    ...where: Where
  ) => ReturnType<typeof captureFile>;
  readonly restore: (
    subject: Subject<O>,
    captured: Parameters<typeof restoreFile>[1],
    ...where: Where
  ) => Promise<void>;
};

type Where = readonly [world: DeployWorld, scope: LifecycleScope];

/**
 * Says how a kind of resource lives that makes files.
 *
 * @param kind - The kind of resource.
 * @param contentOf - What a file should hold.
 * @returns All but whether it is managed, and what its options refer to.
 */
export function fileLifecycle<O extends FileOptions>(
  kind: string,
  contentOf: (subject: Subject<O>, ...where: Where) => FileContent,
): FileLifecycle<O> {
  const workOf = async (subject: Subject<O>, ...where: Where): Promise<FileWork> => ({
    kind,
    subject,
    place: placeOf(subject.parameters, ...where),
    content: contentOf(subject, ...where),
    access: await accessOf(subject.parameters, await where[0].disk()),
  });
  return {
    settleSeconds: FILE_SETTLE_SECONDS,
    isFiles: true,
    replacing: ["path"],
    claims: ({ path }, _name, root) => [claimOf(path, root)],
    verify: ({ parameters }, _live, ...where) => problemsOfPlace(placeOf(parameters, ...where)),
    read: (subject, ...where) =>
      readFile(subject, placeOf(subject.parameters, ...where), contentOf(subject, ...where)),
    create: async (subject, ...where) => await createFile(await workOf(subject, ...where)),
    update: async (subject, _live, ...where) => await updateFile(await workOf(subject, ...where)),
    remove: (subject, ...where) => removeFile(subject, placeOf(subject.parameters, ...where)),
    capture: (subject, _live, ...where) =>
      captureFile(placeOf(subject.parameters, ...where), contentOf(subject, ...where)),
    restore: async (subject, captured, ...where) => {
      await restoreFile(await workOf(subject, ...where), captured);
    },
    list: (project, ...where) => listOfKind(project, { kind, type: "file" }, ...where),
  };
}

async function readFile(
  { parameters }: Subject<FileOptions>,
  place: FilePlace,
  content: FileContent,
): Promise<Live | null> {
  await using folder = await openToLook(place);
  const found = await lookAt(place, folder, "file");
  const { entry } = found;
  if (folder === null || entry === null) return null;
  if (entry.type !== "file") return otherThing(place, found, "file");
  const difference = await content.difference(folder, place.name, entry);
  const access = await accessDifferences(entry, parameters, place.world);
  return {
    marks: found.marks,
    physical: { path: place.path },
    isComplete: true,
    progress: "static",
    differences: [...(difference === null ? [] : [difference]), ...access],
    description: `a file of ${shownBytes(entry.sizeBytes)}, ${shownMode(entry.mode)}`,
  };
}

/**
 * Describes what stands where something else should: it is nobody's that we know.
 *
 * @param place - The place.
 * @param found - What was found there.
 * @param wanted - What should be there.
 * @returns What is there; null when nothing is.
 */
export function otherThing(
  { path }: FilePlace,
  { entry }: Found,
  wanted: "file" | "directory",
): Live | null {
  if (entry === null) return null;
  return {
    marks: null,
    physical: { path },
    isComplete: true,
    progress: "static",
    differences: [{ field: "type", live: entry.type, wanted }],
    description: `a ${entry.type}`,
  };
}
