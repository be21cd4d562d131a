import { resolveEnvironment } from "../../model/command-environment.ts";
import { canonicalJson, isRecord, type JsonObject } from "../../model/json.ts";
import type { Difference, LifecycleScope, Live, Progress, Subject } from "../../model/lifecycle.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import { redactor } from "../../model/redactor.ts";
import type { SecretReference } from "../../model/secret.ts";
import { singleLine } from "../../model/text.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { HostedProcess, ProcessEnd } from "../../ports/process-host.ts";

/** Options of a process, as read. */
export type ProcessParameters = JsonObject & {
  readonly command: readonly string[];
  readonly cwd: string | null;
  readonly envVars: Readonly<Record<string, string | SecretReference>>;
  readonly stopSignal: string;
  readonly stopGrace: number;
  readonly logFile: string | null;
  readonly logMaxMb: number;
  readonly logKeep: number;
};

type Own = Subject<ProcessParameters>;

const MIB = 1024 * 1024;
const SHOWN_LINES = 10;
const SHOWN_CHARACTERS = 300;
const HIDDEN = "***";

/** How a process is started, watched over and ended. */
export const processLifecycle = {
  settleSeconds: 10,
  replacing: [],
  claims: (_: ProcessParameters, name: string): readonly string[] => [`process:${name}`],
  read,
  create: start,
  update: restart,
  remove: stop,
  diagnose,
  list,
};

async function read(subject: Own, world: DeployWorld, scope: LifecycleScope): Promise<Live | null> {
  const host = await world.processHost();
  const own = (await host.find(subject.marks.project, scope.signal)).filter(
    ({ marks }) =>
      isSameThing(marks, subject.marks) ||
      (subject.physical === null && marks.resource === subject.resource),
  );
  const leader = own.find(({ isLeader }) => isLeader) ?? null;
  if (leader === null) return ended(subject, own, host.endOf(subject.marks));
  const logFile = logFileOf(subject, scope.root);
  const { logMaxMb, logKeep } = subject.parameters;
  await host.rotate(logFile, { maxBytes: logMaxMb * MIB, keep: logKeep });
  return {
    marks: leader.marks,
    physical: physicalOf(leader),
    isComplete: true,
    progress: "running",
    differences: await differencesOf(subject, leader, world),
    description: `process ${String(leader.pid)}, ${shown(subject.parameters.command.join(" "))}`,
  };
}

// What it has started and left behind is no process of its own: the next one that is started ends it first.
function ended(subject: Own, left: readonly HostedProcess[], end: ProcessEnd | null): Live | null {
  if (end === null && left.length === 0) return null;
  const isWell = end?.exitCode === 0 && left.length === 0;
  const words = end === null ? "has ended" : howItEnded(end);
  const progress: Progress = isWell ? "completed" : "failed";
  const difference: Difference = { field: "running", live: words, wanted: "running" };
  return {
    marks: subject.marks,
    physical: subject.physical ?? {},
    isComplete: true,
    progress,
    differences: isWell ? [] : [difference],
    description: `process, ${words}`,
  };
}

// As it was declared when it was started: its command line may have been rewritten since, by itself or by the system.
async function differencesOf(
  { parameters }: Own,
  running: HostedProcess,
  world: DeployWorld,
): Promise<readonly Difference[]> {
  const was = parse(running.declaration);
  const differences: Difference[] = [];
  for (const field of ["command", "cwd"] as const) {
    const [live, wanted] = [was[field] ?? null, parameters[field]];
    if (canonicalJson(live) === canonicalJson(wanted)) continue;
    differences.push({ field, live: shownJson(live), wanted: shownJson(wanted) });
  }
  const { envVars } = parameters;
  const { variables, secrets } = await resolveEnvironment(envVars, world.secrets.resolve);
  const before = isRecord(was["envVars"]) ? was["envVars"] : {};
  const names = new Set([...Object.keys(variables), ...Object.keys(before)]);
  // Also what has been a secret until now.
  const isSecret = (name: string, value: string): boolean =>
    [envVars, before].some((of) => Object.hasOwn(of, name) && typeof of[name] !== "string") ||
    secrets.includes(value);
  return [
    ...differences,
    ...[...names].flatMap((name): Difference[] => {
      const [live, wanted] = [running.environment[name] ?? null, variables[name] ?? null];
      if (live === wanted) return [];
      const hide = (value: string | null): string | null =>
        value === null ? null : isSecret(name, value) ? HIDDEN : shown(value);
      return [{ field: `envVars.${name}`, live: hide(live), wanted: hide(wanted) }];
    }),
  ];
}

