import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import {
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from "node:fs/promises";
import { dirname } from "node:path";
import { abortReason } from "../../model/abort.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  HostedProcess,
  ProcessEnd,
  ProcessHost,
  StartOptions,
} from "../../ports/process-host.ts";
import { SharedWork } from "../network/shared-work.ts";
import { PASSED_ON } from "./commands.ts";
import { readBeginning } from "./file-content.ts";
import { parseIdentity, type ProcessIdentity } from "./proc-group.ts";
import { parseEnvironment } from "./proc-process.ts";
import { marksIn, variablesOf } from "./process-marks.ts";
import { startFailure } from "./start-failure.ts";
import { asObservationError } from "./system-failure.ts";

const ENVIRONMENT_LIMIT_BYTES = 2 * 1024 * 1024;
const DECLARATION_LIMIT_CHARACTERS = 64 * 1024;
const TAIL_LIMIT_BYTES = 64 * 1024;
const LOG_MODE = 0o640;
const POLL_MS = 20;
/** After SIGKILL the kernel needs a moment, and on a busy machine longer. */
const KILL_LIMIT_MS = 5_000;

/**
 * Processes that we start and that outlive us. Linux only: there, the environment of a process tells whose it is.
 *
 * @param options - Time, and the machine.
 * @returns The host.
 */
export function systemProcessHost(options: {
  readonly clock: Clock;
  readonly platform?: NodeJS.Platform;
}): ProcessHost {
  const { clock, platform = process.platform } = options;
  const ends = new Map<string, ProcessEnd>();
  // What we have ended ourselves is gone, and no failure.
  const stopped = new Set<string>();
  const looks = new SharedWork<readonly HostedProcess[]>();
  const refuse = (): void => {
    if (platform === "linux") return;
    throw new ObservationError(`processes are kept on Linux only: this machine runs ${platform}`);
  };
  return {
    start: async (start) => {
      refuse();
      const key = keyOf(start.marks);
      ends.delete(key);
      stopped.delete(key);
      return await startProcess(start, (end) => {
        if (!stopped.has(key)) ends.set(key, end);
      });
    },
    find: async (project, signal) => {
      refuse();
      const all = await looks.join("all", signal, findAll);
      return all.filter(({ marks }) => marks.project === project);
    },
    stop: async (processes, { stopSignal, graceMs, signal }) => {
      refuse();
      for (const { marks } of processes) {
        stopped.add(keyOf(marks));
        ends.delete(keyOf(marks));
      }
      const told = { signalName: stopSignal, limitMs: graceMs };
      if (graceMs > 0 && (await endAll(processes, told, { clock, signal }))) return;
      const killed = { signalName: "SIGKILL", limitMs: KILL_LIMIT_MS };
      if (await endAll(processes, killed, { clock, signal })) return;
      const pids = processes.map(({ pid }) => String(pid)).join(", ");
      throw new DeployError(`process ${pids} could not be ended, not even by SIGKILL`);
    },
    endOf: (marks) => ends.get(keyOf(marks)) ?? null,
    rotate,
    tail,
  };
}

function keyOf({ instance, generation }: Marks): string {
  return `${instance} ${String(generation)}`;
}

async function startProcess(
  { command, cwd, env, marks, declaration, logFile }: StartOptions,
  onEnd: (end: ProcessEnd) => void,
): Promise<Pick<HostedProcess, "pid" | "startTicks">> {
  if (declaration.length > DECLARATION_LIMIT_CHARACTERS) {
    throw new DeployError("its command and environment are more than 64 KiB");
  }
  const [program = "", ...args] = command;
  await using log = await openLog(logFile);
  const ours = PASSED_ON.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const environment = { ...variablesOf(marks, declaration), ...Object.fromEntries(ours), ...env };
  try {
    const child = spawn(program, args, {
      cwd,
      env: environment,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    const { pid } = child;
    if (pid === undefined) await once(child, "spawn");
    child.once("exit", (exitCode, exitSignal) => {
      onEnd({ exitCode, exitSignal });
    });
    child.unref();
    const identity = pid === undefined ? null : await identityOf(pid);
    return { pid: pid ?? 0, startTicks: identity?.startTicks ?? 0 };
  } catch (error) {
    const { message } = await startFailure(program, cwd, error);
    throw new DeployError(message, { cause: error });
  }
}

async function openLog(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // Appending, so that the file can be cut while it is written to; and never through a link.
    const { O_APPEND: append, O_CREAT: create, O_WRONLY: write, O_NOFOLLOW: noFollow } = constants;
    return await open(path, append | create | write | noFollow, LOG_MODE);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeployError(`its log file cannot be written: ${reason}`, { cause: error });
  }
}

async function findAll(signal: AbortSignal): Promise<readonly HostedProcess[]> {
  try {
    const names = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name));
    const found = await Promise.all(names.map((name) => hosted(Number(name), signal)));
    if (signal.aborted) throw abortReason(signal);
    return found.filter((one) => one !== null);
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    throw asObservationError("list the processes", error);
  }
}

