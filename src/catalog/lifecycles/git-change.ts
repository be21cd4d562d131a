import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject, Json } from "../../model/json.ts";
import type { LifecycleScope, Live } from "../../model/lifecycle.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import {
  checkOut,
  fetchCommit,
  refuseToLose,
  refuseToOverwrite,
  setRemote,
} from "./git-checkout.ts";
import { doWithGit, runTool, type GitPlace } from "./git-command.ts";
import { lookAt, type Found, type FoundCopy } from "./git-copy.ts";
import { clearLock, waitForGit } from "./git-lock.ts";
import { eraseNote, writeNote } from "./git-marks.ts";
import { isSameCommit, wantedOf, type GitSubject, type Wanted } from "./git-options.ts";
import { refuseOutside } from "./git-outside.ts";
import { absoluteRepository, parentOf } from "./git-path.ts";
import { placeOf, workshopOf } from "./git-read.ts";

/** What is changed, and where. */
interface Change {
  readonly subject: GitSubject;
  readonly place: GitPlace;
  /** Where it is cloned from. */
  readonly url: string;
  readonly wanted: Wanted & { readonly commit: string };
}

/**
 * Clones a repository: beside its place, so that nothing half made ever stands there.
 *
 * @param subject - The working copy.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its path and commit.
 * @throws {@link DeployError} When it cannot be cloned, or something else stands there.
 */
export async function createGit(
  subject: GitSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const change = changeOf(subject, world, scope);
  const { place } = change;
  await refuseOutside(place, subject.parameters.path);
  // What we started before we were killed goes on, and is waited for.
  await waitForGit(place);
  const found = await lookAt(place);
  const isOurs = "marks" in found && isSameThing(found.marks, subject.marks);
  if (isOurs) return await converge(change, found);
  if (found.is !== "nothing") throw foreign(place, found);
  const workshop = workshopOf(subject, place);
  await clearAway(workshop);
  const commit = await cloneInto(workshop, change);
  await takePlace(workshop, place, subject.marks);
  scope.note("in its place, not in the book of marks yet");
  await writeInBook(place, subject.marks);
  return { path: place.path, commit };
}

/**
 * Brings a working copy to where it should be.
 *
 * @param subject - The working copy.
 * @param live - How it was found.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its path and commit.
 * @throws {@link DeployError} When that fails, or people would lose what they did.
 */
export async function updateGit(
  subject: GitSubject,
  live: Live,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  if (!live.isComplete) return await createGit(subject, world, scope);
  const change = changeOf(subject, world, scope);
  await waitForGit(change.place);
  const found = await lookAt(change.place);
  const { marks } = subject;
  const others = "marks" in found ? found.marks : null;
  const isOurs =
    others === null ||
    (others.project === marks.project &&
      (others.instance === marks.instance || others.resource === marks.resource));
  if (!isOurs) throw foreign(change.place, found);
  return await converge(change, found);
}

function changeOf(subject: GitSubject, world: DeployWorld, scope: LifecycleScope): Change {
  const { url } = subject.parameters;
  const { commit, branch } = wantedOf(subject);
  if (url === null || commit === null) {
    throw new DeployError(`${subject.resource} has no url, so it is only looked at`);
  }
  const place = placeOf(subject, world, scope);
  const repository = absoluteRepository(scope.root, url);
  return { subject, place, url: repository, wanted: { commit, branch } };
}

function foreign({ path }: GitPlace, found: Found): DeployError {
  const what = found.is === "other" ? found.description : "a repository";
  return new DeployError(`${path} is there already: ${what} that was not made for this`, {
    code: "resource-foreign",
    hint: "move it away, choose another path, or declare `adopt: true` to take over a repository",
  });
}

async function clearAway(workshop: GitPlace): Promise<void> {
  const files = await workshop.world.files();
  if ((await files.status(workshop.path, workshop.scope.signal)) === null) return;
  await waitForGit(workshop);
  await runTool(workshop, ["rm", "-rf", "--", workshop.path]);
}

async function cloneInto(workshop: GitPlace, change: Change): Promise<string> {
  const { subject, url, wanted } = change;
  const { note } = workshop.scope;
  const gitFolder = `${workshop.path}/.git`;
  await runTool(workshop, ["mkdir", "-p", "--", gitFolder]);
  await writeNote(workshop, gitFolder, { marks: subject.marks, changing: [] });
  note("a folder beside its place is made, with marks");
  await doWithGit(workshop, ["init", "--quiet", "--template="]);
  await setRemote(workshop, url);
  note("a repository is made, not fetched yet");
  const commit = await fetchCommit(workshop, wanted.commit, url);
  note("fetched, not checked out yet");
  await checkOut(workshop, { ...wanted, commit }, false);
  note("checked out, not in its place yet");
  return commit;
}

async function takePlace(workshop: GitPlace, place: GitPlace, marks: Marks): Promise<void> {
  const files = await place.world.files();
  await runTool(place, ["mkdir", "-p", "--", parentOf(place.path)]);
  // Only an empty folder is removed by this.
  if ((await files.status(place.path, place.scope.signal)) !== null) {
    await runTool(place, ["rmdir", "--", place.path]);
  }
  await runTool(place, ["mv", "--", workshop.path, place.path]);
  const found = await lookAt(place);
  if ("marks" in found && isSameThing(found.marks, marks)) return;
  throw new DeployError(`something else came to stand at ${place.path} meanwhile`, {
    code: "resource-foreign",
  });
}

async function writeInBook({ path, world }: GitPlace, marks: Marks): Promise<void> {
  const book = await world.markBook();
  await book.write(`path:${path}`, marks);
}

