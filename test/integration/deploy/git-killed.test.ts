import { spawn } from "node:child_process";
import { once } from "node:events";

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Subject } from "../../../src/model/lifecycle.ts";
import { gitLab, left, type GitLab } from "../../support/git-lab.ts";

const CHILD = fileURLToPath(new URL("../../support/git-child.ts", import.meta.url));
const FILES = 300;

/** After so many milliseconds it is killed: before, within and after each effect, as the machine will have it. */
const DELAYS_MS = [20, 60, 100, 150, 200, 260, 330, 420];

function files(content: string): Readonly<Record<string, string>> {
  const names = Array.from({ length: FILES }, (_, index) => `file-${String(index)}.txt`);
  return Object.fromEntries(names.map((name) => [name, `${name} ${content}\n`.repeat(200)]));
}

// Kills the process alone: the git that it runs goes on by itself.
async function killAfter(
  delayMs: number,
  lab: GitLab,
  action: string,
  subject: Subject,
): Promise<void> {
  const args = [CHILD, lab.root, action, JSON.stringify(subject)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), exited]);
  await Promise.race([sleep(delayMs), exited]);
  child.kill("SIGKILL");
  await exited;
}

it("a clone whose process is killed at any time is driven on, whatever git was doing", async () => {
  await using lab = gitLab();
  lab.remote.commit(files("one"));
  const subject = await lab.subject();
  for (const delayMs of DELAYS_MS) {
    await killAfter(delayMs, lab, "create", subject);
    await lab.create(subject);
    expect(await lab.read(subject)).toMatchObject({ isComplete: true, differences: [] });
    expect(left(lab)).toEqual([]);
    await lab.remove(subject);
    expect(await lab.read(subject)).toBeNull();
  }
});

it("an update whose process is killed at any time is driven on, whatever git was doing", async () => {
  await using lab = gitLab();
  lab.remote.commit(files("one"));
  await lab.create(await lab.subject());
  for (const [index, delayMs] of DELAYS_MS.entries()) {
    lab.remote.commit(files(String(index)));
    const subject = await lab.subject();
    await killAfter(delayMs, lab, "update", subject);
    await lab.update(subject);
    expect(await lab.read(subject)).toMatchObject({ isComplete: true, differences: [] });
  }
});
