import type { DeployedResource, Specification } from "../../model/deployment.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Marks } from "../../model/marks.ts";
import type { Random } from "../../ports/random.ts";
import type { StateChange } from "../../ports/store.ts";

const HEX_DIGITS = 16;

/** What a record is made from. */
export interface RecordInput {
  readonly spec: Specification;
  readonly marks: Marks;
  readonly physical: JsonObject | null;
  /** What was recorded before; null for what is new. */
  readonly before: DeployedResource | null;
  readonly isAdopted: boolean;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
}

/**
 * Makes the record of a resource.
 *
 * @param input - What was deployed, and what was recorded before.
 * @returns The record. Its deadline counts from its creation, and does not move.
 */
export function recordOf({
  spec,
  marks,
  physical,
  before,
  isAdopted,
  now,
}: RecordInput): DeployedResource {
  const createdAt = before?.createdAt ?? now;
  const { maxDuration } = spec.policy;
  return {
    spec,
    marks,
    physical,
    isAdopted: isAdopted || before?.isAdopted === true,
    createdAt,
    updatedAt: now,
    destroyAt: maxDuration === null ? null : createdAt + maxDuration * 1_000,
  };
}

/**
 * Writes a record, in the place of the one it had under another name.
 *
 * @param resource - The record.
 * @param renamedFrom - The name that it had; null when it keeps its name.
 * @returns What changes in the state.
 */
export function putResource(
  resource: DeployedResource,
  renamedFrom: string | null,
): readonly StateChange[] {
  const { name } = resource.spec;
  const put: StateChange = { type: "put-resource", name, resource };
  return renamedFrom === null ? [put] : [{ type: "delete-resource", name: renamedFrom }, put];
}

/**
 * Marks the next generation of a resource, or the first of a new one.
 *
 * @param spec - What is going to be made.
 * @param before - What is recorded; null for a new one.
 * @param options - Whose it is, which version makes it, and chance.
 * @returns Its marks.
 */
export function nextMarks(
  spec: Specification,
  before: DeployedResource | null,
  options: { readonly project: string; readonly version: number; readonly random: Random },
): Marks {
  const { project, version, random } = options;
  return {
    project,
    resource: spec.name,
    instance: before?.marks.instance ?? newInstance(random),
    generation: (before?.marks.generation ?? 0) + 1,
    specHash: spec.specHash,
    version,
  };
}

function newInstance(random: Random): string {
  return Array.from({ length: HEX_DIGITS }, () =>
    Math.floor(random.next() * HEX_DIGITS).toString(HEX_DIGITS),
  ).join("");
}
