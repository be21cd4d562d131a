import { expect, it } from "vitest";
import { gitPlace } from "../../../test/support/git-place.ts";
import { ObservationError } from "../../model/errors.ts";
import { askGit, doWithGit, lookWithGit } from "./git-command.ts";

it("git is run without a shell, a terminal, hooks or programs for transports", async () => {
  const { place, commands, runs } = gitPlace({});
  await lookWithGit(place, ["status"]);
  const [command = []] = commands;
  expect(command[0]).toBe("git");
  expect(command.slice(-3)).toEqual(["-C", "/srv/site", "status"]);
  expect(command).toEqual(expect.arrayContaining(["core.hooksPath=/dev/null", "gc.auto=0"]));
  expect(runs[0]?.env).toMatchObject({
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_CEILING_DIRECTORIES: "/srv",
    LC_ALL: "C",
  });
  expect(runs[0]?.env).not.toHaveProperty("GIT_CONFIG_NOSYSTEM");
});

it("a look that fails is none, and work that fails is told with what git said", async () => {
  const { place } = gitPlace({ outcome: { exitCode: 128, stderr: "fatal: no such thing\n" } });
  await expect(askGit(place, ["remote"])).rejects.toBeInstanceOf(ObservationError);
  await expect(askGit(place, ["remote"])).rejects.toThrow("/srv/site: no such thing");
  await expect(doWithGit(place, ["fetch"])).rejects.toMatchObject({
    code: "deploy-failed",
    message: "git fetch failed in /srv/site: no such thing",
  });
});

it("a git that gives no answer is ended", async () => {
  const look = gitPlace({ outcome: "hang" });
  await expect(lookWithGit(look.place, ["ls-remote"])).rejects.toThrow(
    "no answer within 2 minutes",
  );
  const work = gitPlace({ outcome: "hang" });
  await expect(doWithGit(work.place, ["fetch"])).rejects.toThrow("within an hour");
  expect(look.clock.pending() + work.clock.pending()).toBe(0);
});
