import { painter, type Color } from "../../model/color.ts";
import type { ProjectStatus, ResourceStatus } from "../../model/control.ts";
import { momentText, spanText, whenText } from "../../model/moments.ts";
import { singleLine } from "../../model/text.ts";
import { columnsText, type Cell } from "../deploy/columns-text.ts";
import { counted, shownMoment, type ShownOptions } from "../deploy/shown.ts";
import { badnessOf, findingText, HEALTH_COLORS, SYNC_WORDS } from "./health-words.ts";
import { holdText } from "./hold-text.ts";

const HEADING = ["RESOURCE", "HEALTH", "SYNC", "SINCE", "LOOKED", "NEXT", "WHAT"];

/** Below this, nobody minds that looks begin late. */
const LATE_MS = 1_000;

/**
 * Shows what is known of a project: a table of its resources, the worst first in each group, and what is held or waits.
 *
 * @param status - What is known.
 * @param options - Colour and width, and the wall clock in milliseconds since 1970-01-01 UTC.
 * @returns Text with a trailing newline.
 */
export function statusText(
  status: ProjectStatus,
  options: ShownOptions & { readonly now: number },
): string {
  const { resources } = status;
  const { now } = options;
  const lines = [...presenceLines(status, options), ""];
  if (resources.length === 0) {
    lines.push("Nothing is known of any resource yet.");
  } else {
    const rows = groupsOf(resources).flatMap(([group, members]) => [
      ...(group === null ? [] : [[{ text: singleLine(group), color: "bold" } as const]]),
      ...members.map((each) => rowOf(each, group === null ? "" : "  ", now)),
    ]);
    lines.push(...columnsText(HEADING, rows, options), "", summaryText(resources));
  }
  return `${[...lines, ...noteLines(status, options)].join("\n")}\n`;
}

function presenceLines(
  { project, runningSince, pid, latenessMs }: ProjectStatus,
  { hasColor }: ShownOptions,
): readonly string[] {
  const paint = painter(hasColor);
  const name = paint("bold", singleLine(project));
  if (runningSince === null) {
    const who =
      pid === null
        ? "no clockwork up runs: nobody looks"
        : `clockwork up is starting (pid ${String(pid)})`;
    const old = `${who}, and this is what was last known`;
    return [`${name}: ${paint("yellow", old)}`];
  }
  const process = pid === null ? "" : ` (pid ${String(pid)})`;
  const running = `${name}: watched since ${shownMoment(runningSince)}${process}`;
  if (latenessMs === null || latenessMs < LATE_MS) return [running];
  return [running, paint("yellow", `Looks begin up to ${spanText(latenessMs)} late.`)];
}

type Group = readonly [string | null, readonly ResourceStatus[]];

// In the order in which they come, those without a group first; the worst of each first.
function groupsOf(resources: readonly ResourceStatus[]): readonly Group[] {
  const groups = new Map<string | null, ResourceStatus[]>([[null, []]]);
  for (const resource of resources) {
    const members = groups.get(resource.group);
    if (members === undefined) groups.set(resource.group, [resource]);
    else members.push(resource);
  }
  return [...groups].map(([group, members]) => [
    group,
    members.toSorted((one, other) => badnessOf(other) - badnessOf(one)),
  ]);
}

function rowOf(status: ResourceStatus, indent: string, now: number): readonly Cell[] {
  const { health, since, lookedAt, sync } = status.state;
  return [
    { text: `${indent}${singleLine(status.resource)}` },
    { text: health, color: HEALTH_COLORS[health] },
    SYNC_WORDS[sync],
    { text: since === null ? "-" : spanText(Math.max(0, now - since)), color: "dim" },
    { text: lookedAt === null ? "-" : spanText(Math.max(0, now - lookedAt)), color: "dim" },
    { text: nextText(status, now), color: "dim" },
    { text: whatText(status, now), color: whatColor(status) },
  ];
}

function nextText({ isLooking, nextLookAt }: ResourceStatus, now: number): string {
  if (isLooking) return "looking";
  return nextLookAt === null ? "-" : spanText(Math.max(0, nextLookAt - now));
}

// What is wrong, and what is done about it, in a few words.
function whatText(status: ResourceStatus, now: number): string {
  const { causedBy, findings, expiredAt, isFlapping } = status.state;
  const [first] = findings;
  const more = findings.length > 1 ? ` (and ${String(findings.length - 1)} more)` : "";
  return singleLine(
    [
      expiredAt === null ? null : `its time was over at ${momentText(expiredAt, now)}`,
      status.isDeploying ? "a deploy works on it" : null,
      causedBy === null ? null : `caused by ${causedBy}`,
      repairText(status, now),
      first === undefined || causedBy !== null ? null : `${findingText(first)}${more}`,
      isFlapping ? "goes up and down" : null,
      ...status.holds
        .filter(({ resource }) => resource !== null)
        .map((hold) => holdText(hold, now)),
      ...status.incidents.map(({ acknowledged }) =>
        acknowledged === null ? null : `taken over by ${acknowledged.by}`,
      ),
    ]
      .filter((part) => part !== null)
      .join("; "),
  );
}

function repairText({ state }: ResourceStatus, now: number): string | null {
  const { running, proving, hasGivenUp, nextAt, attempts } = state.repair;
  if (running !== null) return `being repaired, attempt ${String(attempts)}`;
  if (proving !== null) return `repaired, to be proven`;
  if (badnessOf({ state }) !== 2) return null;
  if (hasGivenUp) return `given up after ${counted(attempts, "attempt")}`;
  const isAhead = attempts > 0 && nextAt !== null && nextAt > now;
  return isAhead ? `next attempt ${whenText(nextAt, now)}` : null;
}

function whatColor(status: ResourceStatus): Color {
  const badness = badnessOf(status);
  return badness === 2 ? "red" : badness === 1 ? "yellow" : "plain";
}

function summaryText(resources: readonly ResourceStatus[]): string {
  const count = (isSo: (status: ResourceStatus) => boolean): number =>
    resources.filter(isSo).length;
  const counts = [
    [count(({ state }) => state.health === "unhealthy"), "unhealthy"],
    [count(({ state }) => state.sync === "drifted"), "drifted"],
    [count(({ state }) => state.sync === "missing"), "missing"],
    [count(({ state }) => state.health === "unknown"), "unknown"],
    [count(({ state }) => state.health === "degraded"), "degraded"],
    [count(({ state }) => state.health === "healthy"), "healthy"],
  ] as const;
  const shown = counts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${String(number)} ${word}`);
  return `${counted(resources.length, "resource")}: ${shown.join(", ")}.`;
}

function noteLines(
  { holds, pendingChanges, pendingDeliveries }: ProjectStatus,
  { now, hasColor }: ShownOptions & { readonly now: number },
): readonly string[] {
  const paint = painter(hasColor);
  const waiting =
    pendingChanges.length === 1
      ? "1 change waits"
      : `${String(pendingChanges.length)} changes wait`;
  const deliveries = `${counted(pendingDeliveries, "message")} could not be delivered yet.`;
  return [
    ...holds.map((hold) => paint("yellow", `The whole project is ${holdText(hold, now)}.`)),
    ...(pendingChanges.length === 0 ? [] : [`${waiting} for clockwork apply:`]),
    ...pendingChanges.map((change) => `  ${singleLine(change)}`),
    ...(pendingDeliveries === 0 ? [] : [paint("yellow", deliveries)]),
  ];
}
