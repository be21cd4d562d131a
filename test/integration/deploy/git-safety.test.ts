import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runGit } from "../../support/git.ts";
import { at, fieldsOf, gitLab, gitLifecycle, left, MARKS } from "../../support/git-lab.ts";

it("changes in the working copy are told, and never thrown away unless that is forced", async () => {
  await using lab = gitLab();
  const subject = await lab.subject();
  await lab.create(subject);
  writeFileSync(join(lab.path, "a.txt"), "mine\n");
  expect(fieldsOf(await lab.read(subject))).toEqual({ changes: "1 file changed → none" });
  await expect(lab.update(subject)).rejects.toMatchObject({
    name: "DeployError",
    message: `${lab.path} has changes that are in no commit: a.txt`,
    hint: expect.stringContaining("force: true") as string,
  });
  expect(readFileSync(join(lab.path, "a.txt"), "utf8")).toBe("mine\n");
  await lab.update(await lab.subject({ force: true }));
  expect(readFileSync(join(lab.path, "a.txt"), "utf8")).toBe("one\n");

  // Files that git does not keep are in nobody's way, unless a commit brings them.
  writeFileSync(join(lab.path, "own.txt"), "mine\n");
  writeFileSync(join(lab.path, "own.log"), "mine\n");
  lab.remote.commit({ "b.txt": "new\n" });
  await lab.update(await lab.subject());
  lab.remote.commit({ ".gitignore": "\n" });
  lab.remote.commit({ "own.log": "theirs\n", "own.txt": "theirs\n", ".gitignore": "*.log\n" });
  const next = await lab.subject();
  await expect(lab.update(next)).rejects.toMatchObject({
    message: expect.stringMatching(/would overwrite: own\.(?:txt|log)/u) as string,
  });
  expect(readFileSync(join(lab.path, "own.log"), "utf8")).toBe("mine\n");
  // The refusal touched nothing, so that what is changed now is somebody's own.
  writeFileSync(join(lab.path, "a.txt"), "mine\n");
  await expect(lab.update(next)).rejects.toThrow("in no commit: a.txt");
  await lab.update(await lab.subject({ force: true }));
  expect(readFileSync(join(lab.path, "own.txt"), "utf8")).toBe("theirs\n");
});

it("commits that are nowhere else are not lost by an update or a removal", async () => {
  await using lab = gitLab();
  await lab.create(await lab.subject());
  writeFileSync(join(lab.path, "a.txt"), "mine\n");
  runGit(lab.path, "commit", "--quiet", "--all", "--message", "Mine");
  const mine = at(lab);
  lab.remote.commit({ "b.txt": "new\n" });
  const next = await lab.subject();
  await expect(lab.update(next)).rejects.toThrow("1 commit that is not at the remote");
  const { data } = gitLifecycle;
  expect(await data?.(next, lab.world, lab.scope())).toBe("1 commit not pushed");
  await expect(lab.remove(next)).rejects.toMatchObject({ code: "resource-protected" });
  expect(at(lab)).toBe(mine);
  // On a branch of its own it is safe.
  runGit(lab.path, "branch", "--move", "mine");
  await lab.update(next);
  expect(runGit(lab.path, "rev-parse", "mine")).toBe(mine.split(" ")[0]);
  writeFileSync(join(lab.path, "notes.txt"), "mine\n");
  expect(await data?.(next, lab.world, lab.scope())).toBe(
    "files that are in no commit: notes.txt; 1 commit not pushed",
  );
  await lab.remove(next, { mayDeleteData: true });
  expect(await lab.read(next)).toBeNull();
});

it("a broken repository, and the lock of another git, are told and touched by nobody", async () => {
  await using lab = gitLab();
  const subject = await lab.subject();
  await lab.create(subject);
  lab.remote.commit({ "b.txt": "new\n" });
  const next = await lab.subject();
  const lock = join(lab.path, ".git", "index.lock");
  writeFileSync(lock, "");
  await expect(lab.update(next)).rejects.toMatchObject({
    message: expect.stringContaining("another git has locked") as string,
    hint: `when no git is at work there, remove ${lock}`,
  });
  rmSync(lock);
  rmSync(join(lab.path, ".git", "HEAD"));
  expect(fieldsOf(await lab.read(next))).toEqual({
    repository: expect.stringContaining("not a git repository") as string,
  });
  await expect(lab.update(next)).rejects.toMatchObject({
    message: expect.stringContaining("git cannot read") as string,
    hint: expect.stringContaining("force: true") as string,
  });
  await expect(lab.remove(next)).rejects.toMatchObject({ code: "resource-protected" });
  await lab.update(await lab.subject({ force: true }));
  expect(await lab.read(next)).toMatchObject({ marks: MARKS, differences: [] });
  expect(left(lab)).toEqual([]);
});

it("neither a hook nor a monitor of a repository is run", async () => {
  await using lab = gitLab();
  await lab.create(await lab.subject());
  const trace = join(lab.root, "trace");
  const hook = `#!/bin/sh\necho ran >> ${trace}\n`;
  mkdirSync(join(lab.path, ".git", "hooks"), { recursive: true });
  writeFileSync(join(lab.path, ".git", "hooks", "post-checkout"), hook, { mode: 0o755 });
  writeFileSync(join(lab.root, "monitor"), hook, { mode: 0o755 });
  runGit(lab.path, "config", "core.fsmonitor", join(lab.root, "monitor"));
  lab.remote.commit({ "b.txt": "new\n" });
  await lab.update(await lab.subject());
  expect(existsSync(trace)).toBe(false);
  await expect(
    lab.subject({ url: `ext::sh -c touch% ${trace}`.replace(/ /gu, "%20") }),
  ).rejects.toThrow(/not allowed|not supported|could not ask/u);
  expect(existsSync(trace)).toBe(false);
});
