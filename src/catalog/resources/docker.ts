import { CONTAINER_RESOURCE_FIELDS, containerTarget } from "../../model/container-fields.ts";
import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { oneOf } from "../../model/option-types.ts";
import { resource } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { containerLifecycle } from "../lifecycles/container.ts";

const FIELDS = {
  ...CONTAINER_RESOURCE_FIELDS,
  engine: oneOf(["docker", "podman"]).or("docker", "Which engine runs it."),
};

const LIFECYCLE: LifecycleDefinition<typeof FIELDS, DeployWorld> = containerLifecycle({
  engineOf: (parameters) => (parameters["engine"] === "podman" ? "podman" : "docker"),
  engines: ["docker", "podman"],
  replacing: [
    "image",
    "containerName",
    "ports",
    "volumes",
    "envVars",
    "networks",
    "command",
    "labels",
  ],
});

/**
 * A container of Docker or podman.
 *
 * It is made through the engine's API, with labels that say whose it is. Limits and the restart policy are changed while it
 * runs; anything else needs a new one. The old one is kept under another name until the new one has proven itself, and is
 * stopped meanwhile only where the new one needs its port. Volumes with a name stay when it goes, unless `--delete-data` is
 * given and Clockwork made them.
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
  fields: FIELDS,
  checkIntervalSeconds: 30,
  target: (parameters, name) => containerTarget(parameters, name, parameters.engine),
  builtIn: () => [{ kind: "container-running", parameters: {} }],
  lifecycle: LIFECYCLE,
  sample: { image: "nginx:alpine", containerName: "nginx-web", ports: ["8080:80"] },
}) {}