// Null for one that is gone, is not ours to see, or carries no marks.
async function hosted(pid: number, signal: AbortSignal): Promise<HostedProcess | null> {
  try {
    const path = `/proc/${String(pid)}/environ`;
    const { bytes } = await readBeginning(path, ENVIRONMENT_LIMIT_BYTES, signal);
    const text = Buffer.from(bytes).toString("utf8");
    if (!text.includes("CLOCKWORK_INSTANCE=")) return null;
    const environment = parseEnvironment(text);
    const known = marksIn(environment);
    const identity = known === null ? null : await identityOf(pid);
    if (known === null || identity === null || identity.hasEnded) return null;
    const { startTicks, groupId } = identity;
    return { pid, startTicks, ...known, isLeader: groupId === pid, environment };
  } catch {
    return null;
  }
}

async function identityOf(pid: number): Promise<ProcessIdentity | null> {
  const text = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => "");
  return parseIdentity(text);
}

// True when none is left. What carries the same marks and came later, from a fork just then, is ended along.
async function endAll(
  processes: readonly HostedProcess[],
  { signalName, limitMs }: { readonly signalName: string; readonly limitMs: number },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  const deadlineMs = clock.elapsedMs() + limitMs;
  let left = await alive(processes, signal);
  for (const one of left) tell(one, signalName);
  while (left.length > 0 && clock.elapsedMs() < deadlineMs) {
    await clock.sleep(POLL_MS, signal);
    left = await alive(processes, signal);
    if (signalName === "SIGKILL") for (const one of left) tell(one, signalName);
  }
  return left.length === 0;
}

async function alive(
  processes: readonly HostedProcess[],
  signal: AbortSignal,
): Promise<readonly HostedProcess[]> {
  const all = await findAll(signal);
  return all.filter(({ marks }) => processes.some((one) => isSameThing(one.marks, marks)));
}

// A group is told as a whole; whoever has left it, by itself. Both were seen with our marks a moment ago.
function tell({ pid, isLeader }: HostedProcess, signalName: string): void {
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  try {
    process.kill(isLeader ? -pid : pid, signalName);
  } catch {
    // It has gone.
  }
}

async function rotate(
  logFile: string,
  { maxBytes, keep }: { readonly maxBytes: number; readonly keep: number },
): Promise<void> {
  const size = (await stat(logFile).catch(() => null))?.size ?? 0;
  if (size <= maxBytes) return;
  if (keep > 0) {
    await rm(`${logFile}.${String(keep)}`, { force: true });
    for (let number = keep - 1; number >= 1; number -= 1) {
      const from = `${logFile}.${String(number)}`;
      await rename(from, `${logFile}.${String(number + 1)}`).catch(() => undefined);
    }
    await copyFile(logFile, `${logFile}.1`);
  }
  await truncate(logFile, 0);
}

async function tail(logFile: string, lines: number): Promise<readonly string[]> {
  await using file = await open(logFile, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    () => null,
  );
  if (file === null) return [];
  const { size } = await file.stat();
  const length = Math.min(size, TAIL_LIMIT_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const text = buffer.toString("utf8", 0, bytesRead).trimEnd();
  return text === "" ? [] : text.split("\n").slice(-lines);
}
