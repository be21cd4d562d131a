import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope } from "../../model/lifecycle.ts";
import type { Marks } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { lookAt, type ThingType } from "./file-look.ts";
import { openToLook, placeOf } from "./file-place.ts";

const CLAIM_PREFIX = "path:";

/**
 * Finds everything of a kind that carries the marks of a project and is there.
 *
 * @param project - The project's UUID.
 * @param what - The kind of resource, and what it makes.
 * @param world - The world.
 * @param scope - The project.
 * @returns Marks, with the path of each.
 * @throws {@link ObservationError} When we may not look.
 */
export async function listOfKind(
  project: string,
  what: { readonly kind: string; readonly type: ThingType },
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]> {
  const entries = await (await world.markBook()).list(project);
  const found: { readonly marks: Marks; readonly physical: JsonObject }[] = [];
  for (const { claim, kind } of entries) {
    if (kind !== what.kind || !claim.startsWith(CLAIM_PREFIX)) continue;
    const path = claim.slice(CLAIM_PREFIX.length);
    const place = placeOf({ path, allowOutside: true }, world, scope);
    await using folder = await openToLook(place);
    const { marks } = await lookAt(place, folder, what.type);
    if (marks?.project === project) found.push({ marks, physical: { path } });
  }
  return found;
}
