import { DeployError } from "../../model/deploy-errors.ts";
import { isRecord, type Json, type JsonObject } from "../../model/json.ts";
import { shownBytes } from "../../model/bytes.ts";
import type { Access } from "../../ports/disk.ts";
import { putInPlace, type FileWork } from "./file-change.ts";
import { LIMIT_FILE_BYTES, type FileContent } from "./file-content.ts";
import { foreign, lookAt, type ThingType } from "./file-look.ts";
import { asideName } from "./file-names.ts";
import type { FileSubject } from "./file-options.ts";
import { cutAt, joined, type Piece } from "./file-pieces.ts";
import { openToChange, type FilePlace } from "./file-place.ts";

const LIMIT_PIECES = 1_000;

/** How something was, without what it held. */
interface Captured {
  readonly access: Access;
  readonly isMarked: boolean;
  /** Kept content, and names of secrets; null where what it held is not kept. */
  readonly pieces: readonly Json[] | null;
}

/**
 * Keeps a file as it is, but for the secrets in it. One of ours that should hold secrets, and does not hold all of them, is not
 * kept: it may hold those of yesterday, which nobody can tell from the rest. It is rendered again.
 *
 * @param place - Where it is.
 * @param content - What it should hold.
 * @returns Plain data for {@link restoreFile}.
 * @throws {@link DeployError} When it is no file, or too large to be kept.
 * @throws {@link ObservationError} When a secret is not there.
 */
export async function captureFile(place: FilePlace, content: FileContent): Promise<JsonObject> {
  await using folder = await openToChange(place);
  const { entry, marks } = await lookAt(place, folder, "file");
  if (folder === null || entry?.type !== "file") throw foreign(place, entry, "file");
  const { mode, userId, groupId, sizeBytes } = entry;
  if (sizeBytes > LIMIT_FILE_BYTES) {
    const limit = shownBytes(LIMIT_FILE_BYTES);
    throw new DeployError(`${place.path} is larger than what is kept of a file: ${limit}`, {
      hint: "move it away",
    });
  }
  const bytes = (await folder.read(place.name, LIMIT_FILE_BYTES)) ?? new Uint8Array();
  const hidden = await content.secrets();
  const pieces = cutAt(bytes, hidden, LIMIT_PIECES);
  const names = new Set(pieces?.flatMap((piece) => ("name" in piece ? [piece.name] : [])));
  const isKept = marks === null || hidden.every(({ name }) => names.has(name));
  return {
    mode,
    userId,
    groupId,
    isMarked: marks !== null,
    pieces: isKept && pieces !== null ? pieces.map((piece) => keptPiece(piece, place)) : null,
  };
}

/**
 * Makes a file again as it was captured.
 *
 * @param work - The file, as it is recorded.
 * @param captured - What {@link captureFile} gave.
 * @throws {@link DeployError} When that fails.
 */
export async function restoreFile(work: FileWork, captured: JsonObject): Promise<void> {
  const { place, subject } = work;
  const { access, isMarked, pieces } = readCaptured(captured);
  await using folder = await openToChange(place);
  const { entry } = await lookAt(place, folder, "file");
  if (folder === null || (entry !== null && entry.type !== "file")) {
    throw foreign(place, entry, "file");
  }
  await folder.remove(asideName(place.name, subject.marks));
  const bytes = (): Promise<Uint8Array> =>
    pieces === null ? work.content.bytes() : putTogether(pieces, work);
  await putInPlace({ ...work, folder, access, content: { ...work.content, bytes } }, entry);
  place.scope.note("as it was, its marks not yet");
  await restoreMarks(work, isMarked);
}

/**
 * Keeps who may do what with a directory. What is in it is not touched, and not kept.
 *
 * @param place - Where it is.
 * @returns Plain data for {@link restoreDirectory}.
 * @throws {@link DeployError} When it is no directory.
 */
export async function captureDirectory(place: FilePlace): Promise<JsonObject> {
  await using folder = await openToChange(place);
  const { entry, marks } = await lookAt(place, folder, "directory");
  if (entry?.type !== "directory") throw foreign(place, entry, "directory");
  const { mode, userId, groupId } = entry;
  return { mode, userId, groupId, isMarked: marks !== null };
}

/**
 * Gives a directory back to whom it was captured with.
 *
 * @param work - The directory, as it is recorded.
 * @param captured - What {@link captureDirectory} gave.
 * @throws {@link DeployError} When that fails.
 */
export async function restoreDirectory(
  work: Pick<FileWork, "kind" | "subject" | "place">,
  captured: JsonObject,
): Promise<void> {
  const { place } = work;
  const { access, isMarked } = readCaptured(captured);
  const type: ThingType = "directory";
  await using folder = await openToChange(place);
  const { entry } = await lookAt(place, folder, type);
  if (folder === null || entry?.type !== type) throw foreign(place, entry, type);
  await folder.setAccess(place.name, access);
  place.scope.note("as it was, its marks not yet");
  await restoreMarks(work, isMarked);
}

async function restoreMarks(
  {
    kind,
    subject,
    place: { claim, world },
  }: {
    readonly kind: string;
    readonly subject: FileSubject;
    readonly place: FilePlace;
  },
  isMarked: boolean,
): Promise<void> {
  const book = await world.markBook();
  if (isMarked) await book.write(claim, subject.marks, kind);
  else await book.erase(claim, subject.marks);
}

function readCaptured(captured: JsonObject): Captured {
  const { mode, userId, groupId, isMarked, pieces } = captured;
  return {
    access: { mode: numberOf(mode), userId: numberOf(userId), groupId: numberOf(groupId) },
    isMarked: isMarked === true,
    pieces: isList(pieces) ? pieces : null,
  };
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function keptPiece(piece: Piece, { scope }: FilePlace): JsonObject {
  return "name" in piece ? { name: piece.name } : { sha256: scope.keep(piece.bytes) };
}

async function putTogether(
  pieces: readonly Json[],
  { content, place }: FileWork,
): Promise<Uint8Array> {
  const secrets = new Map((await content.secrets()).map(({ name, bytes }) => [name, bytes]));
  const parts = pieces.map(async (piece) => {
    const { name, sha256 } = isRecord(piece) ? piece : {};
    if (typeof sha256 === "string") return await place.scope.content(sha256);
    const secret = typeof name === "string" ? secrets.get(name) : undefined;
    if (secret !== undefined) return secret;
    throw new DeployError(`${place.path} held a secret that is not declared any more`);
  });
  return joined(await Promise.all(parts));
}
