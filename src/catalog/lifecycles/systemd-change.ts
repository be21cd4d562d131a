import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Live } from "../../model/lifecycle.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { OptionProblem } from "../../model/options.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { FoundUnit, SystemdControl } from "../../ports/systemd-control.ts";
import { contentProblems, unitOf, wantedContent, type ServiceSubject } from "./systemd-options.ts";
import { describe, isFromElsewhere, isLeftOver, isStopped, needsEnabling } from "./systemd-read.ts";

/** What is changed, and how. */
interface Change {
  readonly subject: ServiceSubject;
  readonly unit: string;
  readonly found: FoundUnit;
  readonly control: SystemdControl;
  readonly scope: LifecycleScope;
}

/**
 * Makes a service: writes its file, enables and starts it.
 *
 * @param subject - The service.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its unit and file.
 * @throws {@link DeployError} When it cannot be made or started, or somebody else has the name.
 */
export async function createService(
  subject: ServiceSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const change = await changeOf(subject, world, scope);
  const { file } = change.found;
  const isOthers = file !== null && !isSameThing(file.marks, subject.marks);
  if (isOthers || isFromElsewhere(change.found)) throw foreign(change);
  return await converge(change);
}

/**
 * Brings a service to how it should be: a changed file starts it anew.
 *
 * @param subject - The service.
 * @param _live - How it was found; it is looked at again.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its unit and file.
 * @throws {@link DeployError} When that fails.
 */
export async function updateService(
  subject: ServiceSubject,
  _live: Live,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const change = await changeOf(subject, world, scope);
  const { file } = change.found;
  const marks = file?.marks ?? null;
  const isOthers = marks !== null && !isSameThing(marks, subject.marks);
  if (isOthers || file?.isOrdinary === false) throw foreign(change);
  return await converge(change);
}

/**
 * Takes a service away: stops and disables it, and removes its file.
 *
 * @param subject - The service.
 * @param world - The world.
 * @param scope - The project.
 * @throws {@link DeployError} When it cannot be stopped or removed.
 */
export async function removeService(
  subject: ServiceSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<void> {
  const { control, found, unit } = await changeOf(subject, world, scope);
  const { file } = found;
  // What was begun and is in no place yet.
  if (file === null) await control.eraseFile(unit);
  const isOurs = file !== null && isSameThing(file.marks, subject.marks);
  if (!isOurs && !isLeftOver(found, subject)) return;
  await control.stop(unit, scope.signal);
  scope.note("stopped, its file is still there");
  await control.setEnabled(unit, false, scope.signal);
  scope.note("disabled, its file is still there");
  await control.eraseFile(unit);
  scope.note("its file is gone, systemd has not read that yet");
  await control.reload(scope.signal);
}

/**
 * Finds what would keep a service from being made.
 *
 * @param subject - The service.
 * @param _live - What stands there; it is looked at again.
 * @param world - The world.
 * @param scope - The project.
 * @returns Problems.
 */
export async function verifyService(
  subject: ServiceSubject,
  _live: Live | null,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly OptionProblem[]> {
  const control = await world.systemdControl();
  const property = subject.parameters.source === null ? "content" : "source";
  const bytes = await scope.content(wantedContent(subject).sha256);
  const message = await control.writingProblem(unitOf(subject));
  const writing: readonly OptionProblem[] =
    message === null
      ? []
      : [{ code: "option-invalid", property: "unit", message, hint: "run as root" }];
  return [...contentProblems(bytes, property), ...writing];
}

/**
 * Keeps how a service is now.
 *
 * @param subject - The service.
 * @param _live - How it was found.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its file, and whether it is enabled and runs.
 */
export async function captureService(
  subject: ServiceSubject,
  _live: Live,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const { control, unit, found } = await changeOf(subject, world, scope);
  const bytes = await control.readFile(unit);
  return {
    sha256: bytes === null ? null : scope.keep(bytes),
    isEnabled: needsEnabling(found, false),
    isRunning: !isStopped(found),
  };
}

/**
 * Makes a service again as it was captured.
 *
 * @param subject - The service.
 * @param captured - How it was.
 * @param world - The world.
 * @param scope - The project.
 * @throws {@link DeployError} When that fails.
 */
export async function restoreService(
  subject: ServiceSubject,
  captured: JsonObject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<void> {
  const { control, unit } = await changeOf(subject, world, scope);
  const { sha256, isEnabled, isRunning } = captured;
  await control.stop(unit, scope.signal);
  if (typeof sha256 === "string") {
    await control.writeFile(unit, await scope.content(sha256), null);
  } else await control.eraseFile(unit);
  scope.note("its file is as before, systemd has not read it yet");
  await control.reload(scope.signal);
  await control.setEnabled(unit, isEnabled === true, scope.signal);
  if (isRunning === true) await control.start(unit, scope.signal);
}

async function changeOf(
  subject: ServiceSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<Change> {
  const control = await world.systemdControl();
  const unit = unitOf(subject);
  const found = await control.find(unit, scope.signal);
  return { subject, unit, found, control, scope };
}

function foreign({ unit, found }: Change): DeployError {
  return new DeployError(`${describe(unit, found)}, was not made for this`, {
    code: "resource-foreign",
    hint: "choose another name for the unit, take that file away, or declare adopt: true to take it over",
  });
}

// A service that runs never has another file than the one that it was started from: it is stopped first. Wherever this is
// cut off, what is left to do can be seen.
async function converge(change: Change): Promise<JsonObject> {
  const { control, found, scope, unit } = change;
  const { file, path } = found;
  const isChanged = file?.sha256 !== wantedContent(change.subject).sha256;
  if (isChanged && !isStopped(found)) {
    await control.stop(unit, scope.signal);
    scope.note("stopped, its file is not written yet");
  }
  const isOther = await writeAndEnable(change, isChanged);
  if (isOther || found.isStale) {
    await control.reload(scope.signal);
    scope.note("its file is read, it is not started yet");
  }
  if (isChanged || isStopped(found)) await control.start(unit, scope.signal);
  return { unit, path };
}

async function writeAndEnable(
  { control, found, scope, subject, unit }: Change,
  isChanged: boolean,
): Promise<boolean> {
  const { enabled } = subject.parameters;
  const isWritten = isChanged || !isMarkedAs(found.file?.marks ?? null, subject.marks);
  if (isWritten) {
    const content = await scope.content(wantedContent(subject).sha256);
    await control.writeFile(unit, content, subject.marks);
    scope.note("its file is written, systemd has not read it yet");
  }
  // Another file may have to be installed elsewhere.
  const isEnabling = isChanged || needsEnabling(found, enabled);
  if (isEnabling) {
    await control.setEnabled(unit, enabled, scope.signal);
    scope.note("enabled as it should be, systemd has not read that yet");
  }
  return isWritten || isEnabling;
}

function isMarkedAs(one: Marks | null, other: Marks): boolean {
  return (
    one !== null &&
    isSameThing(one, other) &&
    one.resource === other.resource &&
    one.specHash === other.specHash &&
    one.version === other.version
  );
}
