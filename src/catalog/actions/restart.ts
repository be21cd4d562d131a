import { action } from "../../model/action.ts";
import { remade } from "../../model/remade.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";

/**
 * Ends what a resource runs and starts it again, as the same thing: for what hangs.
 *
 * @example
 * ```ts
 * new RestartAction({ attempts: 3 });
 * ```
 */
export class RestartAction extends action({
  kind: "restart",
  name: "RestartAction",
  summary: "Ends what a resource runs and starts it again, as the same thing: for what hangs.",
  fields: {},
  timeoutSeconds: 3_600,
  run: (_parameters, _world: DeployWorld, scope) => remade(scope, "restart"),
  sample: {},
}) {}
