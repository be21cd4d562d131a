import { action } from "../../model/action.ts";
import { remade } from "../../model/remade.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";

/**
 * Replaces a resource by a new one; the old one goes once the new one has proven itself.
 *
 * @example
 * ```ts
 * new RecreateAction({ attempts: 1 });
 * ```
 */
export class RecreateAction extends action({
  kind: "recreate",
  name: "RecreateAction",
  summary: "Replaces a resource by a new one; the old one goes once the new one has proven itself.",
  fields: {},
  timeoutSeconds: 3_600,
  run: (_parameters, _world: DeployWorld, scope) => remade(scope, "recreate"),
  sample: {},
}) {}
