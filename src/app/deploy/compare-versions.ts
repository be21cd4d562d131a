import { declaredFields, watchedFields } from "../../engine/deploy/changed-fields.ts";
import type { Specification } from "../../model/deployment.ts";
import type { ResourceChange } from "./deployment.ts";

/**
 * Tells how two versions differ.
 *
 * @param before - What one of them wanted.
 * @param after - What the other one wanted.
 * @returns Resources that were added, removed or changed, by name.
 */
export function compareVersions(
  before: readonly Specification[],
  after: readonly Specification[],
): readonly ResourceChange[] {
  const was = new Map(before.map((spec) => [spec.name, spec]));
  const is = new Map(after.map((spec) => [spec.name, spec]));
  const names = [...new Set([...was.keys(), ...is.keys()])].toSorted();
  return names.flatMap((name) => changeOf(was.get(name) ?? null, is.get(name) ?? null));
}

function changeOf(
  before: Specification | null,
  after: Specification | null,
): readonly ResourceChange[] {
  if (before === null) {
    return after === null ? [] : [{ ...named(after), change: "added", fields: [] }];
  }
  if (after === null) return [{ ...named(before), change: "removed", fields: [] }];
  const kind =
    before.kind === after.kind ? [] : [{ field: "kind", from: before.kind, to: after.kind }];
  const fields = [...kind, ...declaredFields(before, after), ...watchedFields(before, after)].map(
    ({ field, from, to }) => ({ field, from, to }),
  );
  return fields.length === 0 ? [] : [{ ...named(after), change: "changed", fields }];
}

function named({ name, kind }: Specification): Pick<ResourceChange, "resource" | "kind"> {
  return { resource: name, kind };
}
