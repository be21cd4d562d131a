import { DeployError } from "../../model/deploy-errors.ts";
import { isSelected, shownSelection, type ProgramSelection } from "../../model/program-name.ts";
import { singleLine } from "../../model/text.ts";
import { closest } from "../../model/wording.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SupervisorControl } from "../../ports/supervisor-control.ts";
import type { ProgramInfo, ProgramState, SupervisorAddress } from "../../ports/supervisor.ts";

/** Programs of one supervisord, and what is needed to start and stop them. */
export interface Programs {
  readonly control: SupervisorControl;
  readonly address: SupervisorAddress;
  readonly selection: ProgramSelection;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
}

const FIRST_POLL_MS = 50;
const MOST_POLL_MS = 500;
const GROWTH = 1.5;

/** A list of a hundred names helps nobody. */
const LIMIT_NEAR = 5;

/** In these it is told to stop; in all others it has ended, or is ending already. */
const RUNS: ReadonlySet<ProgramState> = new Set(["RUNNING", "STARTING", "BACKOFF"]);

/**
 * Lists the programs that are meant.
 *
 * @param programs - Which.
 * @returns At least one.
 * @throws {@link DeployError} When there is none; it names what there is.
 */
export async function findPrograms({
  control,
  address,
  selection,
  signal,
}: Programs): Promise<readonly ProgramInfo[]> {
  const all = await control.programs(address, signal);
  const found = all.filter(({ name }) => isSelected(name, selection));
  if (found.length > 0) return found;
  throw new DeployError(`supervisord has no program ${shownSelection(selection)}`, {
    hint: nearest(
      selection,
      all.map(({ name }) => singleLine(name)),
    ),
  });
}

/**
 * Tells programs to stop; those that do not run are left alone.
 *
 * @param programs - Which.
 * @returns Those that were told.
 */
export async function tellToStop(programs: Programs): Promise<readonly ProgramInfo[]> {
  const { control, address, signal } = programs;
  const running = (await findPrograms(programs)).filter(({ state }) => RUNS.has(state));
  for (const { name } of running) await control.stop(address, name, signal);
  return running;
}

/**
 * Stops programs, and waits until they have ended; supervisord kills what does not in its own time.
 *
 * @param programs - Which.
 * @returns Those that ran.
 */
export async function stopPrograms(programs: Programs): Promise<readonly ProgramInfo[]> {
  const told = await tellToStop(programs);
  const before = new Map(told.map(({ name, pid }) => [name, pid]));
  // What somebody else has started again meanwhile has ended before that.
  const hasEnded = ({ name, state, pid }: ProgramInfo): boolean =>
    state !== "STOPPING" && (!RUNS.has(state) || pid !== before.get(name));
  await poll(programs, (infos) => infos.every(hasEnded));
  return told;
}

/**
 * Tells programs to start; those that run are left alone.
 *
 * @param programs - Which.
 * @returns Those that did not run.
 */
export async function tellToStart(programs: Programs): Promise<readonly ProgramInfo[]> {
  const { control, address, signal } = programs;
  // It would take no notice, and say nothing.
  await poll(programs, (infos) => infos.every(({ state }) => state !== "STOPPING"));
  const idle = (await findPrograms(programs)).filter(({ state }) => !RUNS.has(state));
  for (const { name } of idle) await control.start(address, name, signal);
  return idle;
}

/**
 * Waits until programs count as running.
 *
 * @param programs - Which.
 * @throws {@link DeployError} When one does not come to run.
 */
export async function waitUntilRunning(programs: Programs): Promise<void> {
  await poll(programs, (infos) => {
    for (const info of infos) refuseEnded(info);
    return infos.every(({ state }) => state === "RUNNING" || state === "EXITED");
  });
}

async function poll(
  programs: Programs,
  isReached: (infos: readonly ProgramInfo[]) => boolean,
): Promise<void> {
  const { clock, signal } = programs;
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * GROWTH, MOST_POLL_MS)) {
    if (isReached(await findPrograms(programs))) return;
    await clock.sleep(waitMs, signal);
  }
}

// One in BACKOFF is tried again by supervisord itself; one that has ended with success has done what it was started for.
function refuseEnded({ name, state, exitCode, spawnError }: ProgramInfo): void {
  const isFine = state !== "FATAL" && state !== "STOPPED" && (state !== "EXITED" || exitCode === 0);
  if (isFine) return;
  const code = exitCode === null ? "" : ` with ${String(exitCode)}`;
  const why = spawnError === "" ? (state === "EXITED" ? code : "") : `: ${singleLine(spawnError)}`;
  const shown = singleLine(name);
  throw new DeployError(`program ${shown} was started and is ${state}${why}`, {
    hint: `its log tells more: supervisorctl tail ${shown} stderr`,
  });
}

function nearest(selection: ProgramSelection, names: readonly string[]): string {
  if (names.length === 0) return "it has none at all";
  const { group } = selection;
  const inGroup = names.filter((name) => name.startsWith(`${group}:`)).slice(0, LIMIT_NEAR);
  if (inGroup.length > 0) return `there is ${inGroup.join(", ")}, all of them as ${group}:*`;
  const near = closest(shownSelection(selection), names);
  return near === null
    ? `there is ${names.slice(0, LIMIT_NEAR).join(", ")}`
    : `did you mean ${near}?`;
}
