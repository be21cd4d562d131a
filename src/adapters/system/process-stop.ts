import { DeployError } from "../../model/deploy-errors.ts";
import { isSameThing } from "../../model/marks.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HostedProcess, ProcessIdentity } from "../../ports/process-host.ts";
import { findHosted, livingAt, standingAt } from "./hosted-processes.ts";
import { reasonOf, systemErrorCode } from "./system-failure.ts";

const FIRST_WAIT_MS = 5;
const MOST_WAIT_MS = 100;
const GROWTH = 1.5;
const SHOWN_PIDS = 5;

/** What is ended, and how. */
export interface Ending {
  readonly processes: readonly HostedProcess[];
  readonly signalName: string;
  /** Those that come later, from a fork just then, are told each time: what is killed comes to an end. */
  readonly isRepeated: boolean;
  readonly limitMs: number;
}

/**
 * Ends processes, and whatever else carries their marks, with the groups that they lead.
 *
 * @param ending - What, and how long it may take.
 * @param clock - Waits.
 * @param signal - Ends the wait.
 * @returns Those that are left; none when all have ended.
 * @throws {@link DeployError} When they may not be ended by us.
 */
export async function endAll(
  { processes, signalName, isRepeated, limitMs }: Ending,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly HostedProcess[]> {
  const deadlineMs = clock.elapsedMs() + limitMs;
  let left = await livingOf(processes, signal);
  tellAll(left, signalName);
  for (let waitMs = FIRST_WAIT_MS; left.length > 0; waitMs *= GROWTH) {
    const leftMs = deadlineMs - clock.elapsedMs();
    if (leftMs <= 0) return left;
    await clock.sleep(Math.min(waitMs, MOST_WAIT_MS, leftMs), signal);
    // These alone are looked at as long as any of them lives: that costs next to nothing.
    if (!isRepeated && left.some((each) => livingAt(each) !== null)) continue;
    left = await livingOf(processes, signal);
    tellAll(left, signalName);
  }
  return left;
}

/**
 * Says that processes do not end.
 *
 * @param processes - Which.
 * @returns What to throw.
 */
export function stuck(processes: readonly HostedProcess[]): DeployError {
  const pids = processes.slice(0, SHOWN_PIDS).map(({ pid }) => String(pid));
  return new DeployError(`process ${pids.join(", ")} could not be ended, not even by SIGKILL`, {
    hint: "it hangs in the kernel, as on a disk that does not answer, or starts itself anew",
  });
}

async function livingOf(
  processes: readonly HostedProcess[],
  signal: AbortSignal,
): Promise<readonly HostedProcess[]> {
  const marked = (await findHosted(signal)).filter(({ marks }) =>
    processes.some((one) => isSameThing(one.marks, marks)),
  );
  const found = new Set(marked.map(({ pid }) => pid));
  // What has written over its marks is found by no look.
  const known = processes.filter((each) => !found.has(each.pid) && livingAt(each) !== null);
  return [...marked, ...known];
}

// Those that have left every group of ours come first: their parents are still there then.
function tellAll(processes: readonly HostedProcess[], signalName: string): void {
  const ownGroup = standingAt(process.pid)?.groupId;
  const leaders = processes.filter(({ isLeader, pid }) => isLeader && pid !== ownGroup);
  const led = new Set(leaders.map(({ pid }) => pid));
  for (const each of processes) {
    const groupId = standingAt(each.pid)?.groupId ?? 0;
    if (!led.has(groupId)) tell(each, each.pid, signalName);
  }
  for (const each of leaders) tell(each, -each.pid, signalName);
}

// In the very turn in which it is seen to live: its pid can be nobody else's.
function tell(identity: ProcessIdentity, target: number, signalName: string): void {
  if (livingAt(identity) === null) return;
  try {
    process.kill(target, signalName);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ESRCH") return;
    if (code === null) throw error;
    throw new DeployError(`cannot end process ${String(identity.pid)}: ${reasonOf(error, code)}`, {
      hint: "run as the user that it runs as, or as root",
      cause: error,
    });
  }
}
