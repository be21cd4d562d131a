import { chmodSync } from "node:fs";
import { vi } from "vitest";
import { testFolder } from "./folder.ts";

/** Does something while a script of a shell goes by the name of a program. PATH is one for all: nothing else may run meanwhile. */
export async function withStandIn(
  name: string,
  script: string,
  task: () => Promise<void>,
): Promise<void> {
  using folder = testFolder();
  chmodSync(folder.write(name, `#!/bin/sh\n${script}\n`), 0o755);
  await withPath(`${folder.path}:${process.env["PATH"] ?? ""}`, task);
}

/** Does something while no program is found. */
export async function withoutPrograms(task: () => Promise<void>): Promise<void> {
  await withPath("/nonexistent", task);
}

async function withPath(path: string, task: () => Promise<void>): Promise<void> {
  vi.stubEnv("PATH", path);
  try {
    await task();
  } finally {
    vi.unstubAllEnvs();
  }
}
