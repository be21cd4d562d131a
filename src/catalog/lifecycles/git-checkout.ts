import { DeployError } from "../../model/deploy-errors.ts";
import { excerpt } from "../../model/excerpt.ts";
import { shownUrl } from "../../model/shown-url.ts";
import { askGit, doWithGit, lookWithGit, workWithGit, type GitPlace } from "./git-command.ts";
import { countOwnCommits, type FoundCopy } from "./git-copy.ts";
import { shortCommit, type Wanted } from "./git-options.ts";
import { parseOverwritten, saidByGit } from "./git-output.ts";

/** What points to the commit that we checked out last: it is no work of people's, wherever the remote has moved to. */
const DEPLOYED = "refs/clockwork/deployed";

const LIMIT_SHOWN_PATHS = 5;
const LIMIT_PATH_CHARACTERS = 120;
const HINT = "commit and push it, undo it, or declare `force: true` to throw it away";

/**
 * Fetches all branches and tags, and makes sure that a commit is there.
 *
 * @param place - A repository with a remote.
 * @param commit - The commit, which may be short.
 * @param url - Where it should come from, for the message.
 * @returns The commit in full.
 * @throws {@link DeployError} When it cannot be fetched, or is not there.
 */
export async function fetchCommit(place: GitPlace, commit: string, url: string): Promise<string> {
  const quiet = ["fetch", "--quiet", "--no-recurse-submodules"];
  const branches = "+refs/heads/*:refs/remotes/origin/*";
  await doWithGit(place, [...quiet, "--prune", "--tags", "--force", "origin", branches]);
  const found = await findCommit(place, commit);
  if (found !== null) return found;
  // One that no branch or tag leads to any more may still be there, and is given to those who know its whole name.
  if (commit.length >= FULL_LENGTH) await workWithGit(place, [...quiet, "origin", commit]);
  const fetched = await findCommit(place, commit);
  if (fetched !== null) return fetched;
  throw new DeployError(`there is no one commit ${shortCommit(commit)} at ${shownUrl(url)}`, {
    hint: "give more digits of it, or one that a branch or tag leads to",
  });
}

const FULL_LENGTH = 40;

/**
 * Finds a commit in a repository.
 *
 * @param place - The repository.
 * @param commit - The commit, which may be short.
 * @returns The commit in full; null when it is not there, or more than one begins so.
 */
async function findCommit(place: GitPlace, commit: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`];
  const { exitCode, stdout } = await lookWithGit(place, args);
  return exitCode === 0 ? stdout.trim() : null;
}

/**
 * Refuses to go on where people would lose what they did.
 *
 * @param place - The working copy.
 * @param found - How it is.
 * @param branch - The branch that will be moved; null for none.
 * @throws {@link DeployError} When files were changed, or commits were made that are nowhere else.
 */
export async function refuseToLose(
  place: GitPlace,
  found: FoundCopy,
  branch: string | null,
): Promise<void> {
  const ours = await changedByUs(place, found.changing);
  const theirs = found.changed.filter((path) => !ours.has(path));
  if (theirs.length > 0) {
    throw new DeployError(
      `${place.path} has changes that are in no commit: ${shownPaths(theirs)}`,
      {
        hint: HINT,
      },
    );
  }
  const moved = branch === null ? null : await findCommit(place, `refs/heads/${branch}`);
  // What another branch leads to stays where it is.
  const isLeft = found.branch !== null && found.branch !== branch;
  const from = [isLeft ? null : found.commit, moved].filter((commit) => commit !== null);
  const count = from.length === 0 ? 0 : await countOwnCommits(place, from);
  if (count === 0) return;
  const commits = count === 1 ? "1 commit that is" : `${String(count)} commits that are`;
  throw new DeployError(`${place.path} has ${commits} not at the remote`, { hint: HINT });
}

// What a change that was cut off may have touched: whatever differs between where it came from and where it went.
async function changedByUs(
  place: GitPlace,
  [from, ...tos]: readonly string[],
): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  if (from === undefined) return paths;
  for (const to of tos) {
    const { stdout } = await lookWithGit(place, [
      "diff",
      "--name-only",
      "--no-renames",
      "-z",
      from,
      to,
    ]);
    for (const path of stdout.split("\0")) if (path !== "") paths.add(path);
  }
  return paths;
}

/**
 * Refuses to go on where a commit brings files that stand there already, and git keeps none of them.
 *
 * @param place - The working copy.
 * @param found - How it is.
 * @param commit - What will be checked out, in full.
 * @throws {@link DeployError} When files are in the way.
 */
export async function refuseToOverwrite(
  place: GitPlace,
  found: FoundCopy,
  commit: string,
): Promise<void> {
  const from = found.commit === null ? [] : [found.commit];
  const args = ["read-tree", "--dry-run", "-m", "-u", ...from, commit];
  const { exitCode, stderr } = await workWithGit(place, args);
  if (exitCode !== 0) throw checkoutError(place, commit, stderr);
}

/**
 * Checks a commit out.
 *
 * @param place - The working copy.
 * @param wanted - The commit, and the branch that is moved there; none to be on no branch.
 * @param isForced - Whether whatever is in the way is overwritten.
 * @throws {@link DeployError} When files are in the way.
 */
export async function checkOut(
  place: GitPlace,
  { commit, branch }: Wanted & { readonly commit: string },
  isForced: boolean,
): Promise<void> {
  const where = branch === null ? ["--detach", commit] : ["-B", branch, commit];
  const how = isForced ? "--force" : "--no-overwrite-ignore";
  const { exitCode, stderr } = await workWithGit(place, [
    "checkout",
    "--quiet",
    how,
    ...where,
    "--",
  ]);
  if (exitCode !== 0) throw checkoutError(place, commit, stderr);
  await doWithGit(place, ["update-ref", DEPLOYED, commit]);
  if (branch === null) return;
  // So that people can `git pull` and see how far they are.
  await doWithGit(place, ["config", `branch.${branch}.remote`, "origin"]);
  await doWithGit(place, ["config", `branch.${branch}.merge`, `refs/heads/${branch}`]);
}

function checkoutError({ path }: GitPlace, commit: string, stderr: string): DeployError {
  const overwritten = parseOverwritten(stderr);
  if (overwritten.length === 0) {
    return new DeployError(
      `could not check out ${shortCommit(commit)} in ${path}: ${saidByGit(stderr)}`,
    );
  }
  const paths = shownPaths(overwritten);
  return new DeployError(
    `${path} has files that ${shortCommit(commit)} would overwrite: ${paths}`,
    {
      hint: "move them away, or declare `force: true` to throw them away",
    },
  );
}

/**
 * Lists paths, for people.
 *
 * @param paths - At least one.
 * @returns The first few, and how many there are more.
 */
export function shownPaths(paths: readonly string[]): string {
  const shown = paths
    .slice(0, LIMIT_SHOWN_PATHS)
    .map((path) => excerpt(path, LIMIT_PATH_CHARACTERS));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${String(more)} more` : shown.join(", ");
}

/**
 * Points a repository to where it is fetched from.
 *
 * @param place - The repository.
 * @param url - A URL, `host:path` or an absolute path.
 * @throws {@link DeployError} When that cannot be written.
 */
export async function setRemote(place: GitPlace, url: string): Promise<void> {
  const known = (await askGit(place, ["remote"])).split("\n");
  await doWithGit(place, ["remote", known.includes("origin") ? "set-url" : "add", "origin", url]);
}
