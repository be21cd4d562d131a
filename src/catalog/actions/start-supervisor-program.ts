import { action } from "../../model/action.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { shownPrograms, SUPERVISOR_ACTION, withPrograms } from "../lifecycles/supervisor-action.ts";
import { findPrograms, tellToStart, waitUntilRunning } from "../lifecycles/supervisor-programs.ts";

/**
 * Starts a program under supervisord, or all of a group that do not run.
 *
 * @example
 * ```ts
 * new StartSupervisorProgramAction({ supervisorProgramName: "mailer" });
 * ```
 */
export class StartSupervisorProgramAction extends action({
  ...SUPERVISOR_ACTION,
  kind: "start-supervisor-program",
  name: "StartSupervisorProgramAction",
  summary: "Starts a program under supervisord, or all of a group that do not run.",
  run: (parameters, world: DeployWorld, scope) =>
    withPrograms(parameters, { world, scope }, "starting", async (programs) => {
      const started = await tellToStart(programs);
      if (parameters.wait) await waitUntilRunning(programs);
      if (started.length > 0) return `${shownPrograms(started)} started`;
      return `${shownPrograms(await findPrograms(programs))} had been started already`;
    }),
}) {}
