import { ObservationError } from "../../model/errors.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  HostedProcess,
  KnownProcess,
  ProcessEnd,
  ProcessHost,
  ProcessOwner,
} from "../../ports/process-host.ts";
import { SharedWork } from "../network/shared-work.ts";
import { findHosted, lookAtHosted } from "./hosted-processes.ts";
import { rotateLog, tailOf } from "./process-log.ts";
import { eraseNote, noteEnd, readNote, readNotes } from "./process-notes.ts";
import { startProcess } from "./process-start.ts";
import { endAll, stuck } from "./process-stop.ts";
import { sendSignal } from "./send-signal.ts";

type StopOptions = Parameters<ProcessHost["stop"]>[1];

/** After SIGKILL the kernel needs a moment, and on a busy machine longer. */
const KILL_LIMIT_MS = 10_000;

/**
 * Processes that we start and that outlive us. Linux only: there, `/proc` tells whose a process is, and which one.
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
  const rotations = new SharedWork<undefined>();
  const never = new AbortController().signal;
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
        if (stopped.has(key)) return;
        ends.set(key, end);
        noteEnd(start, end);
      });
    },
    find: async (root, signal) => {
      refuse();
      const marked = await looks.join("all", signal, findHosted);
      return [...marked, ...(await findNoted(root, marked))];
    },
    known: async (owner) => {
      refuse();
      return await knownProcess(owner);
    },
    forget: async (owner) => {
      ends.delete(keyOf(owner.marks));
      eraseNote(owner);
    },
    stop: async (processes, { stopSignal, graceMs, signal }) => {
      refuse();
      for (const { marks } of processes) {
        stopped.add(keyOf(marks));
        ends.delete(keyOf(marks));
      }
      await stopAll(processes, { stopSignal, graceMs, signal }, clock);
    },
    sendSignal: (pid, signalName) => sendSignal(pid, signalName, platform),
    endOf: ({ root, marks }) => ends.get(keyOf(marks)) ?? readNote({ root, marks })?.end ?? null,
    // Two at once would copy what the other one has cut.
    rotate: async (logFile, limits) => {
      await rotations.join(logFile, never, async () => {
        await rotateLog(logFile, limits);
        return undefined;
      });
    },
    tail: tailOf,
  };
}

async function stopAll(
  processes: readonly HostedProcess[],
  { stopSignal, graceMs, signal }: StopOptions,
  clock: Clock,
): Promise<void> {
  const told = { processes, signalName: stopSignal, isRepeated: false, limitMs: graceMs };
  if (graceMs > 0 && (await endAll(told, clock, signal)).length === 0) return;
  const limitMs = KILL_LIMIT_MS;
  const killed = { processes, signalName: "SIGKILL", isRepeated: true, limitMs };
  const left = await endAll(killed, clock, signal);
  if (left.length > 0) throw stuck(left);
}

function keyOf({ instance, generation }: Marks): string {
  return `${instance} ${String(generation)}`;
}

async function knownProcess({ root, marks, recorded }: ProcessOwner): Promise<KnownProcess> {
  const note = readNote({ root, marks });
  const identity = note?.identity ?? recorded;
  const isNoted = note !== null;
  if (identity === null) return { isNoted, living: null };
  const origin = { marks: note?.marks ?? marks, root, declaration: note?.declaration ?? null };
  const found = await lookAtHosted(identity, origin);
  const isOwn = found !== null && isSameThing(found.marks, marks);
  return { isNoted, living: isOwn ? found : null };
}

// Those that have written over their marks.
async function findNoted(
  root: string,
  marked: readonly HostedProcess[],
): Promise<readonly HostedProcess[]> {
  const found = new Set(marked.map(({ pid }) => pid));
  const unmarked = readNotes(root).filter(({ identity }) => !found.has(identity.pid));
  const looks = unmarked.map(async ({ identity, marks, declaration }) => {
    const hosted = await lookAtHosted(identity, { marks, root, declaration });
    return hosted !== null && isSameThing(hosted.marks, marks) ? [hosted] : [];
  });
  return (await Promise.all(looks)).flat();
}
