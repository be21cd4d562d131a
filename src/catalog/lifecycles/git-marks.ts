import { isRecord } from "../../model/json.ts";
import { readMarks, type Marks } from "../../model/marks.ts";
import { runTool, type GitPlace } from "./git-command.ts";

/** The note of ours within `.git`. */
export interface GitNote {
  /** Null when there are none, or none of ours. */
  readonly marks: Marks | null;
  /**
   * While a change is under way: the commit that was checked out, then each that should be. Whatever differs between them may
   * have been changed by us.
   */
  readonly changing: readonly string[];
}

const NO_NOTE: GitNote = { marks: null, changing: [] };
const NAME = "clockwork.json";
const LIMIT_BYTES = 64 * 1024;
const LIMIT_CHANGES = 100;

/**
 * Reads the note in a repository.
 *
 * @param place - What with.
 * @param gitFolder - Its `.git`.
 * @returns An empty one when there is none, or none that we wrote.
 * @throws {@link ObservationError} When it cannot be read.
 */
export async function readNote({ world, scope }: GitPlace, gitFolder: string): Promise<GitNote> {
  const files = await world.files();
  const path = `${gitFolder}/${NAME}`;
  if ((await files.status(path, scope.signal))?.type !== "file") return NO_NOTE;
  const content = await files.read(path, { limitBytes: LIMIT_BYTES, signal: scope.signal });
  return content === null ? NO_NOTE : parseNote(new TextDecoder().decode(content.bytes));
}

/**
 * Reads a note, whoever wrote it.
 *
 * @param text - What should be JSON.
 * @returns An empty note when it is not one of ours.
 */
export function parseNote(text: string): GitNote {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return NO_NOTE;
  }
  if (!isRecord(data)) return NO_NOTE;
  const { changing } = data;
  const commits: readonly unknown[] = Array.isArray(changing) ? changing : [];
  const isCommit = (value: unknown): value is string =>
    typeof value === "string" && /^[\da-f]{40,64}$/u.test(value);
  return { marks: readMarks(data), changing: commits.filter(isCommit).slice(0, LIMIT_CHANGES) };
}

/**
 * Writes the note into a repository: the old one is there until the new one is whole.
 *
 * @param place - What with.
 * @param gitFolder - Its `.git`, which must exist.
 * @param note - What to write.
 * @throws {@link DeployError} When it cannot be written.
 */
export async function writeNote(place: GitPlace, gitFolder: string, note: GitNote): Promise<void> {
  const path = `${gitFolder}/${NAME}`;
  const { marks, changing } = note;
  const text = `${JSON.stringify({ ...marks, changing: changing.slice(-LIMIT_CHANGES) }, null, 2)}\n`;
  await runTool(place, ["tee", "--", `${path}.new`], text);
  await runTool(place, ["mv", "-f", "--", `${path}.new`, path]);
}

/**
 * Takes the note out of a repository.
 *
 * @param place - What with.
 * @param gitFolder - Its `.git`.
 * @throws {@link DeployError} When it cannot be removed.
 */
export async function eraseNote(place: GitPlace, gitFolder: string): Promise<void> {
  await runTool(place, ["rm", "-f", "--", `${gitFolder}/${NAME}`, `${gitFolder}/${NAME}.new`]);
}
