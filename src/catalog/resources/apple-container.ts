import { CONTAINER_RESOURCE_FIELDS, containerTarget } from "../../model/container-fields.ts";
import { InvalidOption } from "../../model/options.ts";
import { resource } from "../../model/resource.ts";

/**
 * A container of Apple's `container`, on macOS.
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
    return containerTarget(parameters, name, "apple");
  },
  builtIn: () => [{ kind: "container-running", parameters: {} }],
  sample: { image: "nginx:alpine", containerName: "nginx-web", ports: ["8080:80"] },
}) {}
