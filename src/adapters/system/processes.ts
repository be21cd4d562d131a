import { closeSync, openSync, readSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Processes, ProcessInfo } from "../../ports/processes.ts";
import { SharedWork } from "../network/shared-work.ts";
import { systemCommands } from "./commands.ts";
import { readBeginning } from "./file-content.ts";
import {
  parseBootTime,
  parseCommandLine,
  parseEnvironment,
  parseProcessStatus,
} from "./proc-process.ts";
import { parseProcessStat, type ProcessStat } from "./proc-stat.ts";
import { listByPs } from "./ps.ts";
import { asObservationError, systemErrorCode } from "./system-failure.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** The end of a longer command line is cut. */
const COMMAND_LINE_LIMIT_BYTES = 128 * 1024;
const ENVIRONMENT_LIMIT_BYTES = 8 * 1024 * 1024;

/** A slice takes about 2 ms; between two, others have their turn. */
const SLICE_PROCESSES = 64;

/** Gone, or not to be seen by us: such a process is left out. */
const LEFT_OUT: ReadonlySet<string | null> = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);

/**
 * The processes of this machine: from `/proc` on Linux, by `ps` on macOS.
 *
 * @param platform - What this machine is.
 * @returns Processes.
 */
export function systemProcesses(platform: NodeJS.Platform = process.platform): Processes {
  const looks = new SharedWork<readonly ProcessInfo[]>();
  const look = lookFor(platform);
  const lookAtOthers = async (signal: AbortSignal): Promise<readonly ProcessInfo[]> =>
    (await look(signal)).filter(({ pid }) => pid !== process.pid);
  return {
    list: (signal) => {
      if (signal.aborted) return Promise.reject(abortReason(signal));
      return looks.join("all", signal, lookAtOthers);
    },
    environment: (pid, signal) => {
      if (platform === "linux") return unlessAborted(signal, () => environmentOf(pid, signal));
      return Promise.reject(
        new ObservationError("the environment of another process can be read on Linux only"),
      );
    },
  };
}

function lookFor(
  platform: NodeJS.Platform,
): (signal: AbortSignal) => Promise<readonly ProcessInfo[]> {
  if (platform === "linux") return listProc;
  const commands = systemCommands({ cwd: "/" });
  if (platform === "darwin") return (signal) => listByPs(commands, signal);
  const message = `processes can be listed on Linux and macOS: this machine runs ${platform}`;
  return () => Promise.reject(new ObservationError(message));
}

async function listProc(signal: AbortSignal): Promise<readonly ProcessInfo[]> {
  try {
    const bootedAt = parseBootTime(await readFile("/proc/stat", "latin1"));
    if (bootedAt === null) throw new ObservationError("/proc/stat does not say when it was booted");
    const names = await readdir("/proc");
    const pids = names.filter((name) => /^\d+$/u.test(name));
    const reader = new ProcReader();
    const found: ProcessInfo[] = [];
    for (const [index, pid] of pids.entries()) {
      if (index % SLICE_PROCESSES === SLICE_PROCESSES - 1) await nextTurn();
      if (signal.aborted) throw abortReason(signal);
      const info = await reader.process(pid, bootedAt);
      if (info !== null) found.push(info);
    }
    return found;
  } catch (error) {
    throw asObservationError("list the processes", error);
  }
}

// Reads at once: it takes 10 µs a file, where a thread of Node takes 80.
class ProcReader {
  readonly #buffer = Buffer.allocUnsafe(COMMAND_LINE_LIMIT_BYTES);

  // Null for one that is gone, or not to be seen.
  async process(pid: string, bootedAt: number): Promise<ProcessInfo | null> {
    try {
      const stat = parseProcessStat(this.#read(`/proc/${pid}/stat`));
      if (stat === null) return null;
      // Threads of the kernel are root's, and most of the list on a quiet machine.
      const status = stat.isKernelThread
        ? { userId: 0, memoryBytes: 0 }
        : parseProcessStatus(this.#read(`/proc/${pid}/status`));
      if (status === null) return null;
      return {
        pid: Number(pid),
        parentPid: stat.parentPid,
        name: stat.name,
        command: parseCommandLine(await this.#commandLine(pid, stat)),
        userId: status.userId,
        isZombie: isZombie(stat),
        startedAt: bootedAt + stat.startedMs,
        memoryBytes: status.memoryBytes,
        cpuMs: stat.cpuMs,
      };
    } catch (error) {
      if (LEFT_OUT.has(systemErrorCode(error))) return null;
      throw error;
    }
  }

  #commandLine(pid: string, stat: ProcessStat): string | Promise<string> {
    if (stat.isKernelThread || isZombie(stat)) return "";
    const path = `/proc/${pid}/cmdline`;
    // The arguments lie in the process's own memory. One that hangs in the kernel may keep us waiting for them, so that is
    // left to a thread.
    return stat.state === "D" ? readFile(path, "utf8") : this.#read(path);
  }

  #read(path: string): string {
    const file = openSync(path, "r");
    try {
      return this.#buffer.toString("utf8", 0, readSync(file, this.#buffer));
    } finally {
      closeSync(file);
    }
  }
}

function isZombie({ state }: ProcessStat): boolean {
  return state === "Z" || state === "X" || state === "x";
}

async function environmentOf(
  pid: number,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | null> {
  const action = `read the environment of process ${String(pid)}`;
  try {
    const path = `/proc/${String(pid)}/environ`;
    const { bytes, isTruncated } = await readBeginning(path, ENVIRONMENT_LIMIT_BYTES, signal);
    if (isTruncated) throw new ObservationError(`cannot ${action}: it is larger than 8 MiB`);
    return parseEnvironment(bytes.toString("utf8"));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ESRCH") return null;
    throw asObservationError(action, error);
  }
}
