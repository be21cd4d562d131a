import { shownCommand } from "../../model/command-text.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Difference, LifecycleScope, Live, Progress } from "../../model/lifecycle.ts";
import type { Marks } from "../../model/marks.ts";
import { singleLine } from "../../model/text.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { FoundProgram, ProgramFile } from "../../ports/supervisor-control.ts";
import type { ProgramInfo } from "../../ports/supervisor.ts";
import {
  placeOf,
  programOf,
  wantedOf,
  type ProgramSubject,
  type WantedProgram,
} from "./supervisor-options.ts";

const HIDDEN = "***";

/**
 * Looks at a program under supervisord.
 *
 * @param subject - How it should be.
 * @param world - The world.
 * @param scope - The project.
 * @returns Null when it is not there.
 * @throws {@link ObservationError} When supervisord cannot be asked, or a file cannot be read.
 */
export async function readProgram(
  subject: ProgramSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<Live | null> {
  const control = await world.supervisorControl();
  const found = await control.find(placeOf(subject, scope.root), scope.signal);
  const { file, info, definedIn } = found;
  if (isNothing(found) || isLeftOver(found, subject)) return null;
  const program = programOf(subject);
  const progress = progressOf(info, subject);
  const description = describe(program, found);
  if (file === null) {
    const physical = { program, file: definedIn };
    return { marks: null, physical, isComplete: true, progress, differences: [], description };
  }
  const wanted = await wantedOf(subject, world, scope);
  return {
    marks: file.marks,
    physical: { program, file: file.path },
    isComplete: info !== null,
    progress,
    differences: [
      ...fieldsOf(file, wanted, subject),
      ...sectionOf(found, file),
      ...(info === null ? [] : runningOf(info, progress)),
    ],
    description,
  };
}

/**
 * Finds the programs of a project, of the supervisord of this machine.
 *
 * @param project - The project's UUID.
 * @param world - The world.
 * @param scope - The project.
 * @returns Their marks, names and files.
 * @throws {@link ObservationError} When we could not look.
 */
export async function listPrograms(
  project: string,
  world: DeployWorld,
  { signal }: LifecycleScope,
): Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]> {
  const control = await world.supervisorControl();
  const files = await control.markedFiles(signal);
  return files
    .filter(({ marks }) => marks.project === project)
    .map(({ path, program, marks }) => ({ marks, physical: { program, file: path } }));
}

function isNothing({ file, info, definedIn }: FoundProgram): boolean {
  return file === null && info === null && definedIn === null;
}

/**
 * Tells whether supervisord still runs a program of ours of which the file is gone: somebody took it away.
 *
 * @param found - What is there.
 * @param subject - The program; it is ours when it was made before.
 * @returns True when nothing but a reading of its configuration keeps supervisord from ending it.
 */
export function isLeftOver(
  { file, info, definedIn }: FoundProgram,
  { physical }: ProgramSubject,
): boolean {
  return file === null && definedIn === null && info !== null && physical !== null;
}

/**
 * Tells in a few words what is there.
 *
 * @param program - Its name.
 * @param found - What is there.
 * @returns Such as `program web, RUNNING, in /etc/supervisor/conf.d/web.conf`.
 */
export function describe(program: string, { info, file, definedIn }: FoundProgram): string {
  const state = info === null ? "not known to supervisord" : shownState(info);
  const path = file?.path ?? definedIn;
  const where = path === null ? "in no file of its configuration that we know" : `in ${path}`;
  return `program ${program}, ${state}, ${where}`;
}

/**
 * Tells in a few words how a program is.
 *
 * @param info - What supervisord tells.
 * @returns Such as `FATAL: Exited too quickly`.
 */
export function shownState({ state, spawnError, exitCode }: ProgramInfo): string {
  if (spawnError !== "" && state !== "RUNNING") return `${state}: ${singleLine(spawnError)}`;
  return state === "EXITED" && exitCode !== null ? `EXITED with ${String(exitCode)}` : state;
}

const PROGRESS: Readonly<Record<ProgramInfo["state"], Progress>> = {
  RUNNING: "running",
  STARTING: "starting",
  BACKOFF: "starting",
  EXITED: "failed",
  FATAL: "failed",
  UNKNOWN: "failed",
  STOPPED: "stopped",
  STOPPING: "stopped",
};

function progressOf(info: ProgramInfo | null, { parameters }: ProgramSubject): Progress {
  if (info === null) return "stopped";
  if (info.state !== "EXITED") return PROGRESS[info.state];
  // It is started again within a second.
  if (parameters.autoRestart) return "starting";
  return info.exitCode === 0 ? "completed" : "failed";
}

function runningOf(info: ProgramInfo, progress: Progress): readonly Difference[] {
  if (progress !== "stopped" && progress !== "failed") return [];
  return [{ field: "running", live: shownState(info), wanted: "RUNNING" }];
}

function sectionOf(
  { definedIn, path }: FoundProgram,
  { others, path: at }: ProgramFile,
): readonly Difference[] {
  return [
    ...others.map((name) => ({ field: singleLine(name), live: "set by hand", wanted: null })),
    ...(path === null || path === at ? [] : [{ field: "file", live: at, wanted: path }]),
    ...(definedIn === null
      ? []
      : [{ field: "section", live: `also in ${definedIn}`, wanted: null }]),
  ];
}

function fieldsOf(
  { definition: live }: ProgramFile,
  wanted: WantedProgram,
  { parameters }: ProgramSubject,
): readonly Difference[] {
  const { command, cwd, user, autoStart, autoRestart } = wanted.definition;
  const shown = (words: readonly string[] | null): string | null => words && shownCommand(words);
  const isSameCommand = JSON.stringify(live.command) === JSON.stringify(command);
  const switches = [
    { field: "autoStart", live: live.autoStart, wanted: autoStart },
    { field: "autoRestart", live: live.autoRestart, wanted: autoRestart },
  ];
  return [
    ...(isSameCommand
      ? []
      : [{ field: "command", live: shown(live.command), wanted: shown(command) }]),
    ...differing({ field: "cwd", live: live.cwd, wanted: cwd }),
    ...differing({ field: "user", live: live.user, wanted: user }),
    ...variablesOf(live.variables ?? {}, wanted, parameters),
    ...switches
      .filter((each) => each.live !== each.wanted)
      .map((each) => ({
        field: each.field,
        live: each.live === null ? null : String(each.live),
        wanted: String(each.wanted),
      })),
  ];
}

function differing({ field, live, wanted }: Difference): readonly Difference[] {
  if (live === wanted) return [];
  return [{ field, live: live === null ? null : singleLine(live), wanted }];
}

// What stands there may be a secret of before.
function variablesOf(
  live: Readonly<Record<string, string>>,
  { definition, missing }: WantedProgram,
  { envVars }: ProgramSubject["parameters"],
): readonly Difference[] {
  const names = new Set([...Object.keys(live), ...Object.keys(envVars)]);
  return [...names].toSorted().flatMap((name): readonly Difference[] => {
    const wanted = valueAt(definition.variables, name);
    const is = valueAt(live, name);
    // One that could not be looked up says nothing, unless it is not there at all.
    if (missing.has(name) ? is !== null : is === wanted) return [];
    const declared = Object.hasOwn(envVars, name) ? envVars[name] : null;
    const shown = typeof declared === "string" ? singleLine(declared) : declared && HIDDEN;
    const field = `envVars.${singleLine(name)}`;
    return [{ field, live: is === null ? null : HIDDEN, wanted: shown ?? null }];
  });
}

function valueAt(variables: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(variables, name) ? (variables[name] ?? null) : null;
}
