import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope } from "../../model/lifecycle.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { shownPaths } from "./git-checkout.ts";
import { lookAtLinks, runTool, type GitPlace } from "./git-command.ts";
import { countOwnCommits, lookAt, type Found } from "./git-copy.ts";
import { clearLock, waitForGit } from "./git-lock.ts";
import { readNote } from "./git-marks.ts";
import type { GitSubject } from "./git-options.ts";
import { absolutePath, parentOf } from "./git-path.ts";
import { placeOf, workshopOf } from "./git-read.ts";

const CLAIM_PREFIX = "path:";

/**
 * Takes a working copy away: out of its place first, so that nothing half removed ever stands there.
 *
 * @param subject - The working copy.
 * @param world - The world.
 * @param scope - The project.
 * @throws {@link DeployError} When it cannot be removed, or people would lose what they did.
 */
export async function removeGit(
  subject: GitSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<void> {
  const place = placeOf(subject, world, scope);
  const workshop = workshopOf(subject, place);
  const files = await world.files();
  const isLeft = async (): Promise<boolean> =>
    (await files.status(workshop.path, scope.signal)) !== null;
  await waitForGit(place);
  const found = await lookAt(place);
  if (isOurs(found, subject.marks)) {
    const lost = scope.mayDeleteData ? null : await lostWith(place, found);
    if (lost !== null) throw mayNot(place, lost);
    await refuseLink(place);
    if ("gitFolder" in found) await clearLock(place, found.gitFolder, found.changing.length > 0);
    if (await isLeft()) await runTool(workshop, ["rm", "-rf", "--", workshop.path]);
    await runTool(place, ["mv", "--", place.path, workshop.path]);
    scope.note("out of its place, not removed yet");
  }
  if (await isLeft()) {
    await waitForGit(workshop);
    await runTool(workshop, ["rm", "-rf", "--", workshop.path]);
    scope.note("removed, still in the book of marks");
  }
  await (await world.markBook()).erase(`path:${place.path}`, subject.marks);
}

// A link would be moved away, and what it leads to would stay.
async function refuseLink(place: GitPlace): Promise<void> {
  const { path } = place;
  const parent = await lookAtLinks(place, parentOf(path));
  const real = await lookAtLinks(place, path);
  if (real === absolutePath(parent, path.slice(path.lastIndexOf("/") + 1))) return;
  throw new DeployError(`${path} is a link by now: it leads to ${real}`, {
    hint: `move ${real} back to ${path}, or remove both`,
  });
}

function isOurs(found: Found, marks: Marks): boolean {
  return "marks" in found && isSameThing(found.marks, marks);
}

function mayNot({ path }: GitPlace, lost: string): DeployError {
  return new DeployError(`${path} holds what would be lost with it: ${lost}`, {
    code: "resource-protected",
    hint: "commit and push it, or allow that data is deleted",
  });
}

/**
 * Tells what people would lose with a working copy.
 *
 * @param subject - The working copy.
 * @param world - The world.
 * @param scope - The project.
 * @returns Null when nothing would be lost, or it is not ours.
 * @throws {@link ObservationError} When we could not look.
 */
export async function dataInGit(
  subject: GitSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<string | null> {
  const place = placeOf(subject, world, scope);
  const found = await lookAt(place);
  return isOurs(found, subject.marks) ? await lostWith(place, found) : null;
}

async function lostWith(place: GitPlace, found: Found): Promise<string | null> {
  if (found.is === "broken") return "a repository that git cannot read";
  if (found.is !== "copy") return null;
  const { commit, changed, untracked } = found;
  const from = [...(commit === null ? [] : ["HEAD"]), "--branches", "--glob=refs/stash"];
  const commits = await countOwnCommits(place, from);
  const lost = [
    changed.length > 0 ? `changes in ${shownPaths(changed)}` : "",
    untracked.length > 0 ? `files that are in no commit: ${shownPaths(untracked)}` : "",
    commits > 0 ? `${String(commits)} ${commits === 1 ? "commit" : "commits"} not pushed` : "",
  ].filter((part) => part !== "");
  return lost.length === 0 ? null : lost.join("; ");
}

/**
 * Finds the working copies of a project: the book says where they may be, the note in each whether it is there.
 *
 * @param project - The project's UUID.
 * @param world - The world.
 * @param scope - The project.
 * @returns Their marks and paths.
 * @throws {@link ObservationError} When we could not look.
 */
export async function listGit(
  project: string,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]> {
  const book = await world.markBook();
  const found: { readonly marks: Marks; readonly physical: JsonObject }[] = [];
  for (const { claim } of await book.list(project)) {
    if (!claim.startsWith(CLAIM_PREFIX)) continue;
    const path = claim.slice(CLAIM_PREFIX.length);
    const { marks } = await readNote({ path, world, scope }, `${path}/.git`);
    if (marks?.project === project) found.push({ marks, physical: { path } });
  }
  return found;
}
