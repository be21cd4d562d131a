import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject, Json } from "../../model/json.ts";
import type { Live } from "../../model/lifecycle.ts";
import { isActive } from "./container-differences.ts";
import { claimOfId, findOwn } from "./container-find.ts";
import type { ContainerPlace } from "./container-options.ts";

/**
 * Keeps what an update may change of a container.
 *
 * @param place - The container.
 * @param live - How it was found.
 * @returns Its limits, its restart policy, whether it ran, and whether it was ours.
 * @throws {@link DeployError} When it has gone.
 */
export async function captureContainer(
  { subject, host, scope }: ContainerPlace,
  live: Live,
): Promise<JsonObject> {
  const id = live.physical["id"];
  const container = typeof id === "string" ? await host.find(id, scope.signal) : null;
  if (container === null) throw new DeployError(`${subject.resource} has gone meanwhile`);
  const { memoryBytes, cpus, restart } = container.policy;
  const isRunning = container.status === "running" || container.status === "restarting";
  return {
    isOurs: live.marks?.instance === subject.marks.instance,
    isRunning,
    memoryBytes,
    cpus,
    restart,
  };
}

/**
 * Makes a container as it was captured.
 *
 * @param place - The container.
 * @param captured - What {@link captureContainer} kept.
 * @throws {@link DeployError} When that fails.
 */
export async function restoreContainer(place: ContainerPlace, captured: JsonObject): Promise<void> {
  const { subject, host, scope, world, engine } = place;
  const container = await findOwn(place);
  if (container === null) return;
  const restart = captured["restart"];
  if (host.changePolicy !== null && typeof restart === "string") {
    const policy = {
      memoryBytes: numberOf(captured["memoryBytes"]),
      cpus: numberOf(captured["cpus"]),
      restart,
    };
    await host.changePolicy(container, policy, scope.signal);
    scope.note("limits and restart policy as they were");
  }
  if (captured["isRunning"] === false && isActive(container)) {
    await host.stop(container.id, scope.signal);
    scope.note("stopped, as it was");
  }
  if (captured["isOurs"] !== false) return;
  await (await world.markBook()).erase(claimOfId(engine, container.id), subject.marks);
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}
