import { closeSync, openSync, readSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import type { HostedProcess, ProcessIdentity } from "../../ports/process-host.ts";
import { readBeginning } from "./file-content.ts";
import { parseIdentity, type ProcessIdentity as Standing } from "./proc-group.ts";
import { parseEnvironment } from "./proc-process.ts";
import { marksIn, type ProcessOrigin } from "./process-marks.ts";
import { asObservationError, systemErrorCode } from "./system-failure.ts";

const ENVIRONMENT_LIMIT_BYTES = 8 * 1024 * 1024;
/** Marks come first in an environment: its beginning tells whether there are any. */
const BEGINNING_BYTES = 8 * 1024;
/** A slice takes about 2 ms; between two, others have their turn. */
const SLICE_PROCESSES = 64;

const GONE: ReadonlySet<string | null> = new Set(["ENOENT", "ESRCH"]);
const UNSEEN: ReadonlySet<string | null> = new Set(["EACCES", "EPERM"]);

const buffer = Buffer.allocUnsafe(BEGINNING_BYTES);

/**
 * Finds the living processes that carry marks, but for our own. Those that we may not look into are left out.
 *
 * @param signal - Stops between two of them.
 * @returns Processes.
 * @throws {@link ObservationError} When they cannot be listed.
 */
export async function findHosted(signal: AbortSignal): Promise<readonly HostedProcess[]> {
  try {
    const names = await readdir("/proc");
    const pids = names.filter((name) => /^\d+$/u.test(name)).map(Number);
    const found: HostedProcess[] = [];
    for (const [index, pid] of pids.entries()) {
      if (index % SLICE_PROCESSES === SLICE_PROCESSES - 1) await nextTurn();
      if (signal.aborted) throw abortReason(signal);
      const hosted = pid === process.pid ? null : await hostedAt(pid, signal);
      if (hosted !== null) found.push(hosted);
    }
    return found;
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    throw asObservationError("list the processes", error);
  }
}

/**
 * Looks at one process that is known by its identity.
 *
 * @param identity - Which one.
 * @param origin - Whose it is, where it does not say so itself any more.
 * @returns Null when it has ended, whoever has its pid now; otherwise with the marks that it carries.
 * @throws {@link ObservationError} When it lives, and may not be looked at.
 */
export async function lookAtHosted(
  identity: ProcessIdentity,
  origin: ProcessOrigin,
): Promise<HostedProcess | null> {
  const { pid } = identity;
  const standing = livingAt(identity);
  if (standing === null) return null;
  const isLeader = standing.groupId === pid;
  try {
    const environment = await environmentOf(pid);
    // Its pid may have come to be another's while it was read.
    if (livingAt(identity) === null) return null;
    const own = marksIn(environment);
    if (own !== null) return { ...identity, ...own, isLeader, environment };
    return { ...identity, ...origin, isLeader, environment: null };
  } catch (error) {
    const code = systemErrorCode(error);
    if (GONE.has(code)) return null;
    if (!UNSEEN.has(code)) throw asObservationError(`look at process ${String(pid)}`, error);
    const reason = "it is another user's; run as that user, or as root";
    throw new ObservationError(`cannot look at process ${String(pid)}: ${reason}`);
  }
}

/**
 * Tells which process has a pid now, at once: also for one that has just ended, as long as its parent has not taken notice.
 *
 * @param pid - Its pid.
 * @returns Null when nobody has it.
 */
export function identityAt(pid: number): ProcessIdentity | null {
  const standing = standingAt(pid);
  return standing && { pid, startTicks: standing.startTicks, bootId: currentBootId() };
}

/**
 * Looks whether a process lives, at once: whoever acts on the answer in the same turn acts on that very process.
 *
 * @param identity - Which one.
 * @returns Null when it has ended, whoever has its pid now.
 */
export function livingAt({ pid, startTicks, bootId }: ProcessIdentity): Standing | null {
  // 0 and -1 would mean ourselves and everybody.
  if (!Number.isSafeInteger(pid) || pid <= 1 || bootId !== currentBootId()) return null;
  const standing = standingAt(pid);
  return standing?.startTicks !== startTicks || standing.hasEnded ? null : standing;
}

/**
 * Reads how a process stands, at once.
 *
 * @param pid - Its pid.
 * @returns Null when nobody has it.
 */
export function standingAt(pid: number): Standing | null {
  try {
    return parseIdentity(readNow(`/proc/${String(pid)}/stat`));
  } catch (error) {
    return orNull(error);
  }
}

async function hostedAt(pid: number, signal: AbortSignal): Promise<HostedProcess | null> {
  try {
    const standing = standingAt(pid);
    if (standing === null || standing.hasEnded || !(await mayHaveMarks(pid))) return null;
    const environment = await environmentOf(pid, signal);
    const origin = marksIn(environment);
    const { startTicks, groupId } = standing;
    const identity = { pid, startTicks, bootId: currentBootId() };
    return origin && { ...identity, ...origin, isLeader: groupId === pid, environment };
  } catch (error) {
    return orNull(error);
  }
}

async function mayHaveMarks(pid: number): Promise<boolean> {
  const path = `/proc/${String(pid)}/environ`;
  // It lies in the process's own memory. One that hangs in the kernel may keep us waiting for it: that is left to a thread.
  const isHanging = readNow(`/proc/${String(pid)}/stat`).includes(") D ");
  const text = isHanging ? await readFile(path, "latin1") : readNow(path);
  return text.includes("CLOCKWORK_PROJECT=");
}

async function environmentOf(
  pid: number,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const path = `/proc/${String(pid)}/environ`;
  const { bytes } = await readBeginning(path, ENVIRONMENT_LIMIT_BYTES, signal);
  return parseEnvironment(bytes.toString("utf8"));
}

let knownBootId = "";

function currentBootId(): string {
  if (knownBootId === "") knownBootId = readNow("/proc/sys/kernel/random/boot_id").trim();
  return knownBootId;
}

// It takes 10 µs, where a thread of Node takes 80.
function readNow(path: string): string {
  const file = openSync(path, "r");
  try {
    return buffer.toString("latin1", 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

// For one that is gone, or not ours to see.
function orNull(error: unknown): null {
  const code = systemErrorCode(error);
  if (GONE.has(code) || UNSEEN.has(code)) return null;
  throw error;
}
