import { action } from "../../model/action.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { shownPrograms, SUPERVISOR_ACTION, withPrograms } from "../lifecycles/supervisor-action.ts";
import { findPrograms, stopPrograms, tellToStop } from "../lifecycles/supervisor-programs.ts";

/**
 * Stops a program under supervisord, or all of a group: what does harm while it does not work.
 *
 * @example
 * ```ts
 * new StopSupervisorProgramAction({ supervisorProgramName: "importer" });
 * ```
 */
export class StopSupervisorProgramAction extends action({
  ...SUPERVISOR_ACTION,
  kind: "stop-supervisor-program",
  name: "StopSupervisorProgramAction",
  summary: "Stops a program under supervisord, or all of a group.",
  run: (parameters, world: DeployWorld, scope) =>
    withPrograms(parameters, { world, scope }, "stopping", async (programs) => {
      const stopped = await (parameters.wait ? stopPrograms(programs) : tellToStop(programs));
      if (stopped.length > 0) return `${shownPrograms(stopped)} stopped`;
      return `${shownPrograms(await findPrograms(programs))} had been stopped already`;
    }),
}) {}
