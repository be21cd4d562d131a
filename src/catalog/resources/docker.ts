import { CONTAINER_RESOURCE_FIELDS, containerTarget } from "../../model/container-fields.ts";
import { oneOf } from "../../model/option-types.ts";
import { resource } from "../../model/resource.ts";

/**
 * A container of Docker or podman.
 *
 * Without assertions, it must be running.
 *
 * @example
 * ```ts
 * new DockerResource({ name: "nginx-web", image: "nginx:alpine", ports: ["8080:80"] });
 * ```
 */
export class DockerResource extends resource({
  kind: "docker",
  name: "DockerResource",
  summary: "A container of Docker or podman.",
  fields: {
    ...CONTAINER_RESOURCE_FIELDS,
    engine: oneOf(["docker", "podman"]).or("docker", "Which engine runs it."),
  },
  checkIntervalSeconds: 30,
  target: (parameters, name) => containerTarget(parameters, name, parameters.engine),
  builtIn: () => [{ kind: "container-running", parameters: {} }],
  sample: { image: "nginx:alpine", containerName: "nginx-web", ports: ["8080:80"] },
}) {}
