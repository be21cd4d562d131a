import { expect, it } from "vitest";
import { gitPlace, type GitPlaceParts } from "../../../test/support/git-place.ts";
import { clearLock, waitForGit } from "./git-lock.ts";

const LOCK = "/srv/site/.git/index.lock";

function busyFor(looks: number, more: object = {}): NonNullable<GitPlaceParts["processes"]> {
  let left = looks;
  return () => {
    left -= 1;
    const git = { name: "git", command: ["git", "-C", "/srv/site", "fetch"], pid: 7 };
    return left < 0 ? [] : [{ ...git, isZombie: false, ...more }];
  };
}

it("waitForGit() waits for a git that works in the folder, and for no other", async () => {
  const waiting = gitPlace({ processes: busyFor(3) });
  await waitForGit(waiting.place);
  expect(waiting.clock.elapsedMs()).toBe(1_500);
  for (const other of [
    { isZombie: true },
    { command: ["git", "-C", "/srv/site2"] },
    { name: "sh" },
  ]) {
    const { place, clock } = gitPlace({ processes: busyFor(3, other) });
    await waitForGit(place);
    expect(clock.elapsedMs()).toBe(0);
  }
});

it("waitForGit() gives up after half a minute, and names the process", async () => {
  const { place, clock } = gitPlace({ processes: busyFor(Infinity) });
  await expect(waitForGit(place)).rejects.toThrow("still at work in /srv/site, as process 7");
  expect(clock.elapsedMs()).toBe(30_000);
});

it("clearLock() removes the lock of a git that we started, once no git is at work", async () => {
  const { place, commands, clock } = gitPlace({ files: { [LOCK]: 0 }, processes: busyFor(2) });
  await clearLock(place, "/srv/site/.git", true);
  expect(commands.map((command) => command.slice(0, 4))).toEqual([
    ["find", "/srv/site/.git", "-name", "*.lock"],
  ]);
  expect(clock.elapsedMs()).toBe(1_000);
});

it("clearLock() leaves somebody else's lock alone, and tells how old it is", async () => {
  const { place, commands, clock } = gitPlace({ files: { [LOCK]: 0 } });
  const age = Math.floor(clock.now() / 60_000);
  await expect(clearLock(place, "/srv/site/.git", false)).rejects.toMatchObject({
    message: `another git has locked /srv/site, or was killed there ${String(age)} minutes ago`,
    hint: `when no git is at work there, remove ${LOCK}`,
  });
  expect(commands).toEqual([]);
});
