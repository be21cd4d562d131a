import { ENVIRONMENT } from "../../model/command-environment.ts";
import { command } from "../../model/composite-types.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";

/**
 * Whatever commands of yours make, tell and take away. It needs an assertion: nobody else knows when all is well with it.
 *
 * @example
 * ```ts
 * new CommandResource({
 *   name: "schema",
 *   check: ["migrate", "status"],
 *   apply: ["migrate", "up"],
 *   assertions: [new CommandAssert({ command: ["migrate", "status"] })],
 * });
 * ```
 */
export class CommandResource extends resource({
  kind: "command",
  name: "CommandResource",
  summary: "Whatever commands of yours make, tell and take away.",
  fields: {
    check: command().optional(
      "Exits with 0 when all is as it should be; applied each time when left out.",
    ),
    apply: command().required("Makes it so; running it again must be harmless."),
    destroy: command().optional("Takes it away; nothing is done when left out."),
    cwd: PATH.optional("Where they run; in the project's folder by default."),
    envVars: ENVIRONMENT.or({}, "Their environment, as text or secret references."),
  },
  checkIntervalSeconds: 60,
  target: () => ({}),
  sample: { check: ["migrate", "status"], apply: ["migrate", "up"] },
}) {}
