import { DeployError } from "../../model/deploy-errors.ts";
import { lookAtLinks, type GitPlace } from "./git-command.ts";
import { isWithin, parentOf } from "./git-path.ts";

/**
 * Tells whether a relative path leads out of the project, by itself or by a link.
 *
 * @param place - The project, and where the path leads to.
 * @param declared - The path as people wrote it; an absolute one may lead anywhere.
 * @returns What is wrong with it, in words; null when nothing is.
 * @throws {@link ObservationError} When we may not look.
 */
export async function problemOutside(place: GitPlace, declared: string): Promise<string | null> {
  if (declared.startsWith("/")) return null;
  const { path, world, scope } = place;
  const problem = `leads out of the project: ${scope.root}`;
  if (!isWithin(scope.root, path)) return problem;
  const files = await world.files();
  let above = path;
  while (above !== "/" && (await files.status(above, scope.signal)) === null)
    above = parentOf(above);
  const real = await lookAtLinks(place, above);
  return real === scope.root || isWithin(scope.root, real) ? null : problem;
}

/**
 * Refuses a relative path that leads out of the project.
 *
 * @param place - The project, and where the path leads to.
 * @param declared - The path as people wrote it.
 * @throws {@link DeployError} When it does.
 */
export async function refuseOutside(place: GitPlace, declared: string): Promise<void> {
  const problem = await problemOutside(place, declared);
  if (problem === null) return;
  throw new DeployError(`the path ${declared} ${problem}`, {
    code: "path-outside",
    hint: "write an absolute path where that is meant",
  });
}
