import { action, type ActionScope } from "../../model/action.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { OptionType, mustBe } from "../../model/option-type.ts";
import { integer } from "../../model/option-types.ts";
import { requireAtMostOne } from "../../model/option-rules.ts";
import { PATH } from "../../model/path-option.ts";
import { pidIn } from "../../model/pid-file.ts";
import { PROCESS_NAME, selectProcesses, shownCriteria } from "../../model/process-selection.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";

const SIGNALS = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGKILL",
  "SIGUSR1",
  "SIGUSR2",
  "SIGCONT",
  "SIGSTOP",
  "SIGABRT",
  "SIGALRM",
  "SIGWINCH",
] as const;

const SIGNAL = new OptionType<string, string>(`one of ${SIGNALS.join(", ")}`, (value) => {
  const given = typeof value === "string" ? value.toUpperCase() : "";
  const found = SIGNALS.find((name) => name === given || name === `SIG${given}`);
  if (found === undefined) throw mustBe(`one of ${SIGNALS.join(", ")}`, value);
  return found;
});

const MOST_PID = 4_194_304;
const LIMIT_FILE_BYTES = 1_024;
/** Whoever means more of them has not meant all of them. */
const LIMIT_PROCESSES = 20;

interface Meant {
  readonly pidFile: string | null;
  readonly pid: number | null;
  readonly processName: string | null;
}

/**
 * Sends a signal to a process: to have it read its configuration again, or to end it where something else starts it anew.
 *
 * Of several processes that have the name, those are meant that none of the others has started: the master and not its workers.
 *
 * @example
 * ```ts
 * new SendSignalAction({ signal: "SIGHUP", pidFile: "/run/nginx.pid" });
 * ```
 */
export class SendSignalAction extends action({
  kind: "send-signal",
  name: "SendSignalAction",
  summary: "Sends a signal to a process; never to pid 1, or to Clockwork itself.",
  fields: {
    signal: SIGNAL.required("Which signal."),
    pidFile: PATH.optional("The file that holds its pid."),
    pid: integer(2, MOST_PID).optional("Its pid."),
    processName: PROCESS_NAME.optional(
      "The name that the kernel knows it by, or the file name of its program; without any of these its resource's process is meant.",
    ),
  },
  check: ({ pidFile, pid, processName }) => {
    requireAtMostOne({ pidFile, pid, processName });
  },
  run: async ({ signal: name, ...meant }, world: DeployWorld, scope) => {
    const pids = await pidsOf(meant, world, scope);
    const host = await world.processHost();
    for (const pid of pids) await host.sendSignal(pid, name);
    return `${name} sent to process ${pids.join(", ")}`;
  },
  sample: { signal: "SIGHUP", pidFile: "/run/nginx.pid" },
}) {}

async function pidsOf(
  meant: Meant,
  world: DeployWorld,
  scope: ActionScope,
): Promise<readonly number[]> {
  const { pidFile, pid, processName } = meant;
  if (pid !== null) return [pid];
  if (pidFile !== null) return [await pidFrom(pidFile, world, scope)];
  const { command, program } = scope.target;
  if (processName !== null)
    return await selected({ name: processName, command: null }, world, scope);
  if (command !== null) return await selected({ name: null, command }, world, scope);
  if (program !== null) return [await pidOfProgram(program, world, scope)];
  throw new DeployError("needs pidFile, pid or processName: its resource is no process");
}

async function pidFrom(path: string, world: DeployWorld, { signal }: ActionScope): Promise<number> {
  const files = await world.files();
  const found = await files.read(path, { limitBytes: LIMIT_FILE_BYTES, signal });
  if (found === null) throw new DeployError(`there is no pid file ${path}: it does not run`);
  const pid = pidIn(new TextDecoder().decode(found.bytes));
  if (pid !== null) return pid;
  // It may be the wrong file, and hold anything.
  const got = found.bytes.length === 0 ? "nothing" : "something else";
  throw new DeployError(`${path} must hold a pid of 2 or more on its first line: got ${got}`);
}

async function selected(
  criteria: { readonly name: string | null; readonly command: readonly string[] | null },
  world: DeployWorld,
  { signal }: ActionScope,
): Promise<readonly number[]> {
  const all = await (await world.processes()).list(signal);
  const which = { ...criteria, pattern: null };
  const { running } = selectProcesses(all, which);
  const pids = new Set(running.map(({ pid }) => pid));
  const first = running.filter(({ parentPid }) => !pids.has(parentPid)).map(({ pid }) => pid);
  if (first.length > 0 && first.length <= LIMIT_PROCESSES) return first;
  const count = first.length === 0 ? "none" : String(first.length);
  throw new DeployError(
    `needs 1 to ${String(LIMIT_PROCESSES)} processes ${shownCriteria(which)}: ${count} ${first.length === 0 ? "runs" : "run"}`,
  );
}

async function pidOfProgram(
  program: string,
  world: DeployWorld,
  { signal }: ActionScope,
): Promise<number> {
  const address = { serverUrl: null, username: null, password: null };
  const infos = await (await world.supervisorControl()).programs(address, signal);
  const found = infos.find(({ name }) => name === program || `${name}:${name}` === program);
  if (found?.pid !== undefined && found.pid !== null) return found.pid;
  throw new DeployError(
    `program ${program} must run to be sent a signal: it is ${found?.state ?? "unknown to supervisord"}`,
  );
}
