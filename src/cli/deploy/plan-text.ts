import { painter } from "../../model/color.ts";
import type { DeployPlan, Purpose } from "../../model/deployment.ts";
import { singleLine, truncate, wrap } from "../../model/text.ts";
import { hasChanges, planSummary } from "./actions.ts";
import { changeLines } from "./change-text.ts";
import { inDependencyOrder } from "./dependency-order.ts";
import { counted, type ShownOptions } from "./shown.ts";

/** How a plan is shown. */
export interface PlanTextOptions extends ShownOptions {
  /** Whether what stays as it is gets a line too, instead of a number. */
  readonly isAll?: boolean;
  /** How many steps an interrupted run left open; 0 by default. */
  readonly openSteps?: number;
}

/** Narrower than this, nothing can be read. */
const LEAST_COLUMNS = 30;

const TITLES: Readonly<Record<Purpose, string>> = {
  apply: "what apply does",
  rollback: "what the rollback does",
  destroy: "what destroy does",
  import: "what import does",
};

/**
 * Shows a plan: every change in the order in which they are carried out, field by field, and a summary.
 *
 * @param plan - The plan.
 * @param options - Colour, width, and how much of it.
 * @returns Text with a trailing newline.
 */
export function planText(plan: DeployPlan, options: PlanTextOptions): string {
  const paint = painter(options.hasColor);
  const isShown = ({ action }: { readonly action: string }): boolean =>
    options.isAll === true || action !== "keep";
  const shown = inDependencyOrder(plan.changes).filter(isShown);
  const width = Math.max(LEAST_COLUMNS, options.columns ?? Infinity);
  const name = truncate(singleLine(plan.project.name), width - LEAST_COLUMNS);
  const title = `${paint("bold", name)}: ${TITLES[plan.purpose]}`;
  const lines = shown.flatMap((change) => changeLines(change, options));
  return [
    ...(lines.length === 0 ? [] : [title, "", ...lines, ""]),
    ...wrap(planSummary(plan.changes), width).map((line) => paint("bold", line)),
    ...planNotes(plan, options.openSteps ?? 0).flatMap((note) => wrap(note, width)),
    "",
  ].join("\n");
}

/**
 * Tells of what carries the marks of the project, and that it knows nothing of any more.
 *
 * @param plan - The plan.
 * @returns A sentence for each.
 */
export function strayNotes({ strays }: Pick<DeployPlan, "strays">): readonly string[] {
  return strays.map(({ resource, kind }) =>
    singleLine(
      `${resource} (${kind}) carries the marks of this project, and is neither declared nor recorded: declare it again and apply, then take it out, or take it away yourself.`,
    ),
  );
}

// What people should know of a plan besides its changes.
function planNotes(plan: DeployPlan, openSteps: number): readonly string[] {
  const { quarantinedBy, pinnedTo, purpose, changes } = plan;
  const isHeldBack = quarantinedBy !== null && purpose !== "destroy" && hasChanges(changes);
  return [
    ...(openSteps > 0
      ? [
          `An interrupted run left ${counted(openSteps, "step")} open: apply brings that to its end first.`,
        ]
      : []),
    ...(isHeldBack
      ? [
          `Version ${String(quarantinedBy)} failed with this very declaration: it is tried again with --retry alone.`,
        ]
      : []),
    ...(pinnedTo !== null && purpose === "apply"
      ? [`A rollback pinned the project to version ${String(pinnedTo)}: apply ends that.`]
      : []),
    ...strayNotes(plan),
  ];
}
