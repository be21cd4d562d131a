import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Subject } from "../../../src/model/lifecycle.ts";
import { gitLab, left, type GitLab } from "../../support/git-lab.ts";

const CHILD = fileURLToPath(new URL("../../support/git-child.ts", import.meta.url));
const FILES = 500;

/** For a machine that is slow, and busy with other tests. */
const LIMIT_MS = 120_000;

/** What was said last, how long after that it is killed, and whether the git that it runs is killed too. */
type Kill = readonly [text: string, delayMs: number, isWithGit: boolean];

const CREATE_KILLS: readonly Kill[] = [
  ["begun", 60, true],
  ["a folder", 10, true],
  ["a repository", 20, false],
  ["fetched", 15, true],
];
const UPDATE_KILLS: readonly Kill[] = [
  ["begun", 60, true],
  ["points to", 20, false],
  ["fetched", 0, false],
  ["fetched", 5, true],
  ["fetched", 15, true],
  ["fetched", 30, true],
  ["checked out", 0, false],
];

function files(content: string): Readonly<Record<string, string>> {
  const names = Array.from({ length: FILES }, (_, index) => `file-${String(index)}.txt`);
  return Object.fromEntries(names.map((name) => [name, `${name} ${content}\n`.repeat(200)]));
}

// Where it does not say that, it comes to its end, and there is nothing to drive on.
async function killIn(
  lab: GitLab,
  action: string,
  subject: Subject,
  [text, delayMs, isWithGit]: Kill,
): Promise<void> {
  const args = [CHILD, lab.root, action, JSON.stringify(subject)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let said = "";
  const reached = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(text)) resolve();
    });
  });
  await Promise.race([reached, exited]);
  await Promise.race([sleep(delayMs), exited]);
  child.kill("SIGKILL");
  if (isWithGit) killGit(lab.root);
  await exited;
}

// Those of this test alone: no other one has its folder.
function killGit(root: string): void {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" });
  for (const line of stdout.split("\n").filter((each) => each.includes(` -C ${root}/`))) {
    try {
      process.kill(Number.parseInt(line, 10), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

it(
  "a clone whose process is killed at any time is driven on, whatever git was doing",
  { timeout: LIMIT_MS },
  async () => {
    await using lab = gitLab();
    lab.remote.commit(files("one"));
    const subject = await lab.subject();
    for (const kill of CREATE_KILLS) {
      await killIn(lab, "create", subject, kill);
      await lab.create(subject);
      expect(await lab.read(subject)).toMatchObject({ isComplete: true, differences: [] });
      expect(left(lab)).toEqual([]);
      await lab.remove(subject);
      expect(await lab.read(subject)).toBeNull();
    }
  },
);

it(
  "an update whose process is killed at any time is driven on, whatever git was doing",
  { timeout: LIMIT_MS },
  async () => {
    await using lab = gitLab();
    lab.remote.commit(files("one"));
    await lab.create(await lab.subject());
    for (const [index, kill] of UPDATE_KILLS.entries()) {
      lab.remote.commit(files(String(index)));
      const url = index % 2 === 0 ? lab.remote.path : lab.remote.url;
      const subject = await lab.subject({ url });
      await killIn(lab, "update", subject, kill);
      await lab.update(subject);
      expect(await lab.read(subject)).toMatchObject({ isComplete: true, differences: [] });
    }
  },
);
