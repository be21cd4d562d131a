import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { supervisor } from "../../src/adapters/supervisor/supervisor.ts";
import { systemResolver } from "../../src/adapters/network/system-resolver.ts";
import type { ProgramInfo } from "../../src/ports/supervisor.ts";

/** Lists the programs of a supervisord by their names. */
export async function programsOf(serverUrl: string): Promise<ReadonlyMap<string, ProgramInfo>> {
  await using asked = supervisor({
    env: {},
    secrets: { resolve: () => Promise.reject(new Error("none")), hasVariable: () => false },
    resolver: systemResolver(),
  });
  const address = { serverUrl, username: null, password: null };
  const infos = await asked.programs(address, AbortSignal.timeout(30_000));
  return new Map(infos.map((info) => [info.name, info]));
}

/** The process of a program; it must run. */
export async function pidOf(serverUrl: string, name: string): Promise<number> {
  const pid = (await programsOf(serverUrl)).get(name)?.pid ?? null;
  if (pid === null) throw new Error(`${name} does not run`);
  return pid;
}

/** Waits until something is so; what fails meanwhile is not so. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = Date.now() + 90_000;
  while (
    !(await Promise.resolve()
      .then(isSo)
      .catch(() => false))
  ) {
    if (Date.now() > deadlineMs) throw new Error(`it did not come to be so: ${what}`);
    await sleep(100);
  }
}

/** Counts what stands in a file; none when it is not there. */
export function countIn(file: string, pattern: RegExp): number {
  try {
    return readFileSync(file, "utf8").match(pattern)?.length ?? 0;
  } catch {
    return 0;
  }
}
