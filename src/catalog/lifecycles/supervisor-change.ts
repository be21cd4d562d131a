import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Live } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import { redactor } from "../../model/redactor.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type {
  ConfigurationChanges,
  FoundProgram,
  ProgramDefinition,
  ProgramFile,
  ProgramPlace,
  SupervisorControl,
} from "../../ports/supervisor-control.ts";
import { placeOf, wantedOf, type ProgramSubject } from "./supervisor-options.ts";
import { describe, isLeftOver } from "./supervisor-read.ts";

/** What is changed, and how. */
interface Change {
  readonly subject: ProgramSubject;
  readonly place: ProgramPlace;
  readonly found: FoundProgram;
  readonly control: SupervisorControl;
  readonly world: DeployWorld;
  readonly scope: LifecycleScope;
}

/**
 * Makes a program: writes its section, and has it added and started.
 *
 * @param subject - The program.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its name and file.
 * @throws {@link DeployError} When it cannot be made, or somebody else has the name.
 */
export async function createProgram(
  subject: ProgramSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const change = await changeOf(subject, world, scope);
  const { file, definedIn } = change.found;
  const isOthers = file !== null && !isSameThing(file.marks, subject.marks);
  if (isOthers || definedIn !== null) throw foreign(change);
  return await converge(change);
}

/**
 * Brings a program to how it should be, and starts it where it does not run.
 *
 * @param subject - The program.
 * @param _live - How it was found; it is looked at again.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its name and file.
 * @throws {@link DeployError} When that fails.
 */
export async function updateProgram(
  subject: ProgramSubject,
  _live: Live,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const change = await changeOf(subject, world, scope);
  const marks = change.found.file?.marks ?? null;
  const isOthers = marks !== null && !isSameThing(marks, subject.marks);
  // The section of somebody else cannot be taken over: its file may hold more.
  if (isOthers || change.found.definedIn !== null) throw foreign(change);
  return await converge(change);
}

/**
 * Takes a program away: stops it, and takes its group and its section from supervisord.
 *
 * @param subject - The program.
 * @param world - The world.
 * @param scope - The project.
 * @throws {@link DeployError} When it does not stop, or its file cannot be removed.
 */
export async function removeProgram(
  subject: ProgramSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<void> {
  const { control, found, place } = await changeOf(subject, world, scope);
  const { file, path } = found;
  const { address, program } = place;
  const isOurs = file !== null && isSameThing(file.marks, subject.marks);
  // What was begun and is in no place yet.
  if (file === null && path !== null) await control.eraseSection(path);
  if (!isOurs && !isLeftOver(found, subject)) return;
  // Of two definitions of one name nobody knows which one runs.
  if (found.definedIn === null) {
    await control.stopAndRemove(address, program, scope.signal);
    scope.note("stopped and taken from supervisord, its file is still there");
  }
  if (file === null) return;
  await control.eraseSection(file.path);
  scope.note("its file is gone, supervisord has not read that yet");
  try {
    await control.reload(address, scope.signal);
  } catch (error) {
    // The program is gone; a configuration of others that cannot be read changes nothing about that.
    if (!(error instanceof DeployError)) throw error;
  }
}

async function changeOf(
  subject: ProgramSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<Change> {
  const control = await world.supervisorControl();
  const place = placeOf(subject, scope.root);
  const found = await control.find(place, scope.signal);
  return { subject, place, found, control, world, scope };
}

function foreign({ place, found }: Change): DeployError {
  const { definedIn, file } = found;
  const path = definedIn ?? file?.path ?? "";
  return new DeployError(
    `${describe(place.program, found)}: ${path} was not written for this and defines ${place.program}`,
    {
      code: "resource-foreign",
      hint: `take its section out of ${path}, or choose another name for the program`,
    },
  );
}

async function converge(change: Change): Promise<JsonObject> {
  const { control, found, place, scope } = change;
  const { path, problem, hint } = found;
  const { program, address } = place;
  if (path === null) throw new DeployError(`${program} ${problem ?? ""}`, { hint });
  const changes = await defineAt(path, change);
  let isThere = found.info !== null && !changes.added.includes(program);
  if (isThere && changes.changed.includes(program)) {
    await control.stopAndRemove(address, program, scope.signal);
    scope.note("stopped and taken from supervisord, not added again yet");
    isThere = false;
  }
  if (!isThere) {
    await control.addGroup(address, program, scope.signal);
    scope.note("added to supervisord, not started yet");
  }
  await control.start(address, program, scope.signal);
  return { program, file: path };
}

// A section that supervisord cannot read would keep it from reading all others, too.
async function defineAt(path: string, change: Change): Promise<ConfigurationChanges> {
  const { control, place, found, scope } = change;
  const { address, program } = place;
  const { putBack, redact } = await writeAt(path, change);
  scope.note("its section is written, supervisord has not read it yet");
  try {
    const changes = await control.reload(address, scope.signal);
    const isRead =
      changes.added.includes(program) ||
      (found.info !== null && !changes.removed.includes(program));
    if (isRead) return changes;
    throw new DeployError(`supervisord does not read ${path}`, {
      hint: `it needs the lines [include] and files = ${path.replace(/[^/]*$/u, "*.conf")} in its configuration, and the right to read that file`,
    });
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    await putBack();
    const { code, hint } = error;
    throw new DeployError(redact(error.message), { code, hint });
  }
}

async function writeAt(
  path: string,
  { control, place, found, subject, world, scope }: Change,
): Promise<{ readonly putBack: () => Promise<void>; readonly redact: (text: string) => string }> {
  const { definition, secrets, missing } = await wantedOf(subject, world, scope);
  const [reason] = missing.values();
  if (reason !== undefined) throw new DeployError(reason, { code: "cannot-observe" });
  const { file } = found;
  const redact = redactor(secrets);
  if (file?.path === path && isAsWanted(file, definition, subject)) {
    return { putBack: () => Promise.resolve(), redact };
  }
  const isSecret = secrets.length > 0;
  const section = { definition, marks: subject.marks, isSecret };
  const putBack = await control.writeSection(path, place.program, section);
  // Another folder is included by now: the section must not stand in both.
  if (file !== null && file.path !== path) await control.eraseSection(file.path);
  return { putBack, redact };
}

function isAsWanted(
  { definition, marks, others }: ProgramFile,
  wanted: ProgramDefinition,
  subject: ProgramSubject,
): boolean {
  const text = (value: object): string => JSON.stringify(Object.entries(value).toSorted());
  const { variables, ...rest } = wanted;
  const { variables: found, ...restFound } = definition;
  return (
    others.length === 0 &&
    marks !== null &&
    text(marks) === text(subject.marks) &&
    text(variables) === text(found ?? {}) &&
    text(rest) === text(restFound)
  );
}
