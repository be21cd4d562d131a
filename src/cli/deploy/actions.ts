import type { Color } from "../../model/color.ts";
import type { Change, ChangeAction } from "../../model/deployment.ts";

/** How an action is told. */
interface ActionWords {
  /** What stands before it; the signs differ without colour too. */
  readonly sign: string;
  readonly color: Color;
  /** Such as `create`, `unchanged`. */
  readonly plan: string;
  readonly doing: string;
  readonly done: string;
}

/** The words of each action. */
export const ACTIONS: Readonly<Record<ChangeAction, ActionWords>> = {
  create: { sign: "+", color: "green", plan: "create", doing: "creating", done: "created" },
  update: { sign: "~", color: "yellow", plan: "update", doing: "updating", done: "updated" },
  replace: { sign: "-/+", color: "red", plan: "replace", doing: "replacing", done: "replaced" },
  delete: { sign: "-", color: "red", plan: "delete", doing: "deleting", done: "deleted" },
  import: { sign: "↻", color: "green", plan: "import", doing: "importing", done: "imported" },
  keep: { sign: "=", color: "dim", plan: "keep", doing: "keeping", done: "kept" },
};

/** Every action, in the order in which they are counted. */
const ORDER = ["create", "update", "replace", "delete", "import", "keep"] as const;

/**
 * Counts what is going to be done.
 *
 * @param changes - Changes of a plan.
 * @returns How many there are of each action.
 */
export function countActions(
  changes: readonly Pick<Change, "action">[],
): Readonly<Record<ChangeAction, number>> {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, import: 0, keep: 0 };
  for (const { action } of changes) counts[action] += 1;
  return counts;
}

/**
 * Tells whether anything is done.
 *
 * @param changes - Changes of a plan.
 * @returns True when one of them does more than keep what is there.
 */
export function hasChanges(changes: readonly Pick<Change, "action">[]): boolean {
  return changes.some(({ action }) => action !== "keep");
}

/**
 * Sums up a plan.
 *
 * @param changes - Its changes.
 * @returns Such as `Plan: 2 to create, 1 to update, 14 unchanged.`
 */
export function planSummary(changes: readonly Pick<Change, "action">[]): string {
  const counts = countActions(changes);
  const parts = ORDER.filter((action) => counts[action] > 0).map((action) =>
    action === "keep"
      ? `${String(counts.keep)} unchanged`
      : `${String(counts[action])} to ${ACTIONS[action].plan}`,
  );
  const all = hasChanges(changes) ? parts : ["no changes", ...parts];
  return `Plan: ${all.join(", ")}.`;
}

/**
 * Sums up what was done.
 *
 * @param steps - What was done, one for each resource.
 * @returns Such as `2 created, 1 updated`; `nothing` for none.
 */
export function doneSummary(steps: readonly Pick<Change, "action">[]): string {
  const counts = countActions(steps);
  const parts = ORDER.filter((action) => counts[action] > 0).map(
    (action) => `${String(counts[action])} ${ACTIONS[action].done}`,
  );
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
