import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Live } from "../../model/lifecycle.ts";
import { labelsOf, marksOfLabels } from "../../model/marks.ts";
import type { MadeContainer } from "../../ports/container-host.ts";
import { progressOf } from "./container-differences.ts";
import { claimOfId, findContainer, findOwn } from "./container-find.ts";
import { physicalOf, type ContainerPlace } from "./container-options.ts";
import { describe } from "./container-read.ts";
import { holderOf } from "./container-ports.ts";
import { wantedOf, type Wanted } from "./container-wanted.ts";

/**
 * Makes a container and starts it; one that was begun is driven on.
 *
 * @param place - The container.
 * @returns How the world knows it.
 * @throws {@link DeployError} When it cannot be made or started, or something else has its name.
 */
export async function createContainer(place: ContainerPlace): Promise<JsonObject> {
  const found = await findContainer(place);
  const wanted = await wantedOf(place);
  if (found !== null && !found.isOwn) throw foreign(found.container, place);
  const begun = found?.container ?? (await make(place, wanted));
  await putInPlace(begun, place, wanted);
  // One that has ended with success has done its work, and would do it twice.
  if (progressOf(begun) !== "completed") await run(begun, place, wanted);
  return physicalOf(begun);
}

/**
 * Changes a container while it runs, and starts one that should run.
 *
 * @param place - The container.
 * @param live - How it was found.
 * @returns How the world knows it.
 * @throws {@link DeployError} When that fails.
 */
export async function updateContainer(place: ContainerPlace, live: Live): Promise<JsonObject> {
  const id = live.physical["id"];
  const { host, scope } = place;
  const container = typeof id === "string" ? await host.find(id, scope.signal) : null;
  if (container === null) throw new DeployError(`${place.subject.resource} has gone meanwhile`);
  await mark(container, place);
  const wanted = await wantedOf(place);
  await changePolicy(container, place, wanted);
  if (container.status === "created") await connectAll(container, place);
  if (progressOf(container) !== "completed") await run(container, place, wanted);
  return physicalOf(container);
}

/**
 * Takes a container away, wherever it is now. Volumes with a name stay, unless data may be lost and they were made with it.
 *
 * @param place - The container.
 * @throws {@link DeployError} When it cannot be removed.
 */
export async function removeContainer(place: ContainerPlace): Promise<void> {
  const { subject, host, scope, world, engine } = place;
  const container = await findOwn(place);
  const known = subject.physical?.["id"];
  if (container !== null) {
    if (container.status === "running") {
      await host.stop(container.id, scope.signal);
      scope.note("stopped, not removed yet");
    }
    const { signal, mayDeleteData: withVolumes } = scope;
    await host.remove(container.id, { withVolumes, signal });
    scope.note("removed");
  }
  if (scope.mayDeleteData) await removeVolumes(place);
  const id = container?.id ?? known;
  if (typeof id !== "string") return;
  await (await world.markBook()).erase(claimOfId(engine, id), subject.marks);
}

/**
 * Says that somebody else's container is in the way.
 *
 * @param container - That container.
 * @param place - Where ours should be.
 * @returns What to throw.
 */
function foreign(container: MadeContainer, place: ContainerPlace): DeployError {
  const what = `${container.name} is there already: ${describe(container, place)}`;
  return new DeployError(`${what}, which was not made for this`, {
    code: "resource-foreign",
    hint: "write adopt: true to take it over, remove it, or choose another containerName",
  });
}

/**
 * Starts a container, and says who is in the way when it does not start.
 *
 * @param container - The container.
 * @param place - Where it is.
 * @param wanted - What must not be shown of it.
 * @throws {@link DeployError} When it does not start.
 */
export async function run(
  container: MadeContainer,
  place: ContainerPlace,
  wanted: Pick<Wanted, "redact">,
): Promise<void> {
  if (container.status === "running") return;
  const { host, scope } = place;
  try {
    await host.start(container, scope.signal);
  } catch (error) {
    throw await explained(error, place, wanted);
  }
}

