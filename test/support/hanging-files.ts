import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "./folder.ts";
import { needProgram } from "./programs.ts";
import { isRoot } from "./server.ts";

/** A file system that never answers, as one whose server is gone. */
export interface HangingFiles extends Disposable {
  /** Whoever looks at it, or at anything below, waits. */
  readonly path: string;
}

const DEVICE = "/dev/fuse";

/** Whether such a file system can be had here: mounting takes rights. */
export function mayMountHangingFiles(): boolean {
  if (!isRoot || !existsSync(DEVICE)) return false;
  try {
    hangingFiles()[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/**
 * Mounts a file system in user space, whose server is this process and never says a word.
 *
 * @returns The file system. Disposing it ends every wait with an error.
 */
export function hangingFiles(): HangingFiles {
  using resources = new DisposableStack();
  const folder = resources.use(testFolder());
  const device = openSync(DEVICE, "r+");
  resources.defer(() => {
    closeSync(device);
  });
  const path = join(folder.path, "hanging");
  mkdirSync(path);
  const options = "fd=3,rootmode=40000,user_id=0,group_id=0";
  const { status, stderr } = spawnSync(
    needProgram("mount"),
    ["-i", "-t", "fuse", "-o", options, "none", path],
    {
      stdio: ["ignore", "ignore", "pipe", device],
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`mount ended with ${String(status)}: ${stderr}`);
  const opened = resources.move();
  return {
    path,
    [Symbol.dispose]: () => {
      // Without its server, whoever waits is told so at once. Only then can the folder go.
      spawnSync(needProgram("umount"), ["--lazy", path]);
      opened.dispose();
    },
  };
}
