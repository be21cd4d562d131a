import type { ResourceDrift } from "../../app/deploy/deployment.ts";
import { painter, type Color } from "../../model/color.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { singleLine } from "../../model/text.ts";
import { columnsText, type Cell } from "./columns-text.ts";
import { shownValue, type ShownOptions } from "./shown.ts";

type Sync = ResourceDrift["sync"];

/** How each state is told; the worst first. */
const STATES: Readonly<Record<Sync, { readonly text: string; readonly color: Color }>> = {
  missing: { text: "missing", color: "red" },
  foreign: { text: "not ours", color: "red" },
  drifted: { text: "drifted", color: "yellow" },
  unknown: { text: "unknown", color: "yellow" },
  in_sync: { text: "in sync", color: "green" },
};

const ORDER = ["missing", "foreign", "drifted", "unknown", "in_sync"] as const;

/**
 * Shows how what is recorded differs from the world: a row for each field that does, and a summary.
 *
 * @param drifts - What was found, one for each resource.
 * @param options - Colour, width, and whether what is in sync gets a row too.
 * @returns Text with a trailing newline.
 */
export function driftText(
  drifts: readonly ResourceDrift[],
  options: ShownOptions & { readonly isAll?: boolean },
): string {
  const shown = drifts.filter(({ sync }) => options.isAll === true || sync !== "in_sync");
  const heading = ["RESOURCE", "KIND", "STATE", "FIELD", "RECORDED", "LIVE"];
  const rows = shown.flatMap(rowsOf);
  const paint = painter(options.hasColor);
  const table = rows.length === 0 ? [] : [...columnsText(heading, rows, options), ""];
  return [...table, paint("bold", driftSummary(drifts)), ""].join("\n");
}

/**
 * Counts what was found.
 *
 * @param drifts - What was found.
 * @returns How many there are of each.
 */
export function countDrifts(drifts: readonly ResourceDrift[]): Readonly<Record<Sync, number>> {
  const counts = { missing: 0, foreign: 0, drifted: 0, unknown: 0, in_sync: 0 };
  for (const { sync } of drifts) counts[sync] += 1;
  return counts;
}

/**
 * Draws the exit code: what is known to be wrong outweighs what is not known.
 *
 * @param drifts - What was found.
 * @returns 0 when all is in sync, 1 when something drifted or is gone, 3 when something could not be looked at.
 */
export function driftExitCode(drifts: readonly ResourceDrift[]): number {
  const { missing, foreign, drifted, unknown } = countDrifts(drifts);
  if (missing + foreign + drifted > 0) return EXIT_CODES.fail;
  return unknown > 0 ? EXIT_CODES.error : EXIT_CODES.pass;
}

function driftSummary(drifts: readonly ResourceDrift[]): string {
  const counts = countDrifts(drifts);
  const parts = ORDER.filter((sync) => counts[sync] > 0).map(
    (sync) => `${String(counts[sync])} ${STATES[sync].text}`,
  );
  return parts.length === 0 ? "Nothing is deployed." : `${parts.join(", ")}.`;
}

function rowsOf({ resource, kind, sync, fields, description }: ResourceDrift): readonly Cell[][] {
  const { text, color } = STATES[sync];
  const start: readonly Cell[] = [
    { text: singleLine(resource) },
    { text: singleLine(kind), color: "dim" },
    { text, color },
  ];
  if (fields.length === 0) return [[...start, { text: singleLine(description) }]];
  return fields.map(({ field, recorded, live }, index) => [
    ...(index === 0 ? start : start.map(() => ({ text: "" }))),
    { text: singleLine(field) },
    { text: shownValue(recorded, null) },
    { text: shownValue(live, null) },
  ]);
}
