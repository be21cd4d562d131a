import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DeployError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";
import { isSameThing, readMarks, type Marks } from "../../model/marks.ts";
import type { ProcessEnd, ProcessIdentity } from "../../ports/process-host.ts";
import { asObservationError, isAbsent, reasonOf, systemErrorCode } from "./system-failure.ts";

/** What is noted of a process in the project's folder, for one that writes over its marks. No secret is in it. */
export interface ProcessNote {
  readonly identity: ProcessIdentity;
  readonly marks: Marks;
  readonly declaration: string;
  /** How it ended; null while it runs, or when nobody was there to be told. */
  readonly end: ProcessEnd | null;
}

/** Whose note it is. */
export interface NotePlace {
  /** The folder of the project. */
  readonly root: string;
  readonly marks: Marks;
}

/** Arguments are in it: nobody else's business. */
const MODE = 0o600;
const LIMIT_BYTES = 1024 * 1024;
const LIMIT_NOTES = 10_000;

/**
 * Reads what is noted of a process.
 *
 * @param place - Whose note it is.
 * @returns Null when there is none, or none of ours.
 * @throws {@link ObservationError} When it cannot be read.
 */
export function readNote(place: NotePlace): ProcessNote | null {
  const note = readAt(pathOf(place));
  return note !== null && isSameThing(note.marks, place.marks) ? note : null;
}

/**
 * Reads all notes of a project.
 *
 * @param root - The folder of the project.
 * @returns Those that are ours, at most 10,000.
 * @throws {@link ObservationError} When they cannot be read.
 */
export function readNotes(root: string): readonly ProcessNote[] {
  const folder = folderOf(root);
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.slice(0, LIMIT_NOTES).flatMap((name) => readAt(join(folder, name)) ?? []);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw asObservationError(`read ${folder}`, error);
  }
}

/**
 * Writes a note, at once, so that nothing comes between the start of a process and its note. It need not outlive a loss of
 * power: no process does.
 *
 * @param root - The folder of the project.
 * @param note - What to write.
 * @throws {@link DeployError} When that is not possible.
 */
export function writeNote(root: string, note: ProcessNote): void {
  const path = pathOf({ root, marks: note.marks });
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, `${JSON.stringify(note)}\n`, { mode: MODE });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw failure(`write ${path}`, error);
  }
}

/**
 * Notes how a process ended, for those who come when its parent is gone. What cannot be noted is not known then.
 *
 * @param place - Whose note it is.
 * @param end - How it ended.
 */
export function noteEnd(place: NotePlace, end: ProcessEnd): void {
  try {
    const note = readNote(place);
    if (note !== null) writeNote(place.root, { ...note, end });
  } catch {
    // A full disk: it counts as one whose end nobody was told.
  }
}

/**
 * Takes a note away.
 *
 * @param place - Whose note it is; there may be none.
 * @throws {@link DeployError} When that is not possible.
 */
export function eraseNote(place: NotePlace): void {
  const path = pathOf(place);
  try {
    for (const each of [`${path}.new`, path]) rmSync(each, { force: true });
  } catch (error) {
    if (!isAbsent(error)) throw failure(`remove ${path}`, error);
  }
}

/**
 * Reads a note, whoever wrote it.
 *
 * @param text - What should be JSON.
 * @returns Null when it is none of ours.
 */
export function parseNote(text: string): ProcessNote | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(data) || !isRecord(data["marks"]) || !isRecord(data["identity"])) return null;
  const marks = readMarks(data["marks"]);
  const { declaration } = data;
  const { pid, startTicks, bootId } = data["identity"];
  if (marks === null || typeof declaration !== "string" || typeof bootId !== "string") return null;
  if (!isCount(pid) || !isCount(startTicks)) return null;
  return { identity: { pid, startTicks, bootId }, marks, declaration, end: endIn(data["end"]) };
}

function endIn(data: unknown): ProcessEnd | null {
  if (!isRecord(data)) return null;
  const { exitCode, exitSignal } = data;
  if (isCount(exitCode) && exitSignal === null) return { exitCode, exitSignal };
  return exitCode === null && typeof exitSignal === "string" ? { exitCode, exitSignal } : null;
}

function readAt(path: string): ProcessNote | null {
  try {
    return statSync(path).size > LIMIT_BYTES ? null : parseNote(readFileSync(path, "utf8"));
  } catch (error) {
    if (isAbsent(error)) return null;
    throw asObservationError(`read ${path}`, error);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function pathOf({ root, marks }: NotePlace): string {
  const name = `${marks.instance}-${String(marks.generation)}.json`;
  return join(folderOf(root), name);
}

function folderOf(root: string): string {
  return join(root, ".clockwork", "run");
}

function failure(action: string, error: unknown): Error {
  const code = systemErrorCode(error);
  if (code === null) return error instanceof Error ? error : new Error(String(error));
  return new DeployError(`cannot ${action}: ${reasonOf(error, code)}`, { cause: error });
}
