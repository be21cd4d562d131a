import { DeployError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  ConfigurationChanges,
  FoundProgram,
  ProgramPlace,
  SupervisorControl,
} from "../../ports/supervisor-control.ts";
import type { ProgramInfo, SupervisorAddress } from "../../ports/supervisor.ts";
import { eraseDurably, keepFile, writeDurably, writingProblem } from "../system/durable-file.ts";
import { unlessAborted } from "../system/unless-aborted.ts";
import { SupervisorFaultError, type SupervisorClient } from "./client.ts";
import type { SearchOptions } from "./configuration-file.ts";
import { clientFor, type SupervisorOptions } from "./connect.ts";
import { changesOf, describeFault, isFault, unlessFault } from "./faults.ts";
import { inclusionOf } from "./include.ts";
import { belongingOf, definedElsewhere, markedFilesOf, readProgramFile } from "./program-file.ts";
import { programsOf } from "./program-info.ts";
import { sectionText } from "./section-text.ts";

/** What is needed to change what supervisord runs. */
export interface SupervisorControlOptions extends SupervisorOptions {
  readonly clock: Clock;
}

const TAIL_BYTES = 4_096;
const STOP_POLL_MS = 100;
/** It kills what has not ended 10 s after it was told to, unless its configuration says otherwise. */
const STOP_LIMIT_MS = 120_000;

const SECRET_MODE = 0o600;
const PLAIN_MODE = 0o644;

/**
 * Changes what supervisord runs: files of our own in the folder that it includes, and its XML-RPC for all the rest.
 *
 * @param options - Environment, secrets, resolver and clock.
 * @returns A control that has touched nothing yet.
 */
export function supervisorControl(options: SupervisorControlOptions): SupervisorControl {
  const { env, folder = process.cwd() } = options;
  const search: SearchOptions = { env, folder };
  const call = async <T>(
    address: SupervisorAddress,
    signal: AbortSignal,
    task: (ask: Ask) => Promise<T>,
  ): Promise<T> => {
    const client = await clientFor(address, options);
    return await task((method, parameters = []) =>
      client.call(`supervisor.${method}`, parameters, signal),
    );
  };
  return {
    find: (place, signal) =>
      call(place.address, signal, async (ask) => {
        const infos = programsOf(await ask("getAllProcessInfo"));
        return await unlessAborted(signal, () => foundAt(place, search, infos));
      }),
    writeSection: async (path, program, section) => {
      const text = sectionText(program, section);
      const putBack = await keepFile(path);
      await writeDurably(path, text, section.isSecret ? SECRET_MODE : PLAIN_MODE);
      return putBack;
    },
    eraseSection: eraseDurably,
    writingProblem,
    reload: (address, signal) => call(address, signal, reload),
    addGroup: (address, group, signal) =>
      call(address, signal, async (ask) => {
        const added = await unlessFault(ask("addProcessGroup", [group]), [
          "ALREADY_ADDED",
          "BAD_NAME",
        ]);
        return added !== "BAD_NAME";
      }),
    start: (address, program, signal) => call(address, signal, (ask) => start(ask, program)),
    programs: (address, signal) =>
      call(address, signal, async (ask) => programsOf(await ask("getAllProcessInfo"))),
    stop: (address, program, signal) => call(address, signal, (ask) => stop(ask, program)),
    stopAndRemove: (address, program, signal) =>
      call(address, signal, (ask) => stopAndRemove(ask, { program, clock: options.clock, signal })),
    logTail: (address, program, signal) =>
      call(address, signal, async (ask) => ({
        stdout: await tailOf(ask, "tailProcessStdoutLog", program),
        stderr: await tailOf(ask, "tailProcessStderrLog", program),
      })),
    markedFiles: async (signal) => {
      const inclusion = await inclusionOf({ serverUrl: null }, search);
      return inclusion === null ? [] : await markedFilesOf(inclusion, signal);
    },
  };
}

type Ask = (
  method: string,
  parameters?: Parameters<SupervisorClient["call"]>[1],
) => ReturnType<SupervisorClient["call"]>;

async function foundAt(
  place: ProgramPlace,
  search: SearchOptions,
  infos: readonly ProgramInfo[],
): Promise<FoundProgram> {
  const { address, program, knownFile } = place;
  const inclusion = await inclusionOf(address, search);
  const belonging = belongingOf(place, inclusion);
  const { path } = belonging;
  const atPath = path === null ? null : await readProgramFile(path, program);
  const before = knownFile === null ? null : await readProgramFile(knownFile, program);
  const file = atPath ?? ((before?.marks ?? null) === null ? null : before);
  const own = [path, file?.path ?? null];
  const info = infos.find(({ name }) => name === program || name.startsWith(`${program}:`)) ?? null;
  return { ...belonging, file, definedIn: await definedElsewhere(place, inclusion, own), info };
}

async function reload(ask: Ask): Promise<ConfigurationChanges> {
  try {
    return changesOf(await ask("reloadConfig"));
  } catch (error) {
    if (isFault(error, "CANT_REREAD")) throw describeFault(error, "read its configuration");
    throw error;
  }
}

async function start(ask: Ask, program: string): Promise<void> {
  // What ends at once is tried again by supervisord itself, and told by its state.
  const known = ["ALREADY_STARTED", "SPAWN_ERROR", "ABNORMAL_TERMINATION"];
  await explained(unlessFault(ask("startProcess", [program, false]), known), `start ${program}`);
}

async function stop(ask: Ask, program: string): Promise<void> {
  const answer = unlessFault(ask("stopProcess", [program, false]), ["NOT_RUNNING"]);
  await explained(answer, `stop ${program}`);
}

async function explained(answer: Promise<unknown>, action: string): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof SupervisorFaultError) throw describeFault(error, action);
    throw error;
  }
}

async function stopAndRemove(
  ask: Ask,
  {
    program,
    clock,
    signal,
  }: { readonly program: string; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const deadlineMs = clock.elapsedMs() + STOP_LIMIT_MS;
  for (;;) {
    // The whole group: somebody may have given it more than one process.
    await unlessFault(ask("stopProcessGroup", [program, true]), ["BAD_NAME", "NOT_RUNNING"]);
    const removed = await unlessFault(ask("removeProcessGroup", [program]), [
      "BAD_NAME",
      "STILL_RUNNING",
    ]);
    if (removed !== "STILL_RUNNING") return;
    if (clock.elapsedMs() >= deadlineMs) {
      throw new DeployError(`${program} does not stop within ${String(STOP_LIMIT_MS / 1_000)} s`);
    }
    await clock.sleep(STOP_POLL_MS, signal);
  }
}

// What cannot be read says nothing: it is a help, and no more.
async function tailOf(ask: Ask, method: string, program: string): Promise<string> {
  const answer = await ask(method, [program, 0, TAIL_BYTES]).catch((error: unknown) => {
    if (error instanceof SupervisorFaultError) return null;
    throw error;
  });
  const [text] = Array.isArray(answer) && !isRecord(answer) ? (answer as readonly unknown[]) : [];
  return typeof text === "string" ? wholeLines(text) : "";
}

// What begins in the middle of a line may begin in the middle of a secret, which nobody would find to hide it.
function wholeLines(text: string): string {
  if (Buffer.byteLength(text, "utf8") < TAIL_BYTES) return text;
  const end = text.indexOf("\n");
  return end === -1 ? "" : text.slice(end + 1);
}
