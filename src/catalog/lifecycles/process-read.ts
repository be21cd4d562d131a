import { shownCommand } from "../../model/command-text.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { excerpt } from "../../model/excerpt.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Live, Progress } from "../../model/lifecycle.ts";
import type { Marks } from "../../model/marks.ts";
import type { OptionProblem } from "../../model/options.ts";
import { redactor } from "../../model/redactor.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { HostedProcess, ProcessEnd } from "../../ports/process-host.ts";
import { lineRedactor } from "./line-redactor.ts";
import { processDifferences } from "./process-differences.ts";
import { findProcess } from "./process-find.ts";
import { logFileOf, physicalOf, wantedVariables, type ProcessSubject } from "./process-options.ts";

const MIB = 1024 * 1024;
const SHOWN_LINES = 10;
const SHOWN_CHARACTERS = 300;
const SHOWN_PIDS = 3;

/**
 * Looks at a process.
 *
 * @param subject - How it should be.
 * @param world - The world.
 * @param scope - The project.
 * @returns Null when it has ended, unless we are told how, or it left something behind.
 * @throws {@link ObservationError} When we could not look.
 */
export async function readProcess(
  subject: ProcessSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<Live | null> {
  const host = await world.processHost();
  const { leader, own, inPlace } = await findProcess(subject, world, scope);
  const running = leader ?? inPlace;
  if (running === null)
    return endedLive(subject, own, host.endOf({ root: scope.root, marks: subject.marks }));
  const { parameters } = subject;
  const wanted = await wantedVariables(subject, world);
  const shown = redactor(wanted.secrets)(shownCommand(parameters.command));
  return {
    marks: running.marks,
    physical: physicalOf(running),
    isComplete: true,
    progress: "running",
    differences: processDifferences(running, parameters, wanted),
    description: `process ${String(running.pid)}, ${shown}`,
  };
}

/**
 * Finds what would keep a process from being started: a secret of our environment that is not there. Its program, its folder
 * and files with secrets may be made by others before it.
 *
 * @param subject - The process.
 * @param _live - What stands there.
 * @param world - The world.
 * @returns Problems.
 */
export async function verifyProcess(
  { parameters }: ProcessSubject,
  _live: Live | null,
  world: DeployWorld,
): Promise<readonly OptionProblem[]> {
  return Object.entries(parameters.envVars).flatMap(([name, value]): readonly OptionProblem[] => {
    if (typeof value === "string" || !("secretEnv" in value)) return [];
    if (world.secrets.hasVariable(value.secretEnv)) return [];
    const message = `needs the environment variable ${value.secretEnv}: it is not set, or empty`;
    const hint = "set it for the command that deploys";
    return [{ code: "option-invalid", property: `envVars.${name}`, message, hint }];
  });
}

/**
 * Finds out why a process does not work.
 *
 * @param subject - The process.
 * @param world - The world.
 * @param scope - The project.
 * @returns How it ended, and the last lines of its log, without secrets.
 */
export async function diagnoseProcess(
  subject: ProcessSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly string[]> {
  const host = await world.processHost();
  const end = host.endOf({ root: scope.root, marks: subject.marks });
  const { leader, own } = await findProcess(subject, world, scope);
  const logFile = logFileOf(subject, scope.root);
  const hide = lineRedactor((await wantedVariables(subject, world)).secrets);
  const lines = await host.tail(logFile, SHOWN_LINES);
  const log = lines.map((line) => `  ${excerpt(hide(line), SHOWN_CHARACTERS)}`);
  return [
    ...(end === null ? [] : [`its process ${howItEnded(end)}`]),
    ...(leader === null && own.length > 0 ? [leftBehind(own)] : []),
    ...(log.length === 0
      ? [`it printed nothing to ${logFile}`]
      : [`last lines of ${logFile}:`, ...log]),
  ];
}

/**
 * Finds the processes of a project.
 *
 * @param project - The project's UUID.
 * @param world - The world.
 * @param scope - The project.
 * @returns Those that were started, without what they started in turn.
 * @throws {@link ObservationError} When we could not look.
 */
export async function listProcesses(
  project: string,
  world: DeployWorld,
  { root, signal }: LifecycleScope,
): Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]> {
  const found = await (await world.processHost()).find(root, signal);
  return found
    .filter(({ isLeader, marks }) => isLeader && marks.project === project)
    .map((one) => ({ marks: one.marks, physical: physicalOf(one) }));
}

/**
 * Keeps the log of a process from growing without limit.
 *
 * @param subject - The process.
 * @param world - The world.
 * @param scope - The project.
 */
export async function rotateLog(
  subject: ProcessSubject,
  world: DeployWorld,
  { root }: LifecycleScope,
): Promise<void> {
  const { logMaxMb, logKeep } = subject.parameters;
  const host = await world.processHost();
  try {
    await host.rotate(logFileOf(subject, root), { maxBytes: logMaxMb * MIB, keep: logKeep });
  } catch (error) {
    // A log that is too long, or not ours to change, hides nothing of the process.
    if (!(error instanceof DeployError)) throw error;
  }
}

function endedLive(
  subject: ProcessSubject,
  left: readonly HostedProcess[],
  end: ProcessEnd | null,
): Live | null {
  if (end === null && left.length === 0) return null;
  const isWell = end?.exitCode === 0 && left.length === 0;
  const words = left.length > 0 || end === null ? leftBehind(left) : howItEnded(end);
  const progress: Progress = isWell ? "completed" : "failed";
  return {
    marks: subject.marks,
    physical: subject.physical ?? {},
    isComplete: left.length === 0,
    progress,
    differences: isWell ? [] : [{ field: "running", live: words, wanted: "running" }],
    description: `process, ${words}`,
  };
}

function howItEnded({ exitCode, exitSignal }: ProcessEnd): string {
  return exitCode === null
    ? `was ended by ${String(exitSignal)}`
    : `exited with ${String(exitCode)}`;
}

function leftBehind(left: readonly HostedProcess[]): string {
  const pids = left.slice(0, SHOWN_PIDS).map(({ pid }) => String(pid));
  const more = left.length > SHOWN_PIDS ? ", …" : "";
  return `has ended and left behind what it had started (pid ${pids.join(", ")}${more}); it must stay in the foreground`;
}
