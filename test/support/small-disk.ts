import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "./folder.ts";
import { needProgram } from "./programs.ts";
import { isRoot } from "./server.ts";

/** A file system of its own, in memory. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Lets nobody write to it any more. */
  readonly makeReadOnly: () => void;
}

/** Mounts one. */
export function smallDisk(sizeBytes: number): SmallDisk {
  using resources = new DisposableStack();
  const path = join(resources.use(testFolder()).path, "disk");
  mkdirSync(path);
  mount("-t", "tmpfs", "-o", `size=${String(sizeBytes)}`, "none", path);
  const opened = resources.move();
  return {
    path,
    makeReadOnly: () => {
      mount("-o", "remount,ro", path);
    },
    [Symbol.dispose]: () => {
      spawnSync(needProgram("umount"), ["--lazy", path]);
      opened.dispose();
    },
  };
}

/** Whether such a file system can be had here: mounting takes rights. */
export function maySmallDisk(): boolean {
  if (!isRoot) return false;
  try {
    smallDisk(65_536)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(needProgram("mount"), args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount ended with ${String(status)}: ${stderr}`);
}
