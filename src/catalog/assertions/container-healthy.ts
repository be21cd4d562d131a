import { assertion } from "../../model/assertion.ts";
import {
  CONTAINER_FIELDS,
  containerOf,
  describeContainer,
  ownContainer,
} from "../../model/container-option.ts";
import type { World } from "../../ports/world.ts";

const NO_HEALTH_CHECK =
  "Declare a HEALTHCHECK in the image, or claim what must be true from outside: HealthcheckAssert for a URL, " +
  "PortAccessibleAssert for a port, LogContainsAssert for its log.";

/**
 * The health check of a container's image passes.
 *
 * An image without a health check fails, and so does one whose first check has not passed yet. On a machine without systemd,
 * podman never runs the health checks of images: their containers stay `starting` there. Claim what must be true with an
 * assertion that looks by itself instead, such as `HealthcheckAssert`.
 *
 * @example
 * ```ts
 * new ContainerHealthyAssert({ container: "postgres" });
 * ```
 */
export class ContainerHealthyAssert extends assertion({
  kind: "container-healthy",
  name: "ContainerHealthyAssert",
  summary: "The health check of a container's image passes.",
  blameForTimeout: "ourselves",
  uses: ["containers"],
  fields: CONTAINER_FIELDS,
  bind: (options, { target }) => ownContainer(options, target),
  claim: ({ container }) => `container ${container ?? ""} is healthy by its image's health check`,
  subject: ({ container }) => container ?? "",
  probe: async (options, world: World, { signal }) => {
    const containers = await world.containers();
    const state = await containers.find(containerOf(options), signal);
    if (state === null) return null;
    const { status, exitCode, isOutOfMemory, error, health, healthOutput } = state;
    return { status, exitCode, isOutOfMemory, error, health, healthOutput };
  },
  judge: (observation) => {
    const expected = "healthy";
    if (observation?.status !== "running") {
      return { verdict: "fail", expected, actual: describeContainer(observation) };
    }
    const { health, healthOutput } = observation;
    if (health === "none") {
      const actual = "its image has no health check";
      return { verdict: "fail", expected, actual, details: NO_HEALTH_CHECK };
    }
    const isHealthy = health === "healthy";
    const output = isHealthy ? "" : (healthOutput ?? "");
    return {
      verdict: isHealthy ? "pass" : "fail",
      expected,
      actual: health,
      ...(output === "" ? {} : { details: output }),
    };
  },
  samples: [
    {
      options: { container: "postgres" },
      observation: {
        status: "running",
        exitCode: null,
        isOutOfMemory: false,
        error: null,
        health: "healthy",
        healthOutput: "/var/run/postgresql:5432 - accepting connections\n",
      },
      verdict: "pass",
    },
    {
      options: { container: "postgres" },
      observation: {
        status: "running",
        exitCode: null,
        isOutOfMemory: false,
        error: null,
        health: "unhealthy",
        healthOutput: "/var/run/postgresql:5432 - no response\n",
      },
      verdict: "fail",
    },
    { options: { container: "postgres" }, observation: null, verdict: "fail" },
  ],
}) {}