async function converge(change: Change, found: Found): Promise<JsonObject> {
  const { place, subject, url } = change;
  if (found.is === "broken") return await makeAgain(change, found.problem);
  if (found.is !== "copy") throw foreign(place, found);
  await clearLock(place, found.gitFolder, found.changing.length > 0);
  if (found.url !== url) {
    await setRemote(place, url);
    place.scope.note("points to its repository, nothing fetched yet");
  }
  const commit = await moveTo(change, found);
  await writeNote(place, found.gitFolder, { marks: subject.marks, changing: [] });
  place.scope.note("marked, not in the book of marks yet");
  await writeInBook(place, subject.marks);
  return { path: place.path, commit };
}

async function moveTo(change: Change, found: FoundCopy): Promise<string> {
  const { place, subject, wanted } = change;
  const { branch } = wanted;
  const at = standingAt(found, wanted);
  const isClean = found.changed.length === 0 && found.changing.length === 0;
  if (at !== null && isClean && found.branch === branch) return at;
  const begun = await begin(place, found);
  const commit = await prepare(change, found, begun);
  await writeNote(place, found.gitFolder, { marks: found.marks, changing: [...begun, commit] });
  place.scope.note("fetched, not checked out yet");
  try {
    // What was cut off is in the way of itself.
    const isForced = subject.parameters.force || begun.length > 1;
    await checkOut(place, { commit, branch }, isForced);
  } catch (error) {
    await forget(place, found);
    throw error;
  }
  place.scope.note("checked out, not marked yet");
  return commit;
}

// Whatever git leaves behind when it is killed is known for ours by this.
async function begin(
  place: GitPlace,
  { changing, commit, ...found }: FoundCopy,
): Promise<readonly string[]> {
  if (changing.length > 0 || commit === null) return changing;
  await writeNote(place, found.gitFolder, { marks: found.marks, changing: [commit] });
  return [commit];
}

// Makes sure that the commit is there and in nobody's way, before any file is touched.
async function prepare(
  { place, subject, url, wanted }: Change,
  found: FoundCopy,
  begun: readonly string[],
): Promise<string> {
  try {
    const commit = standingAt(found, wanted) ?? (await fetchCommit(place, wanted.commit, url));
    if (subject.parameters.force) return commit;
    await refuseToLose(place, found, wanted.branch);
    if (begun.length <= 1) await refuseToOverwrite(place, found, commit);
    return commit;
  } catch (error) {
    await writeNote(place, found.gitFolder, { marks: found.marks, changing: found.changing });
    throw error;
  }
}

// The wanted commit in full, where that is checked out.
function standingAt({ commit }: FoundCopy, wanted: Change["wanted"]): string | null {
  return commit !== null && isSameCommit(commit, wanted.commit) ? commit : null;
}

// Where a checkout refused and touched nothing, whatever is changed from now on is people's own.
async function forget(place: GitPlace, before: FoundCopy): Promise<void> {
  if (before.changing.length > 0 || before.changed.length > 0) return;
  const after = await lookAt(place);
  const isUntouched =
    after.is === "copy" && after.commit === before.commit && after.changed.length === 0;
  if (isUntouched) await writeNote(place, before.gitFolder, { marks: before.marks, changing: [] });
}

async function makeAgain(change: Change, problem: string): Promise<JsonObject> {
  const { place, subject } = change;
  if (!subject.parameters.force) {
    throw new DeployError(`${place.path} is a repository that git cannot read: ${problem}`, {
      hint: "mend it, move it away, or declare `force: true` to clone it again",
    });
  }
  const workshop = workshopOf(subject, place);
  await clearAway(workshop);
  await runTool(place, ["mv", "--", place.path, workshop.path]);
  place.scope.note("the broken repository is moved away");
  return await createGit(subject, place.world, place.scope);
}

/**
 * Keeps where a working copy is.
 *
 * @param subject - The working copy.
 * @param _live - How it was found.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its commit, branch and remote, and whether it carried marks.
 * @throws {@link DeployError} When it is no working copy.
 */
export async function captureGit(
  subject: GitSubject,
  _live: Live,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const place = placeOf(subject, world, scope);
  const found = await lookAt(place);
  if (found.is !== "copy") throw foreign(place, found);
  const { commit, branch, url, marks } = found;
  return { commit, branch, url, isMarked: marks !== null };
}

/**
 * Brings a working copy back to where it was.
 *
 * @param subject - The working copy.
 * @param captured - What {@link captureGit} kept.
 * @param world - The world.
 * @param scope - The project.
 * @throws {@link DeployError} When that fails, or people would lose what they did meanwhile.
 */
export async function restoreGit(
  subject: GitSubject,
  captured: JsonObject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<void> {
  const place = placeOf(subject, world, scope);
  await waitForGit(place);
  const found = await lookAt(place);
  if (found.is !== "copy") throw foreign(place, found);
  const url = textOf(captured["url"]);
  const commit = textOf(captured["commit"]);
  await clearLock(place, found.gitFolder, found.changing.length > 0);
  if (url !== null && url !== found.url) await setRemote(place, url);
  if (commit !== null) {
    const wanted = { commit, branch: textOf(captured["branch"]) };
    await moveTo({ subject, place, url: url ?? "its remote", wanted }, found);
  }
  if (captured["isMarked"] === false) {
    await eraseNote(place, found.gitFolder);
    await (await world.markBook()).erase(`path:${place.path}`, subject.marks);
  } else {
    await writeNote(place, found.gitFolder, { marks: subject.marks, changing: [] });
    await writeInBook(place, subject.marks);
  }
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}