async function start(subject: Own, world: DeployWorld, scope: LifecycleScope): Promise<JsonObject> {
  const { parameters, marks } = subject;
  const host = await world.processHost();
  const own = (await host.find(marks.project, scope.signal)).filter((one) =>
    isSameThing(one.marks, marks),
  );
  const leader = own.find(({ isLeader }) => isLeader);
  if (leader !== undefined) return physicalOf(leader);
  if (own.length > 0) await stop(subject, world, scope);
  const { command, cwd, envVars } = parameters;
  const { variables } = await resolveEnvironment(envVars, world.secrets.resolve);
  scope.note("about to start");
  const started = await host.start({
    command,
    cwd: pathIn(scope.root, cwd ?? "."),
    env: variables,
    marks,
    declaration: canonicalJson({ command, cwd, envVars }),
    logFile: logFileOf(subject, scope.root),
  });
  scope.note("started");
  return physicalOf(started);
}

// Neither how it is told to end nor its log needs another process.
async function restart(
  subject: Own,
  _: Live,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const differences = (await read(subject, world, scope))?.differences ?? [];
  if (differences.length > 0) await stop(subject, world, scope);
  return await start(subject, world, scope);
}

async function list(
  project: string,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]> {
  const found = await (await world.processHost()).find(project, scope.signal);
  return found
    .filter(({ isLeader }) => isLeader)
    .map((one) => ({ marks: one.marks, physical: physicalOf(one) }));
}

async function stop(subject: Own, world: DeployWorld, scope: LifecycleScope): Promise<void> {
  const host = await world.processHost();
  const own = (await host.find(subject.marks.project, scope.signal)).filter(({ marks }) =>
    isSameThing(marks, subject.marks),
  );
  if (own.length === 0) return;
  const { stopSignal, stopGrace } = subject.parameters;
  scope.note(`telling it to end with ${stopSignal}`);
  await host.stop(own, { stopSignal, graceMs: stopGrace * 1_000, signal: scope.signal });
}

async function diagnose(
  subject: Own,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly string[]> {
  const host = await world.processHost();
  const end = host.endOf(subject.marks);
  const logFile = logFileOf(subject, scope.root);
  const { secrets } = await resolveEnvironment(subject.parameters.envVars, world.secrets.resolve);
  const hide = redactor(secrets);
  const log = (await host.tail(logFile, SHOWN_LINES)).map((line) => `  ${shown(hide(line))}`);
  return [
    ...(end === null ? [] : [`its process ${howItEnded(end)}`]),
    ...(log.length === 0
      ? [`it printed nothing to ${logFile}`]
      : [`last lines of ${logFile}:`, ...log]),
  ];
}

function physicalOf({ pid, startTicks }: Pick<HostedProcess, "pid" | "startTicks">): JsonObject {
  return { pid, startTicks };
}

function logFileOf({ parameters, resource }: Own, root: string): string {
  return pathIn(root, parameters.logFile ?? `.clockwork/logs/${resource}.log`);
}

function pathIn(root: string, path: string): string {
  if (path.startsWith("/")) return path;
  return path === "." ? root : `${root}/${path}`;
}

function howItEnded({ exitCode, exitSignal }: ProcessEnd): string {
  return exitCode === null
    ? `was ended by ${String(exitSignal)}`
    : `exited with ${String(exitCode)}`;
}

function parse(declaration: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(declaration ?? "{}");
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function shownJson(value: unknown): string | null {
  if (value === null) return null;
  return shown(typeof value === "string" ? value : canonicalJson(value));
}

function shown(text: string): string {
  const line = singleLine(text);
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS - 1)}…`;
}
