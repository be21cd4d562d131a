import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { placeOf, type ProgramSubject } from "./supervisor-options.ts";
import { stopPrograms, tellToStart } from "./supervisor-programs.ts";
import { describe } from "./supervisor-read.ts";
import { withinLimit } from "./within-limit.ts";

/** It kills what has not ended 10 s after it was told to, unless its configuration says otherwise. */
const LIMIT_SECONDS = 120;

/**
 * Stops a program, which supervisord kills when it takes no notice in its own time, and starts it again. One that does not run
 * is started, also where supervisord has given it up.
 *
 * @param subject - The program.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its name and file.
 * @throws {@link DeployError} When it is not there, or does not stop or start.
 */
export async function restartProgram(
  subject: ProgramSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const control = await world.supervisorControl();
  const place = placeOf(subject, scope.root);
  const { address, program } = place;
  const { signal } = scope;
  const found = await control.find(place, signal);
  const { file } = found;
  if (file === null || !isSameThing(file.marks, subject.marks) || found.definedIn !== null) {
    throw new DeployError(`${describe(program, found)}: it is not ours, and is not restarted`, {
      code: "resource-foreign",
      hint: "clockwork plan tells what is there, and apply makes it again where nothing is",
    });
  }
  // All of its group, which bears its name: somebody may have given it more than one process.
  const selection = { group: program, program: null };
  const { clock } = world;
  const limit = { clock, signal, seconds: LIMIT_SECONDS, doing: `restarting ${program}` };
  await withinLimit(limit, async (limited) => {
    const programs = { control, address, selection, clock, signal: limited };
    scope.note("about to be stopped");
    await stopPrograms(programs);
    scope.note("stopped, not started again yet");
    await tellToStart(programs);
  });
  scope.note("started again");
  return { program, file: file.path };
}
