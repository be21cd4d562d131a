import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Live } from "../../model/lifecycle.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { HostedProcess } from "../../ports/process-host.ts";
import { absolutePath } from "./git-path.ts";
import { declarationOf, processDifferences } from "./process-differences.ts";
import { findProcess } from "./process-find.ts";
import {
  logFileOf,
  physicalOf,
  wantedVariables,
  type ProcessParameters,
  type ProcessSubject,
  type WantedVariables,
} from "./process-options.ts";
import {
  diagnoseProcess,
  listProcesses,
  readProcess,
  rotateLog,
  verifyProcess,
} from "./process-read.ts";

/** How a process is started, watched over and ended. */
export const processLifecycle = {
  settleSeconds: 10,
  replacing: [],
  claims: (_: ProcessParameters, name: string): readonly string[] => [`process:${name}`],
  verify: verifyProcess,
  read: readProcess,
  create: converge,
  update: async (
    subject: ProcessSubject,
    _: Live,
    world: DeployWorld,
    scope: LifecycleScope,
  ): Promise<JsonObject> => await converge(subject, world, scope),
  remove,
  restart,
  tend: rotateLog,
  diagnose: diagnoseProcess,
  list: listProcesses,
};

// Neither how it is told to end nor how much of its log is kept needs another process.
async function converge(
  subject: ProcessSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const { leader, own, inPlace } = await findProcess(subject, world, scope);
  if (inPlace !== null) throw inTheWay(inPlace);
  const wanted = await wantedVariables(subject, world);
  if (leader !== null && processDifferences(leader, subject.parameters, wanted).length === 0) {
    await rotateLog(subject, world, scope);
    return physicalOf(leader);
  }
  return await renew(subject, own, { world, scope });
}

// What still runs of it is ended first, with SIGKILL when its time is over; without anything that runs, it is started.
async function restart(
  subject: ProcessSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const { own, inPlace } = await findProcess(subject, world, scope);
  if (inPlace !== null) throw inTheWay(inPlace);
  return await renew(subject, own, { world, scope });
}

async function renew(
  subject: ProcessSubject,
  own: readonly HostedProcess[],
  place: Place,
): Promise<JsonObject> {
  const { world, scope } = place;
  const wanted = await wantedVariables(subject, world);
  // Before anything is ended: without it nothing could be started.
  const [reason] = wanted.missing.values();
  if (reason !== undefined) throw new DeployError(reason, { code: "cannot-observe" });
  if (own.length > 0) await end(subject, own, place);
  await rotateLog(subject, world, scope);
  return await start(subject, wanted, place);
}

interface Place {
  readonly world: DeployWorld;
  readonly scope: LifecycleScope;
}

async function start(
  subject: ProcessSubject,
  { variables }: WantedVariables,
  { world, scope }: Place,
): Promise<JsonObject> {
  const { parameters, marks } = subject;
  const { root } = scope;
  const host = await world.processHost();
  // Otherwise a new one would be taken for something that the old one has left behind.
  await host.forget({ root, marks });
  scope.note("about to start");
  const started = await host.start({
    command: parameters.command,
    cwd: absolutePath(root, parameters.cwd ?? "."),
    env: variables,
    marks,
    root,
    declaration: declarationOf(parameters),
    logFile: logFileOf(subject, root),
  });
  scope.note("started");
  return physicalOf(started);
}

async function remove(
  subject: ProcessSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<void> {
  const { own } = await findProcess(subject, world, scope);
  if (own.length > 0) await end(subject, own, { world, scope });
  const host = await world.processHost();
  await host.forget({ root: scope.root, marks: subject.marks });
}

async function end(
  { parameters }: ProcessSubject,
  own: readonly HostedProcess[],
  { world, scope }: Place,
): Promise<void> {
  const { stopSignal, stopGrace } = parameters;
  const host = await world.processHost();
  scope.note(`telling it to end with ${stopSignal}`);
  await host.stop(own, { stopSignal, graceMs: stopGrace * 1_000, signal: scope.signal });
  scope.note("ended");
}

function inTheWay({ pid, marks }: HostedProcess): DeployError {
  return new DeployError(
    `process ${String(pid)} runs for ${marks.resource} already, from another life that is not recorded here`,
    {
      code: "resource-foreign",
      hint: "clockwork import records it as it is; or end it yourself",
    },
  );
}
