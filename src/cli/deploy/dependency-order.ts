import type { Change } from "../../model/deployment.ts";

type Ordered = Pick<Change, "resource" | "action" | "wanted" | "recorded">;

/**
 * Orders changes as they are carried out: what is needed before what needs it, and what is deleted last, the other way round.
 * What does not depend on anything else keeps its place.
 *
 * @param changes - The changes of a plan.
 * @returns The same in another order.
 */
export function inDependencyOrder<C extends Ordered>(changes: readonly C[]): readonly C[] {
  const deleted = changes.filter(({ action }) => action === "delete");
  const made = changes.filter(({ action }) => action !== "delete");
  return [...needsFirst(made), ...needsFirst(deleted.toReversed()).toReversed()];
}

// Depth first, with a list of its own: a long chain would be too deep for the stack.
function needsFirst<C extends Ordered>(changes: readonly C[]): readonly C[] {
  const byName = new Map(changes.map((change) => [change.resource, change]));
  const entered = new Set<C>();
  const ordered = new Set<C>();
  for (const start of changes) {
    const open = [start];
    for (let change = open.at(-1); change !== undefined; change = open.at(-1)) {
      const needs = entered.has(change) ? [] : neededBy(change, byName);
      const ahead = needs.filter((need) => !entered.has(need));
      entered.add(change);
      if (ahead.length > 0) {
        open.push(...ahead.toReversed());
        continue;
      }
      ordered.add(change);
      open.pop();
    }
  }
  return [...ordered];
}

function neededBy<C extends Ordered>(
  { wanted, recorded }: C,
  byName: ReadonlyMap<string, C>,
): readonly C[] {
  const { dependsOn = [] } = wanted ?? recorded?.spec ?? {};
  return dependsOn.flatMap(({ resource }) => byName.get(resource) ?? []);
}
