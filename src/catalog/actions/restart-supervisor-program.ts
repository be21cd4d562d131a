import { action } from "../../model/action.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { shownPrograms, SUPERVISOR_ACTION, withPrograms } from "../lifecycles/supervisor-action.ts";
import {
  findPrograms,
  stopPrograms,
  tellToStart,
  waitUntilRunning,
} from "../lifecycles/supervisor-programs.ts";

/**
 * Restarts a program under supervisord, or all of a group, in whatever state it is: one that has ended or was given up
 * (`FATAL`) is started.
 *
 * @example
 * ```ts
 * new RestartSupervisorProgramAction({ supervisorProgramName: "workers:*" });
 * ```
 */
export class RestartSupervisorProgramAction extends action({
  ...SUPERVISOR_ACTION,
  kind: "restart-supervisor-program",
  name: "RestartSupervisorProgramAction",
  summary: "Restarts a program under supervisord, or all of a group, in whatever state it is.",
  run: (parameters, world: DeployWorld, scope) =>
    withPrograms(parameters, { world, scope }, "restarting", async (programs) => {
      await stopPrograms(programs);
      await tellToStart(programs);
      if (parameters.wait) await waitUntilRunning(programs);
      return `${shownPrograms(await findPrograms(programs))} restarted`;
    }),
}) {}
