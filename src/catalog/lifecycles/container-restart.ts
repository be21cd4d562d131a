import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { MadeContainer } from "../../ports/container-host.ts";
import { createContainer, run } from "./container-change.ts";
import { isActive } from "./container-differences.ts";
import { findOwn } from "./container-find.ts";
import { physicalOf, type ContainerPlace } from "./container-options.ts";
import { wantedOf } from "./container-wanted.ts";

/**
 * Stops a container, which kills what takes no notice in its own time, and starts it again as the same one. One that does not
 * run is started: it may have been stopped for this already.
 *
 * @param place - The container.
 * @returns How the world knows it.
 * @throws {@link DeployError} When it is not there, or does not stop or start.
 */
export async function restartContainer(place: ContainerPlace): Promise<JsonObject> {
  const { host, scope } = place;
  const found = await findOwn(place);
  if (found === null) throw missing(place);
  // It never ran: what was begun of it comes first.
  if (found.status === "created") return await createContainer(place);
  if (isActive(found)) {
    scope.note("about to be stopped");
    await host.stop(found.id, scope.signal);
    scope.note("stopped, not started again yet");
  }
  const stopped: MadeContainer | null = await host.find(found.id, scope.signal);
  if (stopped === null) throw missing(place);
  await run(stopped, place, await wantedOf(place));
  scope.note("started again");
  return physicalOf(found);
}

function missing({ subject }: ContainerPlace): DeployError {
  return new DeployError(`${subject.resource} has no container of ours that could be restarted`, {
    hint: "clockwork apply makes it again",
  });
}
