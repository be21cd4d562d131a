import type { Difference, LifecycleScope, Live } from "../../model/lifecycle.ts";
import { shownUrl } from "../../model/shown-url.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { lookAt, type Found, type FoundCopy } from "./git-copy.ts";
import type { GitPlace } from "./git-command.ts";
import {
  isSameCommit,
  shortCommit,
  wantedOf,
  type GitSubject,
  type Wanted,
} from "./git-options.ts";
import { absolutePath, absoluteRepository, besidePath } from "./git-path.ts";

/**
 * Tells where a working copy should be.
 *
 * @param subject - The working copy.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its place, absolute.
 */
export function placeOf(subject: GitSubject, world: DeployWorld, scope: LifecycleScope): GitPlace {
  return { path: absolutePath(scope.root, subject.parameters.path), world, scope };
}

/**
 * Tells where a working copy is made before it takes its place, and taken apart after it has left it.
 *
 * @param subject - The working copy.
 * @param place - Where it should be.
 * @returns A place beside it, which no other life of it has.
 */
export function workshopOf({ marks }: GitSubject, place: GitPlace): GitPlace {
  const life = `${marks.instance}-${String(marks.generation)}`;
  return { ...place, path: besidePath(place.path, life) };
}

/**
 * Looks at a working copy.
 *
 * @param subject - How it should be.
 * @param world - The world.
 * @param scope - The project.
 * @returns Null when nothing is there.
 * @throws {@link ObservationError} When we could not look.
 */
export async function readGit(
  subject: GitSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<Live | null> {
  const place = placeOf(subject, world, scope);
  const found = await lookAt(place);
  if (found.is !== "nothing") return liveOf(found, subject, place);
  const workshop = workshopOf(subject, place);
  const files = await world.files();
  if ((await files.status(workshop.path, scope.signal)) === null) return null;
  return {
    marks: subject.marks,
    physical: { path: place.path },
    isComplete: false,
    progress: "static",
    differences: [],
    description: `a working copy half made or half removed, in ${workshop.path}`,
  };
}

function liveOf(
  found: Exclude<Found, { readonly is: "nothing" }>,
  subject: GitSubject,
  place: GitPlace,
): Live {
  const { path } = place;
  const live = { physical: { path }, isComplete: true, progress: "static" } as const;
  const broken = (problem: string): readonly Difference[] => [
    { field: "repository", live: problem, wanted: "a git repository" },
  ];
  switch (found.is) {
    case "other": {
      const { description } = found;
      return { ...live, marks: null, differences: broken(description), description };
    }
    case "broken": {
      const { marks, problem } = found;
      const description = `a repository that git cannot read: ${problem}`;
      return { ...live, marks, differences: broken(problem), description };
    }
    case "copy": {
      const { marks, commit, branch } = found;
      const at = commit === null ? "without any commit" : `at ${shortCommit(commit)}`;
      return {
        ...live,
        physical: { path, commit },
        marks,
        differences: differencesOf(found, subject, place),
        description: `working copy ${at}${branch === null ? "" : ` on ${branch}`}`,
      };
    }
  }
}

/**
 * Compares a working copy with how it should be.
 *
 * @param found - How it is.
 * @param subject - How it should be.
 * @param place - Where it is.
 * @returns What differs; for what is only looked at, what its options say and no more.
 */
function differencesOf(
  found: FoundCopy,
  subject: GitSubject,
  { scope }: GitPlace,
): readonly Difference[] {
  const { url, ...options } = subject.parameters;
  const wanted = wantedOf(subject);
  const isPinned = options.tag !== null || options.commit !== null;
  const ofReference = [
    ...(wanted.branch !== null || (url !== null && isPinned) ? branchOf(found, wanted) : []),
    ...commitOf(found, wanted),
  ];
  if (url === null) return ofReference;
  const repository = absoluteRepository(scope.root, url);
  return [...urlOf(found, repository), ...ofReference, ...changesOf(found)];
}

function urlOf({ url }: FoundCopy, wanted: string): readonly Difference[] {
  if (url === wanted) return [];
  return [{ field: "url", live: url === null ? null : shownUrl(url), wanted: shownUrl(wanted) }];
}

function branchOf({ branch }: FoundCopy, wanted: Wanted): readonly Difference[] {
  return branch === wanted.branch ? [] : [{ field: "branch", live: branch, wanted: wanted.branch }];
}

function commitOf({ commit }: FoundCopy, wanted: Wanted): readonly Difference[] {
  if (wanted.commit === null) return [];
  const to = shortCommit(wanted.commit);
  if (commit === null) return [{ field: "commit", live: null, wanted: to }];
  const isSame = isSameCommit(commit, wanted.commit);
  return isSame ? [] : [{ field: "commit", live: shortCommit(commit), wanted: to }];
}

function changesOf({ changed }: FoundCopy): readonly Difference[] {
  const count = changed.length;
  if (count === 0) return [];
  const live = `${String(count)} ${count === 1 ? "file" : "files"} changed`;
  return [{ field: "changes", live, wanted: "none" }];
}
