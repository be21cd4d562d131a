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
import { hidingOption } from "./proc-visibility.ts";
import { parseProcessStat, type ProcessStat } from "./proc-stat.ts";
import { listByPs } from "./ps.ts";
import { asObservationError, systemErrorCode } from "./system-failure.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** The end of a longer command line is cut. */
const COMMAND_LINE_LIMIT_BYTES = 128 * 1024;
const ENVIRONMENT_LIMIT_BYTES = 8 * 1024 * 1024;

/** A slice takes about 2 ms; between two, others have their turn. */
const SLICE_PROCESSES = 64;

/** Such a process is gone. */
const GONE: ReadonlySet<string | null> = new Set(["ENOENT", "ESRCH"]);
/** Such a process is not to be seen by us: it is left out, which is told. */
const UNSEEN: ReadonlySet<string | null> = new Set(["EACCES", "EPERM"]);

/** The processes that are seen, and why others are not; null when there are none. */
interface Look {
  readonly seen: readonly ProcessInfo[];
  readonly hidden: string | null;
}

/**
 * The processes of this machine: from `/proc` on Linux, by `ps` on macOS.
 *
 * @param platform - What this machine is.
 * @returns Processes.
 */
export function systemProcesses(platform: NodeJS.Platform = process.platform): Processes {
  const looks = new SharedWork<Look>();
  const look = lookFor(platform);
  const lookAtOthers = async (signal: AbortSignal): Promise<Look> => {
    const { seen, hidden } = await look(signal);
    return { seen: seen.filter(({ pid }) => pid !== process.pid), hidden };
  };
  const shared = async (signal: AbortSignal): Promise<Look> => {
    if (signal.aborted) throw abortReason(signal);
    return await looks.join("all", signal, lookAtOthers);
  };
  return {
    list: async (signal) => (await shared(signal)).seen,
    hidden: async (signal) => (await shared(signal)).hidden,
    environment: (pid, signal) => {
      if (platform === "linux") return unlessAborted(signal, () => environmentOf(pid, signal));
      return Promise.reject(
        new ObservationError("the environment of another process can be read on Linux only"),
      );
    },
  };
}

function lookFor(platform: NodeJS.Platform): (signal: AbortSignal) => Promise<Look> {
  if (platform === "linux") return listProc;
  const commands = systemCommands({ cwd: "/" });
  if (platform === "darwin") {
    return async (signal) => ({ seen: await listByPs(commands, signal), hidden: null });
  }
  const message = `processes can be listed on Linux and macOS: this machine runs ${platform}`;
  return () => Promise.reject(new ObservationError(message));
}

async function listProc(signal: AbortSignal): Promise<Look> {
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
    return { seen: found, hidden: await hiddenFrom(reader.unseenCount) };
  } catch (error) {
    throw asObservationError("list the processes", error);
  }
}

async function hiddenFrom(unseenCount: number): Promise<string | null> {
  const [mounts, status] = await Promise.all(
    ["/proc/self/mountinfo", "/proc/self/status"].map((path) => readFile(path, "utf8")),
  );
  const groups = [...(process.getgroups?.() ?? []), process.getegid?.() ?? -1];
  const option = hidingOption(mounts ?? "", { groups, status: status ?? "" });
  if (option !== null) return `/proc is mounted with ${option}`;
  if (unseenCount === 0) return null;
  return `${String(unseenCount)} of them may not be looked at`;
}

// Reads at once: it takes 10 µs a file, where a thread of Node takes 80.
class ProcReader {
  // How many there were that may not be seen.
  unseenCount = 0;
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
      const code = systemErrorCode(error);
      if (UNSEEN.has(code)) this.unseenCount += 1;
      else if (!GONE.has(code)) throw error;
      return null;
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
