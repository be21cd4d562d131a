import { readFileSync } from "node:fs";

/**
 * Tells whether a process id of an engine is a process of ours to look at: the engine may run in another machine, or have
 * another view of the processes, and then its number is nobody's here, or somebody else's.
 *
 * The kernel names a container's control group after its id, and the files that the engine mounts into it too.
 *
 * @param pid - As the engine tells it.
 * @param containerId - The container's full id.
 * @returns True when that process of this machine belongs to that container.
 */
export function isProcessOf(pid: number, containerId: string): boolean {
  if (process.platform !== "linux" || !/^[0-9a-f]{64}$/u.test(containerId)) return false;
  return ["cgroup", "mountinfo"].some((name) => names(`/proc/${String(pid)}/${name}`, containerId));
}

/**
 * Kills a process of a container with what it started in its own group: a command that an engine runs leads one.
 *
 * @param pid - As the engine tells it.
 * @param containerId - The container's full id; nothing is done to a process that does not belong to it.
 */
export function killProcessOf(pid: number, containerId: string): void {
  if (!isProcessOf(pid, containerId)) return;
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // It is gone, leads no group, or is not ours to kill.
    }
  }
}

// Procfs answers from memory.
function names(path: string, containerId: string): boolean {
  try {
    return readFileSync(path, "latin1").includes(containerId);
  } catch {
    return false;
  }
}
