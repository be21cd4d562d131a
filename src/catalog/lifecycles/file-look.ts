import { DeployError } from "../../model/deploy-errors.ts";
import type { Marks } from "../../model/marks.ts";
import type { DiskEntry, Folder } from "../../ports/disk.ts";
import { asideName } from "./file-names.ts";
import type { FilePlace } from "./file-place.ts";

/** What an empty file has that keeps a place, on a file system without second names. */
const KEEPING_MODE = 0o600;

/** What was found in a place. */
export interface Found {
  /** Null when nothing is there. */
  readonly entry: DiskEntry | null;
  /** Whose it is; null when it is somebody else's, or nothing is there. */
  readonly marks: Marks | null;
  /** What the book says of the place, whatever is there. */
  readonly booked: Marks | null;
}

/** What is made: files and directories. */
export type ThingType = "file" | "directory";

/**
 * Looks at a place.
 *
 * @param place - Where something belongs.
 * @param folder - Its folder; null when there is none.
 * @param type - What it should be: anything else is somebody else's.
 * @returns What is there.
 * @throws {@link ObservationError} When we may not look.
 */
export async function lookAt(
  place: FilePlace,
  folder: Folder | null,
  type: ThingType,
): Promise<Found> {
  const { name, claim, world } = place;
  const booked = await (await world.markBook()).find(claim);
  const entry = folder === null ? null : await folder.look(name);
  if (folder === null || entry === null || booked === null || entry.type !== type) {
    return { entry, marks: null, booked };
  }
  const aside = await folder.look(asideName(name, booked));
  const isOurs = aside === null || aside.identity === entry.identity || keepsPlace(entry);
  return { entry, marks: isOurs ? booked : null, booked };
}

/**
 * Says that somebody else's thing stands in a place.
 *
 * @param place - The place.
 * @param entry - What stands there; null when it came and went.
 * @param type - What was to be made there.
 * @returns The error.
 */
export function foreign(
  { path }: FilePlace,
  entry: DiskEntry | null,
  type: ThingType,
): DeployError {
  const code = "resource-foreign";
  const isOther = entry !== null && entry.type !== type;
  const message = isOther
    ? `${path} is a ${entry.type}, and a ${type} is to be made there`
    : `${path} is there already, and was not made for this`;
  const hint = isOther
    ? "move it away, or choose another path; a link is never followed"
    : `move it away, choose another path, or declare adopt: true to take over the ${type}`;
  return new DeployError(message, { code, hint });
}

/**
 * Tells whether marks are of the same resource, whatever was made of it.
 *
 * @param theirs - Marks that were found.
 * @param own - Marks of what is made.
 * @returns True when that may be changed.
 */
export function isSameResource(theirs: Marks, own: Marks): boolean {
  return (
    theirs.project === own.project &&
    (theirs.instance === own.instance || theirs.resource === own.resource)
  );
}

function keepsPlace({ type, sizeBytes, mode }: DiskEntry): boolean {
  return type === "file" && sizeBytes === 0 && mode === KEEPING_MODE;
}
