import { changedFields } from "../../engine/deploy/changed-fields.ts";
import { lifecycleOf, LOOKS_AT_ONCE, type EngineContext } from "../../engine/deploy/context.ts";
import { readRecorded } from "../../engine/deploy/survey.ts";
import { Limiter } from "../../engine/limiter.ts";
import type { DeployedResource } from "../../model/deployment.ts";
import { ObservationError } from "../../model/errors.ts";
import { isSameThing } from "../../model/marks.ts";
import type { ResourceDrift } from "./deployment.ts";

/**
 * Looks at what is recorded, and tells how the world differs from it.
 *
 * @param recorded - What is recorded.
 * @param context - The world.
 * @returns One for each, in the order given; what could not be looked at is `unknown`.
 */
export async function driftOf(
  recorded: readonly DeployedResource[],
  context: EngineContext,
): Promise<readonly ResourceDrift[]> {
  const limiter = new Limiter(LOOKS_AT_ONCE);
  return await Promise.all(
    recorded.map((resource) => limiter.run(() => driftOfOne(resource, context))),
  );
}

async function driftOfOne(
  recorded: DeployedResource,
  context: EngineContext,
): Promise<ResourceDrift> {
  const { spec } = recorded;
  const own = { resource: spec.name, kind: spec.kind, fields: [] };
  try {
    const lifecycle = await lifecycleOf(context.kinds, spec);
    if (lifecycle === null) {
      return { ...own, sync: "in_sync", description: "only watched" };
    }
    const live = await readRecorded(recorded, context);
    if (live === null) return { ...own, sync: "missing", description: "is not there" };
    const { description, differences, marks } = live;
    if (!isSameThing(marks, recorded.marks)) return { ...own, sync: "foreign", description };
    const declarations = { before: spec, after: spec, replacing: [] };
    const fields = changedFields(differences, declarations).map(({ field, from, to }) => ({
      field,
      recorded: to,
      live: from,
    }));
    return { ...own, fields, description, sync: fields.length > 0 ? "drifted" : "in_sync" };
  } catch (error) {
    if (!(error instanceof ObservationError)) throw error;
    return { ...own, sync: "unknown", description: error.message };
  }
}
