import { action } from "../../model/action.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { duration, oneOf, text } from "../../model/option-types.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { withinLimit } from "../lifecycles/within-limit.ts";

/**
 * Restarts a container, also one that hangs or has ended: it is told to stop, killed when it takes no notice within its own
 * time, and started again as the same container.
 *
 * @example
 * ```ts
 * new RestartContainerAction({ container: "nginx-web" });
 * ```
 */
export class RestartContainerAction extends action({
  kind: "restart-container",
  name: "RestartContainerAction",
  summary: "Restarts a container, as the same one.",
  fields: {
    container: text({
      most: 255,
      like: /^[\w][\w.-]*$/u,
      label: "name or id of a container",
    }).optional("Its name or id; its resource's container by default."),
    engine: oneOf(["docker", "podman", "apple"]).optional(
      "Which engine runs it; that of its resource's container by default, otherwise docker.",
    ),
    timeout: duration().or(60, "How long it may take until it runs again."),
  },
  timeoutSeconds: 86_400,
  run: async (parameters, world: DeployWorld, scope) => {
    const { target } = scope;
    const name = parameters.container ?? target.container?.name;
    if (name === undefined) {
      throw new DeployError("needs the name of a container: its resource is none");
    }
    const host = (await world.containerHost()).engine(
      parameters.engine ?? target.container?.engine ?? "docker",
    );
    const { clock } = world;
    const limit = { clock, signal: scope.signal, seconds: parameters.timeout };
    return await withinLimit(
      { ...limit, doing: `restarting container ${name}` },
      async (signal) => {
        const found = await host.find(name, signal);
        if (found === null) {
          throw new DeployError(`there is no container ${name}`, {
            hint: "clockwork apply makes one that is declared",
          });
        }
        await host.stop(found.id, signal);
        const stopped = await host.find(found.id, signal);
        if (stopped === null) throw new DeployError(`container ${name} went away with its end`);
        await host.start(stopped, signal);
        return `container ${name} restarted`;
      },
    );
  },
  sample: { container: "nginx-web" },
}) {}
