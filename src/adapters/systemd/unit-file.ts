import { createHash } from "node:crypto";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { marksOfText, textBelowMarks } from "../../model/mark-line.ts";
import type { Marks } from "../../model/marks.ts";
import type { UnitFile } from "../../ports/systemd-control.ts";
import { readBeginning } from "../system/file-content.ts";
import { asObservationError, isAbsent } from "../system/system-failure.ts";

/** The content may be 1 MiB, and the marks stand above it. */
const LIMIT_BYTES = 1024 * 1024 + 4_096;
const UNITS_LIMIT = 10_000;

/**
 * Looks at the file of a unit.
 *
 * @param path - The file.
 * @returns Null when nothing is there.
 * @throws {@link ObservationError} When it cannot be read.
 */
export async function lookAtUnitFile(path: string): Promise<UnitFile | null> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) return { marks: null, sha256: "", sizeBytes: 0, isOrdinary: false };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw asObservationError(`look at ${path}`, error);
  }
  const bytes = await readUnitFile(path);
  if (bytes === null) return null;
  // Byte for byte, whatever it is encoded in.
  const text = Buffer.from(bytes).toString("latin1");
  const below = Buffer.from(textBelowMarks("#", text), "latin1");
  return {
    marks: marksOfText("#", text),
    sha256: createHash("sha256").update(below).digest("hex"),
    sizeBytes: below.length,
    isOrdinary: true,
  };
}

/**
 * Reads the file of a unit.
 *
 * @param path - The file.
 * @returns All of it; null when it is not there.
 * @throws {@link ObservationError} When it cannot be read, or is too large.
 */
export async function readUnitFile(path: string): Promise<Uint8Array | null> {
  try {
    const { bytes, isTruncated } = await readBeginning(path, LIMIT_BYTES);
    if (!isTruncated) return bytes;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw asObservationError(`read ${path}`, error);
  }
  throw new ObservationError(`cannot read ${path}: it is larger than ${String(LIMIT_BYTES)} bytes`);
}

/**
 * Finds the files of services that carry marks.
 *
 * @param folder - Where to look.
 * @param signal - Gives up.
 * @returns Each with its marks; nothing where there is no such folder.
 * @throws {@link ObservationError} When it cannot be read.
 */
export async function markedUnitsIn(
  folder: string,
  signal: AbortSignal,
): Promise<readonly { readonly unit: string; readonly path: string; readonly marks: Marks }[]> {
  const found: { readonly unit: string; readonly path: string; readonly marks: Marks }[] = [];
  for (const unit of await namesIn(folder)) {
    signal.throwIfAborted();
    const path = join(folder, unit);
    const marks = (await lookAtUnitFile(path))?.marks ?? null;
    if (marks !== null) found.push({ unit, path, marks });
  }
  return found;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith(".service")).slice(0, UNITS_LIMIT);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw asObservationError(`look into ${folder}`, error);
  }
}
