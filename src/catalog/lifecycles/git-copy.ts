import { ObservationError } from "../../model/errors.ts";
import type { Marks } from "../../model/marks.ts";
import { askGit, listFolder, lookWithGit, type GitPlace } from "./git-command.ts";
import { readNote } from "./git-marks.ts";
import { parseStatus, saidByGit, type GitStatus } from "./git-output.ts";

/** What stands where a working copy should be. */
export type Found =
  /** Nothing, or an empty folder. */
  | { readonly is: "nothing" }
  /** A file, or a folder that is no repository. */
  | { readonly is: "other"; readonly description: string }
  /** A repository that git cannot read. */
  | (Repository & { readonly is: "broken"; readonly problem: string })
  | (Repository & Copy & { readonly is: "copy" });

interface Repository {
  readonly marks: Marks | null;
  /** As in the note that we keep in it. */
  readonly changing: readonly string[];
  /** Its `.git`, absolute. */
  readonly gitFolder: string;
}

/** A working copy, as git sees it. */
export interface Copy extends GitStatus {
  /** Where it was cloned from; null when nobody says. */
  readonly url: string | null;
}

/** A working copy that can be worked with. */
export type FoundCopy = Extract<Found, { readonly is: "copy" }>;

/**
 * Looks at what stands where a working copy should be.
 *
 * @param place - Where.
 * @returns What is there.
 * @throws {@link ObservationError} When we may not look.
 */
export async function lookAt(place: GitPlace): Promise<Found> {
  const { path, scope } = place;
  const files = await place.world.files();
  const status = await files.status(path, scope.signal);
  if (status === null) return { is: "nothing" };
  if (status.type !== "directory") return { is: "other", description: `a ${status.type}` };
  const git = await files.status(`${path}/.git`, scope.signal);
  if (git === null) {
    const isEmpty = (await listFolder(place, path)) === "";
    return isEmpty
      ? { is: "nothing" }
      : { is: "other", description: "a folder that is no git repository" };
  }
  // Where several working copies share a repository, `.git` is a file that names it.
  const gitFolder = git.type === "directory" ? `${path}/.git` : await namedGitFolder(place);
  const note = await readNote(place, gitFolder);
  const copy = await copyAt(place);
  return typeof copy === "string"
    ? { is: "broken", ...note, gitFolder, problem: copy }
    : { is: "copy", ...note, gitFolder, ...copy };
}

async function namedGitFolder(place: GitPlace): Promise<string> {
  const { exitCode, stdout } = await lookWithGit(place, ["rev-parse", "--absolute-git-dir"]);
  return exitCode === 0 ? stdout.trimEnd() : `${place.path}/.git`;
}

// What is wrong with it, where git cannot read it.
async function copyAt(place: GitPlace): Promise<Copy | string> {
  const { exitCode, stdout, stderr } = await lookWithGit(place, [
    "status",
    "--porcelain=v2",
    "--branch",
    "-z",
    "--untracked-files=normal",
  ]);
  if (exitCode !== 0) {
    const said = saidByGit(stderr);
    // That says something of who we are, and nothing of what is there.
    if (!/dubious ownership|permission denied/iu.test(said)) return said;
    throw new ObservationError(`could not look at ${place.path}: ${said}`);
  }
  const { stdout: url } = await lookWithGit(place, ["config", "--get", "remote.origin.url"]);
  return { ...parseStatus(stdout), url: url === "" ? null : url.trimEnd() };
}

/** Commits beyond this are not counted. */
const LIMIT_COMMITS = 1_000;

/**
 * Counts the commits that would be lost.
 *
 * @param place - A working copy.
 * @param from - What leads to them: `HEAD`, `--branches`.
 * @param kept - What leads to others that stay, besides those that the remote or we know.
 * @returns 0 to 1,000.
 * @throws {@link ObservationError} When they cannot be counted.
 */
export async function countOwnCommits(
  place: GitPlace,
  from: readonly string[],
  kept: readonly string[] = [],
): Promise<number> {
  const known = ["--remotes", "--tags", "--glob=refs/clockwork", ...kept];
  const limit = `--max-count=${String(LIMIT_COMMITS)}`;
  const printed = await askGit(place, ["rev-list", "--count", limit, ...from, "--not", ...known]);
  return Number(printed.trim()) || 0;
}
