import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { unitOf, type ServiceSubject } from "./systemd-options.ts";
import { describe, isStopped } from "./systemd-read.ts";

/**
 * Stops a service, which systemd kills when it takes no notice in its own time, and starts it again. One that does not run is
 * started.
 *
 * @param subject - The service.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its unit and file.
 * @throws {@link DeployError} When it is not there, or does not stop or start.
 */
export async function restartService(
  subject: ServiceSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const control = await world.systemdControl();
  const unit = unitOf(subject);
  const found = await control.find(unit, scope.signal);
  if (found.file === null || !isSameThing(found.file.marks, subject.marks)) {
    throw new DeployError(`${describe(unit, found)}: it is not ours, and is not restarted`, {
      code: "resource-foreign",
      hint: "clockwork plan tells what is there, and apply makes it again where nothing is",
    });
  }
  if (!isStopped(found)) {
    scope.note("about to be stopped");
    await control.stop(unit, scope.signal);
    scope.note("stopped, not started again yet");
  }
  await control.start(unit, scope.signal);
  scope.note("started again");
  return { unit, path: found.path };
}
