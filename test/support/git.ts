import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/** A git repository of a test's own. */
export interface TestRepository {
  readonly path: string;
  /** As git is told where to clone from. */
  readonly url: string;
  /** Writes files, or removes those that are null, and commits all that changed; gives the commit. */
  readonly commit: (files: Readonly<Record<string, string | null>>) => string;
  /** Runs git in it, and gives what it printed. */
  readonly git: (...args: readonly string[]) => string;
}

/** Makes a repository with a branch `main` and a first commit in a new folder. */
export function testRepository(path: string): TestRepository {
  runGit(".", "init", "--quiet", "--initial-branch=main", path);
  const git = (...args: readonly string[]): string => runGit(path, ...args);
  const commit = (files: Readonly<Record<string, string | null>>): string => {
    for (const [name, content] of Object.entries(files)) {
      if (content === null) rmSync(join(path, name));
      else writeFileSync(join(path, name), content);
    }
    git("add", "--all");
    git("commit", "--quiet", "--message", "A commit");
    return git("rev-parse", "HEAD");
  };
  commit({ "a.txt": "one\n", ".gitignore": "*.log\n" });
  return { path, url: `file://${path}`, commit, git };
}

/** Runs git in a folder as nobody in particular, and gives what it printed. */
export function runGit(folder: string, ...args: readonly string[]): string {
  const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  const command = [...who, "-c", "commit.gpgSign=false", "-C", folder, ...args];
  const { status, stdout, stderr } = spawnSync("git", command, { encoding: "utf8" });
  expect({ args, status, stderr: status === 0 ? "" : stderr }).toEqual({
    args,
    status: 0,
    stderr: "",
  });
  return stdout.trim();
}
