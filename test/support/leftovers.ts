import { readdirSync, readFileSync } from "node:fs";
import { expect, vi } from "vitest";

/** What there was when a test, or a file of tests, began. */
export interface Leftovers {
  /** Waits until there is nothing that was not there before: no process, socket, timer or question to a name server. */
  readonly expectNone: () => Promise<void>;
}

/**
 * Remembers what this process has open and which processes it has started. Servers that stay must be there already, and those
 * that come later must have gone.
 */
export function watchLeftovers(): Leftovers {
  const resources = countResources();
  const processes = new Set(descendants());
  const added = (): string[] => [
    ...Object.entries(countResources())
      .filter(([kind, count]) => count > (resources[kind] ?? 0))
      .map(([kind]) => kind),
    ...descendants()
      .filter((pid) => !processes.has(pid))
      .map((pid) => `process ${String(pid)}: ${commandOf(pid)}`),
  ];
  return {
    expectNone: async () => {
      await vi.waitFor(
        () => {
          expect(added()).toEqual([]);
        },
        { timeout: 2_000, interval: 20 },
      );
    },
  };
}

// Timers are left out: the test runner has its own, one for each test under way.
function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== "Timeout" && kind !== "Immediate") counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** It starts the engine that all tests share, for whoever asks first, and ends it for the last. */
const SHARED = "docker-keeper.ts";

/** All processes below this one; none where there is no `/proc`. */
function descendants(): number[] {
  if (process.platform !== "linux") return [];
  const children = new Map<number, number[]>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/u.test(name))) {
    const parent = parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  const found: number[] = [];
  const pending = [process.pid];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    const own = (children.get(pid) ?? []).filter((child) => !commandOf(child).includes(SHARED));
    found.push(...own);
    pending.push(...own);
  }
  return found;
}

function parentOf(pid: string): number | null {
  const status = read(`/proc/${pid}/status`);
  const parent = /^PPid:\s+(?<parent>\d+)$/mu.exec(status)?.groups?.["parent"];
  return parent === undefined ? null : Number(parent);
}

function commandOf(pid: number): string {
  return read(`/proc/${String(pid)}/cmdline`).replaceAll("\0", " ");
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
