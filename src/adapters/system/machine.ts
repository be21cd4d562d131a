import { cpus, loadavg } from "node:os";
import { ObservationError } from "../../model/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Machine, MemoryState } from "../../ports/machine.ts";
import { readBeginning } from "./file-content.ts";
import { listListeningPorts } from "./listening-ports.ts";
import { busyPercent, parseCpuTimes, parseMemory, type CpuTimes } from "./proc-machine.ts";
import { asObservationError } from "./system-failure.ts";

/** Both files fit on the largest machines: a line per processor, and one of interrupts. */
const LIMIT_BYTES = 1024 * 1024;

/** What this machine is looked at with. */
export interface SystemMachineOptions {
  /** Waits between two looks at the processors. */
  readonly clock: Pick<Clock, "sleep">;
  /** What this machine is; found out by default. */
  readonly platform?: NodeJS.Platform;
}

/**
 * This machine. On other systems than Linux, memory and ports cannot be learned: Node knows what is free there, but not what a
 * new program could have, and to take one for the other would raise alarm on every Mac.
 *
 * @param options - Clock and platform.
 * @returns Machine.
 */
export function systemMachine(options: SystemMachineOptions): Machine {
  const { clock, platform = process.platform } = options;
  const isLinux = platform === "linux";
  const cpuTimes = isLinux ? readCpuTimes : sumCpuTimes;
  return {
    processorCount: () => Math.max(1, cpus().length),
    load: () => (platform === "win32" ? elsewhere("the load average") : Promise.resolve(load())),
    memory: () => (isLinux ? readMemory() : elsewhere("the available memory")),
    cpuPercent: async (sampleMs, signal) => {
      const before = await cpuTimes();
      await clock.sleep(sampleMs, signal);
      const percent = busyPercent(before, await cpuTimes());
      if (percent !== null) return percent;
      const message = `no processor time passed in ${String(sampleMs)} ms: take a longer sample`;
      throw new ObservationError(message);
    },
    listeningPorts: (signal) =>
      isLinux ? listListeningPorts(signal) : elsewhere("the ports that are listened on"),
  };
}

function elsewhere(what: string): Promise<never> {
  return Promise.reject(new ObservationError(`${what} can be learned on Linux only`));
}

function load(): readonly [number, number, number] {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return [one, five, fifteen];
}

async function readMemory(): Promise<MemoryState> {
  const memory = parseMemory(await readProc("/proc/meminfo"));
  if (memory !== null) return memory;
  throw new ObservationError("/proc/meminfo does not say how much memory is available");
}

async function readCpuTimes(): Promise<CpuTimes> {
  const times = parseCpuTimes(await readProc("/proc/stat"));
  if (times !== null) return times;
  throw new ObservationError("/proc/stat does not say what the processors do");
}

async function sumCpuTimes(): Promise<CpuTimes> {
  const all = cpus().flatMap(({ times }) => Object.values(times));
  const idle = cpus().reduce((sum, { times }) => sum + times.idle, 0);
  return { total: all.reduce((sum, each) => sum + each, 0), idle };
}

async function readProc(path: string): Promise<string> {
  try {
    const { bytes } = await readBeginning(path, LIMIT_BYTES);
    return bytes.toString("latin1");
  } catch (error) {
    throw asObservationError(`read ${path}`, error);
  }
}
