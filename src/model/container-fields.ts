import { ENVIRONMENT } from "./command-environment.ts";
import { command, list, object, record } from "./composite-types.ts";
import { integer, number, oneOf, text } from "./option-types.ts";
import { InvalidOption, type Fields, type ValuesOf } from "./options.ts";
import { publishedPort, refuseSamePorts } from "./published-port.ts";
import type { ContainerEngine, TargetParts } from "./target.ts";
import { volumeMount } from "./volume-mount.ts";

const NAME_FORM = /^[A-Za-z0-9][\w.-]+$/u;
const NAME_LABEL = "name of a container: 2 or more letters, digits, dots, underscores, hyphens";

/** Engines refuse less. */
const LEAST_MEMORY_MB = 6;
const MOST_CPUS = 4_096;

/** Options that every resource has that is a container. */
export const CONTAINER_RESOURCE_FIELDS = {
  image: text({
    most: 1_024,
    like: /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u,
    label: "name of an image",
  }).required("The image, with its tag or digest."),
  containerName: text({ most: 255, like: NAME_FORM, label: NAME_LABEL }).optional(
    "What its engine calls it; the name of the resource by default.",
  ),
  ports: list(publishedPort()).or(
    [],
    'Ports that this machine passes on: "8080:80", "127.0.0.1:5353:53/udp"; 80 alone leaves the choice to the engine.',
  ),
  volumes: list(volumeMount()).or([], 'What it sees of this machine: "./site:/srv:ro".'),
  envVars: ENVIRONMENT.or({}, "Its environment, as text or secret references."),
  networks: list(text({ most: 255 }), { most: 100 }).or([], "Networks that it is part of."),
  command: command().optional("What it runs instead of what its image says."),
  labels: record(text({ most: 4_096, mayBeEmpty: true })).or({}, "Labels of its own."),
  limits: object({
    memoryMb: integer(LEAST_MEMORY_MB).optional("The most memory it may use, in MiB."),
    cpus: number({ least: 0.01, most: MOST_CPUS }).optional("The most processors it may use."),
  }).optional("What it may use."),
  restartPolicy: oneOf(["no", "on-failure", "always", "unless-stopped"]).or(
    "no",
    "When its engine restarts it by itself.",
  ),
} satisfies Fields;

/** Options of a container, as read. */
export type ContainerResourceValues = ValuesOf<typeof CONTAINER_RESOURCE_FIELDS>;

/**
 * Says which container a resource is.
 *
 * @param parameters - Its options.
 * @param name - The name of the resource.
 * @param engine - Which engine runs it.
 * @returns The parts of its target.
 * @throws {@link InvalidOption} When a port is published twice, or no container can have that name.
 */
export function containerTarget(
  { image, containerName, ports, labels }: ContainerResourceValues,
  name: string,
  engine: ContainerEngine,
): TargetParts {
  refuseSamePorts(ports);
  const own = containerName ?? name;
  if (!NAME_FORM.test(own)) {
    throw new InvalidOption(`must be a ${NAME_LABEL}: got ${JSON.stringify(own)}`, {
      property: "containerName",
    });
  }
  const reserved = Object.keys(labels).find((label) => label.startsWith("clockwork."));
  if (reserved !== undefined) {
    throw new InvalidOption(`must not begin with clockwork.: got ${JSON.stringify(reserved)}`, {
      property: "labels",
      hint: "those labels say whose a container is",
    });
  }
  return { container: { engine, name: own }, image, ports };
}
