import type { ActionScope, Remaking } from "./action.ts";
import { DeployError } from "./deploy-errors.ts";

/**
 * Does something with a resource by the way in which it was deployed.
 *
 * @param scope - Where the action is carried out.
 * @param verb - What is done.
 * @returns What was done, in a few words.
 * @throws {@link DeployError} When it was not deployed by us, or it cannot be done.
 */
export async function remade(
  { remaking, resource, signal }: ActionScope,
  verb: keyof Remaking,
): Promise<string> {
  if (remaking === null) {
    throw new DeployError(`${verb} needs something that we deployed: ${resource} is only watched`, {
      hint: "use an action that says itself what is done, such as run-command",
    });
  }
  signal.throwIfAborted();
  return await remaking[verb]();
}
