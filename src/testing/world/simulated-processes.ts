import { DeployError } from "../../model/deploy-errors.ts";
import type { Marks } from "../../model/marks.ts";
import { isSameThing } from "../../model/marks.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Processes, ProcessInfo } from "../../ports/processes.ts";
import type { HostedProcess, ProcessEnd, ProcessHost } from "../../ports/process-host.ts";
import type { Manner } from "./manner.ts";

/** A process of a simulated machine. */
export interface SimulatedProcess extends HostedProcess {
  readonly command: readonly string[];
  readonly startedAt: number;
  manner: Manner;
}

/** What simulated processes run on. */
export interface ProcessParts {
  readonly clock: Clock;
  /** Called when one has ended by itself. */
  readonly onEnd: (process: SimulatedProcess, what: string) => void;
}

const ENDING: ReadonlySet<string> = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT"]);
const FIRST_PID = 4_001;
const START_MS = 40;
const STOP_MS = 200;
const MEMORY_BYTES = 32 * 1024 * 1024;
const BOOT_ID = "simulated";

/** Processes that exist only in the simulation. */
export class SimulatedProcesses implements ProcessHost, Processes {
  readonly running = new Map<number, SimulatedProcess>();
  readonly #parts: ProcessParts;
  readonly #ends = new Map<string, ProcessEnd>();
  #nextPid = FIRST_PID;

  /**
   * Begins without any.
   *
   * @param parts - What they run on.
   */
  constructor(parts: ProcessParts) {
    this.#parts = parts;
  }

  readonly start: ProcessHost["start"] = async ({ command, env, marks, root, declaration }) => {
    const { clock } = this.#parts;
    await clock.sleep(START_MS);
    const pid = this.#nextPid;
    this.#nextPid += 1;
    const startTicks = Math.round(clock.elapsedMs() / 10);
    this.running.set(pid, {
      ...{ pid, startTicks, bootId: BOOT_ID, marks, root, declaration, command },
      isLeader: true,
      environment: env,
      startedAt: clock.now(),
      manner: "normal",
    });
    this.#ends.delete(keyOf(marks));
    return { pid, startTicks, bootId: BOOT_ID };
  };

  readonly find: ProcessHost["find"] = async () => [...this.running.values()];

  readonly known: ProcessHost["known"] = async ({ marks, recorded }) => {
    const living = recorded === null ? undefined : this.running.get(recorded.pid);
    const isSame = living?.startTicks === recorded?.startTicks;
    const isOurs = living !== undefined && isSame && isSameThing(living.marks, marks);
    return { isNoted: recorded !== null, living: isOurs ? living : null };
  };

  readonly forget: ProcessHost["forget"] = async ({ marks }) => {
    this.#ends.delete(keyOf(marks));
  };

  readonly stop: ProcessHost["stop"] = async (processes, { graceMs, signal }) => {
    const hangs = processes.some(({ pid }) => this.running.get(pid)?.manner === "hanging");
    await this.#parts.clock.sleep(hangs ? graceMs : STOP_MS, signal);
    for (const { pid } of processes) this.running.delete(pid);
  };

  readonly sendSignal: ProcessHost["sendSignal"] = async (pid, signalName) => {
    const process = this.running.get(pid);
    if (process === undefined) throw new DeployError(`there is no process ${String(pid)}`);
    if (ENDING.has(signalName)) this.running.delete(pid);
  };

  readonly endOf: ProcessHost["endOf"] = ({ marks }) => this.#ends.get(keyOf(marks)) ?? null;

  readonly rotate: ProcessHost["rotate"] = async () => undefined;

  readonly tail: ProcessHost["tail"] = async () => [];

  readonly list: Processes["list"] = async () =>
    [...this.running.values()].map(({ pid, command, startedAt }): ProcessInfo => ({
      ...{ pid, command, startedAt },
      parentPid: 1,
      name: (command[0] ?? "").slice((command[0] ?? "").lastIndexOf("/") + 1).slice(0, 15),
      userId: 0,
      isZombie: false,
      memoryBytes: MEMORY_BYTES,
      cpuMs: 0,
    }));

  readonly hidden: Processes["hidden"] = async () => null;

  readonly environment: Processes["environment"] = async (pid) =>
    this.running.get(pid)?.environment ?? null;

  /**
   * Finds the process that was started for a resource.
   *
   * @param resource - Its name.
   * @returns Null when none runs.
   */
  of(resource: string): SimulatedProcess | null {
    return [...this.running.values()].find(({ marks }) => marks.resource === resource) ?? null;
  }

  /**
   * Lets a process die.
   *
   * @param process - The process.
   */
  die(process: SimulatedProcess): void {
    if (!this.running.delete(process.pid)) return;
    this.#ends.set(keyOf(process.marks), { exitCode: null, exitSignal: "SIGKILL" });
    this.#parts.onEnd(process, "process ended by SIGKILL");
  }

  /**
   * Lets a process run otherwise than it was declared.
   *
   * @param process - The process.
   */
  change(process: SimulatedProcess): void {
    const declaration = JSON.stringify({ command: ["somebody", "was", "here"] });
    this.running.set(process.pid, { ...process, declaration });
  }

  /** Nobody is left who was the parent of any: how they ended is not known any more. */
  orphan(): void {
    this.#ends.clear();
  }
}

function keyOf({ project, instance, generation }: Marks): string {
  return `${project} ${instance} ${String(generation)}`;
}
