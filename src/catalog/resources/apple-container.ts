import {
  CONTAINER_RESOURCE_FIELDS,
  containerTarget,
  type ContainerResourceValues,
} from "../../model/container-fields.ts";
import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { InvalidOption } from "../../model/options.ts";
import { resource } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { containerLifecycle } from "../lifecycles/container.ts";

const LIFECYCLE: LifecycleDefinition<typeof CONTAINER_RESOURCE_FIELDS, DeployWorld> =
  containerLifecycle({
    engineOf: () => "apple",
    engines: ["apple"],
    replacing: [
      "image",
      "containerName",
      "ports",
      "volumes",
      "envVars",
      "networks",
      "command",
      "labels",
      "limits",
    ],
  });

/**
 * A container of Apple's `container`, on macOS.
 *
 * Any change of its options needs a new one. As this engine knows no other name for a container, the old one goes before the
 * new one is made, and is made anew when that does not work.
 *
 * Without assertions, it must be running.
 *
 * @example
 * ```ts
 * new AppleContainerResource({ name: "nginx-web", image: "nginx:alpine", ports: ["8080:80"] });
 * ```
 */
export class AppleContainerResource extends resource({
  kind: "apple-container",
  name: "AppleContainerResource",
  summary: "A container of Apple's container, on macOS.",
  fields: CONTAINER_RESOURCE_FIELDS,
  checkIntervalSeconds: 30,
  target: (parameters, name) => {
    if (parameters.restartPolicy !== "no") {
      throw new InvalidOption("must be no: this engine restarts nothing by itself", {
        property: "restartPolicy",
        hint: "leave it out; with reconcile: true, clockwork up repairs the container",
      });
    }
    refuseUnknown(parameters);
    return containerTarget(parameters, name, "apple");
  },
  builtIn: () => [{ kind: "container-running", parameters: {} }],
  lifecycle: LIFECYCLE,
  sample: { image: "nginx:alpine", containerName: "nginx-web", ports: ["8080:80"] },
}) {}

function refuseUnknown({ ports, limits }: ContainerResourceValues): void {
  const chosen = ports.findIndex(({ host }) => host === 0);
  if (chosen !== -1) {
    throw new InvalidOption("must name a port of this machine: this engine chooses none", {
      property: `ports[${String(chosen)}]`,
    });
  }
  if (limits?.cpus !== undefined && limits.cpus !== null && !Number.isInteger(limits.cpus)) {
    throw new InvalidOption(`must be a whole number: got ${String(limits.cpus)}`, {
      property: "limits.cpus",
    });
  }
}
