import { DeployError } from "../../model/deploy-errors.ts";
import { runTool, type GitPlace } from "./git-command.ts";

/** A git of ours that outlived us is waited for so long. */
const LIMIT_WAITS = 60;
const WAIT_MS = 500;

const MINUTE_MS = 60_000;

/**
 * Waits until no git works in a folder any more: one that we started goes on when we are killed.
 *
 * @param place - The folder.
 * @throws {@link DeployError} When one still does after half a minute.
 */
export async function waitForGit({ path, world, scope }: GitPlace): Promise<void> {
  const processes = await world.processes();
  for (let waited = 0; ; waited += 1) {
    const all = await processes.list(scope.signal);
    const busy = all.find(
      ({ name, command, isZombie }) =>
        !isZombie && name.startsWith("git") && command.some((word) => word === path),
    );
    if (busy === undefined) return;
    if (waited >= LIMIT_WAITS) {
      throw new DeployError(`git is still at work in ${path}, as process ${String(busy.pid)}`, {
        hint: "wait until it has ended, and run this again",
      });
    }
    await world.clock.sleep(WAIT_MS, scope.signal);
  }
}

/**
 * Clears away the locks of a git that was killed, where that was ours.
 *
 * @param place - The working copy.
 * @param gitFolder - Its `.git`.
 * @param isOurs - Whether a change of ours was cut off in it.
 * @throws {@link DeployError} When it is somebody else's.
 */
export async function clearLock(
  place: GitPlace,
  gitFolder: string,
  isOurs: boolean,
): Promise<void> {
  const { world, scope } = place;
  const files = await world.files();
  if (isOurs) {
    await waitForGit(place);
    // No reference may be called so: whatever is, is a lock.
    const locks = ["-name", "*.lock", "-type", "f"];
    await runTool(place, ["find", gitFolder, ...locks, "-exec", "rm", "-f", "--", "{}", "+"]);
    return;
  }
  const lock = `${gitFolder}/index.lock`;
  const left = await files.status(lock, scope.signal);
  if (left === null) return;
  const minutes = Math.max(0, Math.floor((world.clock.now() - left.modifiedAt) / MINUTE_MS));
  const age = `${String(minutes)} ${minutes === 1 ? "minute" : "minutes"} ago`;
  throw new DeployError(`another git has locked ${place.path}, or was killed there ${age}`, {
    hint: `when no git is at work there, remove ${lock}`,
  });
}
