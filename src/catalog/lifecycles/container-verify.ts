import { ObservationError } from "../../model/errors.ts";
import type { OptionProblem } from "../../model/options.ts";
import { printable } from "../../model/text.ts";
import { plainImage, shownProgress } from "./container-differences.ts";
import { findOwn } from "./container-find.ts";
import type { ContainerPlace } from "./container-options.ts";
import { portProblems } from "./container-ports.ts";
import { wantedOf } from "./container-wanted.ts";

const LOG_LINES = 10;
const LINE_LIMIT_CHARACTERS = 500;

/**
 * Finds what would keep a container from being made: an image that is not to be had, a port that somebody has, a network that
 * does not exist, a secret that is not there. Files that it sees may be made by other resources, so they are not looked for.
 *
 * @param place - The container.
 * @returns Problems.
 * @throws {@link ObservationError} When the engine cannot be asked.
 */
export async function verifyContainer(place: ContainerPlace): Promise<readonly OptionProblem[]> {
  const { missing } = await wantedOf(place);
  const [images, ports, networks] = await Promise.all([
    imageProblems(place),
    portProblems(place),
    networkProblems(place),
  ]);
  const secrets = [...missing].map(([name, message]): OptionProblem => ({
    code: "option-invalid",
    property: `envVars.${name}`,
    message,
    hint: null,
  }));
  return [...images, ...ports, ...networks, ...secrets];
}

/**
 * Finds out why a container does not work: how it ended, and the last lines of its log.
 *
 * @param place - The container.
 * @returns Lines, without secrets.
 * @throws {@link ObservationError} When the engine cannot be asked.
 */
export async function diagnoseContainer(place: ContainerPlace): Promise<readonly string[]> {
  const container = await findOwn(place);
  if (container === null) return [];
  const { engine, world, scope } = place;
  const { redact } = await wantedOf(place);
  const { name, id, error } = container;
  const head = `container ${name}: ${shownProgress(container)}`;
  const lines = [head, ...(error === null ? [] : [`${engine}: ${redact(error)}`])];
  const options = { lines: LOG_LINES, signal: scope.signal };
  try {
    const containers = await world.containers();
    const log = await containers.logs({ engine, name: id }, options);
    const last = (log?.lines ?? []).map((line) =>
      printable(redact(line)).slice(0, LINE_LIMIT_CHARACTERS),
    );
    return [...lines, ...last.map((line) => `log: ${line}`)];
  } catch (failure) {
    if (failure instanceof ObservationError) return [...lines, `no log: ${failure.message}`];
    throw failure;
  }
}

async function imageProblems(place: ContainerPlace): Promise<readonly OptionProblem[]> {
  const { subject, host, scope } = place;
  const { image } = subject.parameters;
  const own = await findOwn(place);
  // What runs has its image, wherever that came from.
  if (own !== null && plainImage(own.image) === plainImage(image)) return [];
  const problem = await host.imageProblem(image, scope.signal);
  if (problem === null) return [];
  const hint = "check its name and tag, sign in to its registry, or build it first";
  return [{ code: "image-missing", property: "image", message: `${image} ${problem}`, hint }];
}

async function networkProblems({
  engine,
  subject,
  host,
  scope,
}: ContainerPlace): Promise<readonly OptionProblem[]> {
  const { networks } = subject.parameters;
  const missing = await host.missingNetworks(networks, scope.signal);
  const program = engine === "apple" ? "container" : engine;
  return missing.map((name) => ({
    code: "option-invalid",
    property: `networks[${String(networks.indexOf(name))}]`,
    message: `there is no network ${name}`,
    hint: `make it first: ${program} network create ${name}`,
  }));
}
