import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import { testFolder } from "../support/folder.ts";
import {
  contentsOf,
  hasHappened,
  replay,
  round,
  type Round,
  type Traced,
} from "../support/store-trace.ts";

const CHILD = fileURLToPath(new URL("../support/store-child.ts", import.meta.url));

/** Sends operations to a process of its own, kills it when so many are done, and gives those that it said were done. */
async function runKilled(
  folder: string,
  traced: readonly Traced[],
  killAfter: number,
): Promise<ReadonlySet<number>> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  let told = "";
  const done = (): readonly string[] => told.split("\n").slice(0, -1);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
    if (done().length >= killAfter) child.kill("SIGKILL");
  });
  // It may be gone before it has read all.
  child.stdin.on("error", () => null);
  await once(child, "spawn");
  for (const each of traced) child.stdin.write(`${JSON.stringify(each)}\n`);
  if (killAfter === 0) child.kill("SIGKILL");
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  return new Set(done().map(Number));
}

async function replayRounds(rounds: readonly Round[], own: string): Promise<number> {
  const memory = memoryStore();
  let last = 0;
  let lost = 0;
  for (const { operations, killAfter } of rounds) {
    const traced = operations.map((make) => {
      last += 1;
      return { index: last, operation: make(last) };
    });
    const acknowledged = await runKilled(own, traced, killAfter);
    await using store = sqliteStore({ folder: own });
    for (const each of traced) {
      const isThere = await hasHappened(store, each);
      if (acknowledged.has(each.index)) expect([each.index, isThere]).toEqual([each.index, true]);
      if (isThere) await replay(memory, each.operation);
      else lost += 1;
    }
    expect(await contentsOf(store)).toEqual(await contentsOf(memory));
  }
  return lost;
}

it("a state whose process is killed again and again is that of one in memory", async () => {
  const traces = fc.array(round, { minLength: 4, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(traces, async (rounds) => {
      using folder = testFolder();
      await replayRounds(rounds, join(folder.path, ".clockwork"));
    }),
    // Each round starts a process; a shorter trace tells no more.
    { numRuns: 3, endOnFailure: true },
  );
}, 120_000);
