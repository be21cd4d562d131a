import { ObservationError } from "../../model/errors.ts";
import type { Commands } from "../../ports/commands.ts";
import type { ProcessInfo } from "../../ports/processes.ts";

/** Some 50,000 processes with long command lines. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** Dates as everywhere, in English and UTC. */
const ENV = { LC_ALL: "C", TZ: "UTC" };

const ROW =
  /^ *(\d{1,10}) +(\d{1,10}) +(\d{1,10}) +(\S+) +(\d{1,12}) +([\d:.-]{1,24}) +\w{3} (\w{3} +\d{1,2} \d\d:\d\d:\d\d \d{4}) (.*)$/u;
const COMMAND = /^ *(\d{1,10}) (.*)$/u;
const CPU_TIME = /^(?:(\d{1,6})-)?(?:(\d{1,6}):)?(\d{1,8}):(\d\d(?:\.\d{1,3})?)$/u;

/**
 * Lists processes by `ps`, where there is no `/proc`.
 *
 * Name and command are asked for apart: both may hold spaces, so that neither can stand before the other. How a command was
 * parted into arguments is lost; it is parted at its spaces.
 *
 * @param commands - Runs it.
 * @param signal - Ends it.
 * @returns All processes but those that ended between the two questions, and `ps` itself.
 * @throws {@link ObservationError} When `ps` fails.
 */
export async function listByPs(
  commands: Commands,
  signal: AbortSignal,
): Promise<readonly ProcessInfo[]> {
  const [table, lines] = await Promise.all([
    ps(commands, "pid=,ppid=,uid=,stat=,rss=,time=,lstart=,ucomm=", signal),
    ps(commands, "pid=,command=", signal),
  ]);
  return parsePs(table, lines);
}

async function ps(commands: Commands, columns: string, signal: AbortSignal): Promise<string> {
  const options = { signal, limitBytes: LIMIT_BYTES, env: ENV };
  const outcome = await commands.run(["ps", "-axww", "-o", columns], options);
  if (outcome.exitCode === 0 && !outcome.isTruncated) return outcome.stdout;
  const what = outcome.isTruncated ? "printed more than 16 MiB" : "failed";
  throw new ObservationError(`cannot list the processes: ps ${what}`);
}

/**
 * Reads what `ps` printed.
 *
 * @param table - The columns pid, ppid, uid, stat, rss, time, lstart, ucomm.
 * @param lines - The columns pid, command.
 * @returns The processes that are in both.
 */
export function parsePs(table: string, lines: string): readonly ProcessInfo[] {
  const commands = new Map<string, readonly string[]>();
  for (const line of lines.split("\n")) {
    const [, pid, command] = COMMAND.exec(line) ?? [];
    if (pid === undefined || command === undefined) continue;
    commands.set(
      pid,
      command.split(" ").filter((word) => word !== ""),
    );
  }
  return table.split("\n").flatMap((line) => {
    const [, pid = "", parent, user, state = "", memory, time = "", started, name = ""] =
      ROW.exec(line) ?? [];
    const command = commands.get(pid);
    const startedAt = Date.parse(`${started ?? ""} UTC`);
    if (command === undefined || Number.isNaN(startedAt)) return [];
    const numbers = { pid: Number(pid), parentPid: Number(parent), userId: Number(user) };
    const memoryBytes = Number(memory) * 1024;
    const isZombie = state.startsWith("Z");
    const cpuMs = cpuMsOf(time);
    return [{ ...numbers, name: name.trim(), command, isZombie, startedAt, memoryBytes, cpuMs }];
  });
}

// `0:01.23` on macOS, `1-02:03:04` elsewhere.
function cpuMsOf(time: string): number {
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = CPU_TIME.exec(time) ?? [];
  const allMinutes = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  return Math.round((allMinutes * 60 + Number(seconds)) * 1_000);
}
