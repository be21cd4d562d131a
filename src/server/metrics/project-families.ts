import type { IncidentKind } from "../../model/incident.ts";
import type { Cycle, WatchMeter } from "../../ports/watch-meter.ts";
import { histogramLines, secondsText, type Family } from "./family.ts";
import { labelsText } from "./labels.ts";
import type { ResourceRow } from "./resource-row.ts";

/** One project in one scrape. */
export interface ProjectRow {
  /** As it stands in labels. */
  readonly project: string;
  readonly isWatched: boolean;
  readonly resources: readonly ResourceRow[];
  readonly openIncidents: Readonly<Record<IncidentKind, number>>;
  /** Null when nobody watches it here. */
  readonly meter: WatchMeter | null;
  /** The labels of a resource; null for one that is not known. */
  readonly labelsOf: (resource: string) => string | null;
}

const INCIDENTS: readonly IncidentKind[] = ["failure", "drift", "blind"];

/** What is told of each project. */
export const PROJECT_FAMILIES: readonly Family<ProjectRow>[] = [
  {
    name: "clockwork_project_watched",
    type: "gauge",
    help: "Whether somebody watches the project (1), or what is told is what was last known (0).",
    lines: ({ project, isWatched }) =>
      `clockwork_project_watched{${labelsText({ project })}} ${isWatched ? "1" : "0"}\n`,
  },
  {
    name: "clockwork_incidents_open",
    type: "gauge",
    help: "Open incidents by type: failure, drift, or blind when it cannot be looked at.",
    lines: ({ project, openIncidents }) =>
      INCIDENTS.map(
        (type) =>
          `clockwork_incidents_open{${labelsText({ project, type })}} ${String(openIncidents[type])}\n`,
      ).join(""),
  },
  {
    name: "clockwork_check_duration_seconds",
    type: "histogram",
    help: "How long checks took, by the kind of resource.",
    lines: ({ project, meter }) =>
      [...(meter?.durations() ?? [])]
        .map(([kind, reading]) =>
          histogramLines(
            "clockwork_check_duration_seconds",
            labelsText({ project, kind }),
            reading,
          ),
        )
        .join(""),
  },
  {
    name: "clockwork_schedule_lateness_seconds",
    type: "histogram",
    help: "How late checks began, compared with their schedule.",
    lines: ({ project, meter }) =>
      meter === null
        ? ""
        : histogramLines(
            "clockwork_schedule_lateness_seconds",
            labelsText({ project }),
            meter.lateness(),
          ),
  },
  {
    name: "clockwork_remediations_total",
    type: "counter",
    help: "Repairs that ended, by what was done and what came of it.",
    lines: ({ meter, labelsOf }) =>
      (meter?.remediations() ?? [])
        .map(({ resource, action, outcome, count }) => {
          const labels = labelsOf(resource);
          if (labels === null) return "";
          const more = labelsText({ action, outcome });
          return `clockwork_remediations_total{${labels},${more}} ${String(count)}\n`;
        })
        .join(""),
  },
  {
    name: "clockwork_notifications_total",
    type: "counter",
    help: "Attempts to deliver a message, by channel: delivered, failed (it is tried again) or dead (given up).",
    lines: ({ project, meter }) =>
      (meter?.notifications() ?? [])
        .map(({ channel, outcome, count }) => {
          const labels = labelsText({ project, channel, outcome });
          return `clockwork_notifications_total{${labels}} ${String(count)}\n`;
        })
        .join(""),
  },
  {
    name: "clockwork_last_cycle_start_timestamp_seconds",
    type: "gauge",
    help: "When the last cycle began, in unix time: one pass in which every resource was checked.",
    lines: (row) =>
      cycleLine("clockwork_last_cycle_start_timestamp_seconds", row, ({ startedAt }) => startedAt),
  },
  {
    name: "clockwork_last_cycle_duration_seconds",
    type: "gauge",
    help: "How long the last cycle took, from its first check to its last one.",
    lines: (row) =>
      cycleLine("clockwork_last_cycle_duration_seconds", row, ({ durationMs }) => durationMs),
  },
];

function cycleLine(
  name: string,
  { project, meter }: ProjectRow,
  millisecondsOf: (cycle: Cycle) => number,
): string {
  const cycle = meter?.cycle() ?? null;
  if (cycle === null) return "";
  return `${name}{${labelsText({ project })}} ${secondsText(millisecondsOf(cycle))}\n`;
}
