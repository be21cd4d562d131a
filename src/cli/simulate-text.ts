import type { SimulatedProject } from "../app/simulate/simulate-project.ts";
import type { SimulationLine, ToldResource } from "../app/simulate/narrator.ts";
import { shownDuration } from "../model/shown-duration.ts";
import { printable } from "../model/text.ts";

const OFFSET_COLUMNS = 14;
const LIMIT_ASSUMED = 20;

/**
 * Writes one line of what happens in a simulation.
 *
 * @param line - The line.
 * @param nameColumns - How wide the names of resources are.
 * @returns A line, its end included.
 */
export function simulationLine(line: SimulationLine, nameColumns: number): string {
  const offset = `+${shownDuration(line.atMs)}`.padEnd(OFFSET_COLUMNS);
  return `${offset} ${(line.resource ?? "").padEnd(nameColumns)}  ${printable(line.text)}\n`;
}

/**
 * Writes what a simulation came to.
 *
 * @param simulated - The simulation.
 * @returns Lines.
 */
export function simulationSummary(simulated: SimulatedProject): string {
  const { forMs, resources, looks, messages, assumed, seed } = simulated;
  const columns = Math.max(...resources.map(({ resource }) => resource.length));
  const head = `\nAfter ${shownDuration(forMs)}: ${counted(looks, "look")}, ${counted(messages, "message")}, seed ${String(seed)}.\n`;
  const lines = resources.map((each) => `  ${each.resource.padEnd(columns)}  ${told(each)}\n`);
  return `${head}${lines.join("")}${assumedText(assumed)}`;
}

function told(resource: ToldResource): string {
  const { health, sync, incidents, repairs, downMs, hasGivenUp, isReconciled } = resource;
  const isAway = sync === "drifted" || sync === "missing";
  const parts = [
    `${health}${isAway ? `, ${sync}` : ""}`,
    ...(incidents === 0 ? [] : [counted(incidents, "incident")]),
    ...(repairs === 0 ? [] : [counted(repairs, "repair")]),
    ...(downMs === 0 ? [] : [`unhealthy for ${shownDuration(downMs)}`]),
    ...(hasGivenUp ? ["given up"] : []),
    ...(incidents > 0 && !isReconciled ? ["only watched, as reconcile is not set"] : []),
  ];
  return parts.join("; ");
}

function assumedText(assumed: SimulatedProject["assumed"]): string {
  if (assumed.length === 0) return "";
  const lines = assumed
    .slice(0, LIMIT_ASSUMED)
    .map(({ resource, claim }) => `  ${resource}: ${printable(claim)}\n`);
  const more = assumed.length - lines.length;
  const rest = more > 0 ? `  and ${String(more)} more\n` : "";
  return `Assumed to hold as long as the resource works, as no simulation knows it:\n${lines.join("")}${rest}`;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