async function make(place: ContainerPlace, wanted: Wanted): Promise<MadeContainer> {
  const { subject, host, scope } = place;
  const { signal, note } = scope;
  const { image, command, ports, networks, labels } = subject.parameters;
  const environment = valuesOf(wanted);
  await host.fetchImage(image, { signal, onProgress: note });
  for (const { type, source } of wanted.mounts) {
    if (type === "volume") await host.createVolume(source, subject.marks, signal);
  }
  const request = {
    ...{ name: wanted.name, image, command, environment, ports, networks },
    labels: { ...labels, ...labelsOf(subject.marks) },
    mounts: wanted.mounts,
    policy: wanted.policy,
  };
  let id: string;
  try {
    id = await host.create(request, signal);
  } catch (error) {
    throw await explained(error, place, wanted);
  }
  note("container made, not started yet");
  const container = await host.find(id, signal);
  if (container === null) throw new DeployError(`container ${wanted.name} has gone meanwhile`);
  return container;
}

// What was begun may still be aside, or lack networks.
async function putInPlace(
  container: MadeContainer,
  place: ContainerPlace,
  { name }: Wanted,
): Promise<void> {
  const { host, scope } = place;
  if (container.name !== name && host.rename !== null) {
    await host.rename(container.id, name, scope.signal);
    scope.note("in its place again");
  }
  if (container.status === "created") await connectAll(container, place);
}

async function connectAll(
  { id, networks }: MadeContainer,
  { subject, host, scope }: ContainerPlace,
): Promise<void> {
  for (const network of subject.parameters.networks.slice(1)) {
    if (networks.includes(network)) continue;
    await host.connect(id, network, scope.signal);
    scope.note(`connected with ${network}, not started yet`);
  }
}

async function changePolicy(
  container: MadeContainer,
  { host, scope }: ContainerPlace,
  { policy }: Wanted,
): Promise<void> {
  if (host.changePolicy === null) return;
  const { memoryBytes, cpus, restart } = container.policy;
  const isSame =
    memoryBytes === policy.memoryBytes && cpus === policy.cpus && restart === policy.restart;
  if (isSame) return;
  await host.changePolicy(container, policy, scope.signal);
  scope.note("limits and restart policy changed");
}

// Labels cannot be added, so what is adopted is marked in a book.
async function mark(
  { id, labels }: MadeContainer,
  { subject, world, engine, scope }: ContainerPlace,
): Promise<void> {
  const { project, instance, generation } = marksOfLabels(labels) ?? {};
  const { marks } = subject;
  const isLabelled =
    project === marks.project && instance === marks.instance && generation === marks.generation;
  if (isLabelled) return;
  await (await world.markBook()).write(claimOfId(engine, id), marks);
  scope.note("in the book of marks");
}

async function removeVolumes({ subject, host, scope }: ContainerPlace): Promise<void> {
  for (const { source } of subject.parameters.volumes) {
    if (/^[./~]/u.test(source)) continue;
    await host.removeVolume(source, subject.marks, scope.signal);
  }
}

function valuesOf({ environment, missing }: Wanted): Readonly<Record<string, string>> {
  const [first] = missing;
  if (first !== undefined) throw new DeployError(`envVars.${first[0]}: ${first[1]}`);
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value ?? ""]),
  );
}

async function explained(
  error: unknown,
  place: ContainerPlace,
  { redact }: Pick<Wanted, "redact">,
): Promise<unknown> {
  if (!(error instanceof DeployError)) return error;
  const { code, message, hint } = error;
  if (code === "claim-taken") {
    const holder = await holderOf(place);
    if (holder !== null) return new DeployError(holder.message, { code, hint: holder.hint });
  }
  if (code === "resource-foreign") {
    const found = await findContainer(place);
    if (found !== null && !found.isOwn) return foreign(found.container, place);
  }
  return new DeployError(redact(message), { code, hint });
}
