import type { ResourceChange } from "../../app/deploy/deployment.ts";
import { painter } from "../../model/color.ts";
import { changeLines, type ShownChange } from "./change-text.ts";
import type { ShownOptions } from "./shown.ts";

const CHANGES = {
  added: { action: "create", reason: "added" },
  removed: { action: "delete", reason: "removed" },
  changed: { action: "update", reason: "changed" },
} as const;

/**
 * Shows how two versions differ, resource by resource and field by field.
 *
 * @param changes - How they differ.
 * @param options - Colour and width.
 * @returns Text with a trailing newline.
 */
export function diffText(changes: readonly ResourceChange[], options: ShownOptions): string {
  const lines = changes.flatMap((change) => changeLines(shownChange(change), options));
  const paint = painter(options.hasColor);
  return [...lines, ...(lines.length === 0 ? [] : [""]), paint("bold", summary(changes)), ""].join(
    "\n",
  );
}

function shownChange({ resource, kind, change, fields }: ResourceChange): ShownChange {
  const shown = fields.map(
    (field) => ({ ...field, cause: "declared", isReplacing: false }) as const,
  );
  return { resource, kind, ...CHANGES[change], fields: shown };
}

function summary(changes: readonly ResourceChange[]): string {
  const parts = (["added", "changed", "removed"] as const).flatMap((kind) => {
    const count = changes.filter(({ change }) => change === kind).length;
    return count === 0 ? [] : [`${String(count)} ${kind}`];
  });
  return parts.length === 0 ? "No differences." : `${parts.join(", ")}.`;
}
