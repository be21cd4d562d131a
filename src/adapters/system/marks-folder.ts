import { lstat, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import { syncFolder } from "./disk-write.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";

const PRIVATE_FOLDER = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/** Who we are, as far as that says where our notes are. */
export interface MarksOwner {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** The home folder of whoever runs us. */
  readonly home: string;
}

/**
 * Tells where this machine keeps marks.
 *
 * @param owner - Who we are; `CW_MARKS_DIR` overrides it, `XDG_STATE_HOME` counts where we are not root.
 * @returns A folder, absolute.
 */
export function marksFolder({ env, isRoot, home }: MarksOwner): string {
  const { CW_MARKS_DIR: own = "", XDG_STATE_HOME: state = "" } = env;
  if (own !== "") return resolve(own);
  if (isRoot) return "/var/lib/clockwork/marks";
  // What is not absolute is to be ignored, says the specification of that variable.
  return join(state.startsWith("/") ? state : join(home, ".local", "state"), "clockwork", "marks");
}

/**
 * Makes sure that nobody else can write marks.
 *
 * @param folder - Where they are kept.
 * @returns False when there is no such folder.
 * @throws {@link ObservationError} When somebody else could, or we may not look.
 */
export async function checkMarksFolder(folder: string): Promise<boolean> {
  try {
    const stats = await lstat(folder);
    const trusted = [0, process.geteuid?.() ?? 0];
    const isOurs = trusted.includes(stats.uid) && (stats.mode & WRITABLE_BY_OTHERS) === 0;
    if (stats.isDirectory() && isOurs) return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw asObservationError(`look at ${folder}`, error);
  }
  throw new ObservationError(
    `the marks of this machine must be in a folder that nobody else can write to: ${singleLine(folder)} is none; mend it, or set CW_MARKS_DIR to another one`,
  );
}

/**
 * Makes the folder for marks, if it is not there.
 *
 * @param folder - Where they are kept.
 * @throws What the system says.
 */
export async function makeMarksFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  if (first === undefined) return;
  for (let made = folder; made.startsWith(first); made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}
