import { ObservationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Difference, LifecycleScope, Live, Progress } from "../../model/lifecycle.ts";
import type { Marks } from "../../model/marks.ts";
import { printable } from "../../model/text.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { FoundUnit, UnitFile } from "../../ports/systemd-control.ts";
import {
  unitOf,
  wantedContent,
  type ServiceSubject,
  type WantedContent,
} from "./systemd-options.ts";

const SHOWN_DIGITS = 12;
const LOG_LINES = 20;
const LOG_LIMIT_BYTES = 64 * 1024;

/** What is started with the machine, and what is not although it could be. All else has nothing to say about it. */
const ENABLED: ReadonlySet<string> = new Set(["enabled", "enabled-runtime", "linked-runtime"]);
const NOT_ENABLED: ReadonlySet<string> = new Set(["disabled", "enabled-runtime"]);

/**
 * Looks at a service.
 *
 * @param subject - How it should be.
 * @param world - The world.
 * @param scope - The project.
 * @returns Null when there is none.
 * @throws {@link ObservationError} When systemd cannot be asked, or its file cannot be read.
 */
export async function readService(
  subject: ServiceSubject,
  world: DeployWorld,
  { signal }: LifecycleScope,
): Promise<Live | null> {
  const control = await world.systemdControl();
  const unit = unitOf(subject);
  const found = await control.find(unit, signal);
  const { file, path } = found;
  const isThere = file !== null || isFromElsewhere(found) || isLeftRunning(found);
  if (!isThere || isLeftOver(found, subject)) return null;
  const progress = progressOf(found);
  return {
    marks: file?.marks ?? null,
    physical: { unit, path },
    isComplete: found.loadState !== "not-found" && !found.isStale,
    progress,
    differences: [
      ...contentOf(file, subject),
      ...enabledOf(found, subject),
      ...runningOf(found, progress),
    ],
    description: describe(unit, found),
  };
}

/**
 * Finds the services of a project.
 *
 * @param project - The project's UUID.
 * @param world - The world.
 * @param scope - The project.
 * @returns Their marks, units and files.
 * @throws {@link ObservationError} When we could not look.
 */
export async function listServices(
  project: string,
  world: DeployWorld,
  { signal }: LifecycleScope,
): Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]> {
  const control = await world.systemdControl();
  const units = await control.markedUnits(signal);
  return units
    .filter(({ marks }) => marks.project === project)
    .map(({ unit, path, marks }) => ({ marks, physical: { unit, path } }));
}

/**
 * Finds out why a service does not run: its state, and the end of its log.
 *
 * @param subject - The service.
 * @param world - The world.
 * @param scope - The project.
 * @returns At most 21 lines.
 * @throws {@link ObservationError} When systemd cannot be asked.
 */
export async function diagnoseService(
  subject: ServiceSubject,
  world: DeployWorld,
  { signal }: LifecycleScope,
): Promise<readonly string[]> {
  const control = await world.systemdControl();
  const unit = unitOf(subject);
  const found = await control.find(unit, signal);
  if (found.file === null) return [];
  return [describe(unit, found), ...(await logOf(unit, world, signal))];
}

/**
 * Tells whether a unit comes from elsewhere, such as a package of the machine.
 *
 * @param found - The unit.
 * @returns False when it is not there, or is from where a file of ours belongs.
 */
export function isFromElsewhere({ fragmentPath, path }: FoundUnit): boolean {
  return fragmentPath !== "" && fragmentPath !== path;
}

/**
 * Tells whether systemd has nothing more to do with a unit.
 *
 * @param found - The unit.
 * @returns True when it does not run, and is not about to.
 */
export function isStopped({ activeState }: Pick<FoundUnit, "activeState">): boolean {
  return activeState === "inactive" || activeState === "failed";
}

/**
 * Tells whether a service of ours still runs of which the file is gone: somebody took it away.
 *
 * @param found - The unit.
 * @param subject - The service; it is ours when it was made before.
 * @returns True when nothing but its processes is left.
 */
export function isLeftOver(found: FoundUnit, { physical }: ServiceSubject): boolean {
  return isLeftRunning(found) && physical !== null;
}

function isLeftRunning(found: FoundUnit): boolean {
  return found.file === null && !isFromElsewhere(found) && !isStopped(found);
}

/**
 * Tells in a few words what is there.
 *
 * @param unit - Its name.
 * @param found - What is there.
 * @returns Such as `unit web.service, failed (exit-code, status 1), from /etc/systemd/system/web.service`.
 */
export function describe(unit: string, found: FoundUnit): string {
  const { activeState, subState, result, exitStatus, loadState, fragmentPath } = found;
  const status = exitStatus === null ? "" : `, status ${String(exitStatus)}`;
  const why = activeState === "failed" ? `${result}${status}` : subState;
  const load = loadState === "loaded" ? "" : `, ${loadState}`;
  const from = fragmentPath === "" ? "" : `, from ${fragmentPath}`;
  return printable(`unit ${unit}, ${activeState} (${why})${load}${from}`);
}

const PROGRESS: ReadonlyMap<string, Progress> = new Map([
  ["active", "running"],
  ["reloading", "running"],
  ["refreshing", "running"],
  ["activating", "starting"],
  ["failed", "failed"],
]);

function progressOf({ activeState, serviceType, result, hasRun }: FoundUnit): Progress {
  const hasEndedWell = serviceType === "oneshot" && hasRun && result === "success";
  if (activeState === "inactive" && hasEndedWell) return "completed";
  return PROGRESS.get(activeState) ?? "stopped";
}

function contentOf(file: UnitFile | null, subject: ServiceSubject): readonly Difference[] {
  const wanted = wantedContent(subject);
  if (file?.sha256 === wanted.sha256) return [];
  const field = subject.parameters.source === null ? "content" : "source";
  return [{ field, live: file && shownContent(file), wanted: shownContent(wanted) }];
}

function shownContent({ sha256, sizeBytes }: WantedContent): string {
  return sha256 === ""
    ? "no file"
    : `${String(sizeBytes)} bytes, SHA-256 ${sha256.slice(0, SHOWN_DIGITS)}`;
}

function enabledOf(found: FoundUnit, { parameters }: ServiceSubject): readonly Difference[] {
  if (!needsEnabling(found, parameters.enabled)) return [];
  return [
    { field: "enabled", live: String(!parameters.enabled), wanted: String(parameters.enabled) },
  ];
}

/**
 * Tells whether a unit has to be enabled or disabled. One without a section [Install] can be neither.
 *
 * @param found - The unit.
 * @param isWanted - Whether it should be started with the machine.
 * @returns True when something has to be done.
 */
export function needsEnabling({ enablement }: FoundUnit, isWanted: boolean): boolean {
  return (isWanted ? NOT_ENABLED : ENABLED).has(enablement);
}

function runningOf(found: FoundUnit, progress: Progress): readonly Difference[] {
  if (progress !== "stopped" && progress !== "failed") return [];
  return [{ field: "running", live: found.activeState, wanted: "active" }];
}

// Where it is not kept, or we may not read it, the state has to do.
async function logOf(
  unit: string,
  world: DeployWorld,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const commands = await world.commands();
  const lines = ["-n", String(LOG_LINES), "--no-pager", "-q", "-o", "cat"];
  try {
    const { stdout, exitCode } = await commands.run(["journalctl", "-u", unit, ...lines], {
      signal,
      limitBytes: LOG_LIMIT_BYTES,
    });
    const text = printable(stdout).trim();
    return exitCode === 0 && text !== "" ? text.split("\n").slice(-LOG_LINES) : [];
  } catch (error) {
    if (error instanceof ObservationError) return [];
    throw error;
  }
}
