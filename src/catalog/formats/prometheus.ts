import { excerpt } from "../../model/excerpt.ts";
import {
  outcomeOf,
  type Outcome,
  type Report,
  type ReportFormat,
  type ReportItem,
} from "../../model/report.ts";
import { decimalSeconds, printable } from "../../model/text.ts";
import { uniqueLabel } from "../../model/unique-label.ts";
import type { Verdict } from "../../model/verdict.ts";

/** One number about one check, with labels beyond those that name the check. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Metrics of one name: what they mean, and what one check has to say to them. */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: (item: ReportItem, report: Report) => readonly Sample[];
}

/** From what matters most: of checks that share all labels, this decides which one is shown. */
const VERDICTS: readonly Verdict[] = ["fail", "error", "pass", "skipped"];

/** As many as are read of a plugin's performance data: each is a series that is kept for years. */
const MOST_METRICS = 200;

const LIMIT_METRIC_CHARACTERS = 200;

const FAMILIES: readonly Family[] = [
  {
    name: "clockwork_check_success",
    help: "Whether the check passed (1) or failed (0); absent when it could not be made.",
    samples: success,
  },
  {
    name: "clockwork_check_state",
    help: "1 for the state that the check is in, 0 for the others.",
    samples: (item) =>
      statesOf(item).map((state) => ({
        labels: { state },
        value: state === outcomeOf(item) ? "1" : "0",
      })),
  },
  {
    name: "clockwork_assertion_success",
    help: "Whether the assertion holds (1) or does not (0); absent when it could not be checked.",
    samples: (item) => (item.assertion === undefined ? [] : success(item)),
  },
  {
    name: "clockwork_assertion_metric",
    help: "A number that the assertion saw, by name with its unit last.",
    samples: metricsOf,
  },
  {
    name: "clockwork_check_last_run_timestamp_seconds",
    help: "When the run of the check began, in unix time.",
    samples: ({ verdict }, { startedAt }) =>
      verdict === "skipped" ? [] : [{ value: String(startedAt / 1000) }],
  },
  {
    name: "probe_success",
    help: "Whether the probe succeeded (1) or failed (0); absent when it could not be made.",
    samples: success,
  },
  {
    name: "probe_duration_seconds",
    help: "How long the target took to answer; absent without an answer.",
    samples: ({ durationMs }) => seconds(durationMs),
  },
  {
    name: "probe_http_status_code",
    help: "The HTTP status of the answer; absent without an answer.",
    samples: ({ statusCode }) => (statusCode === null ? [] : [{ value: String(statusCode) }]),
  },
  {
    name: "probe_http_duration_seconds",
    help: "How long each phase of the exchange took.",
    samples: ({ phases }) =>
      phases === null
        ? []
        : [
            ...seconds(phases.resolveMs, { phase: "resolve" }),
            ...seconds(phases.connectMs, { phase: "connect" }),
            ...seconds(phases.tlsMs, { phase: "tls" }),
            ...seconds(phases.firstByteMs, { phase: "processing" }),
            ...seconds(phases.transferMs, { phase: "transfer" }),
          ],
  },
];

/**
 * The text exposition format of Prometheus, version 0.0.4, for the textfile collector of node_exporter.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const prometheus: ReportFormat = {
  summary: "metrics, for the textfile collector of Prometheus' node_exporter",
  render: (report) => {
    const items = [...distinct(report)];
    return FAMILIES.map((family) => renderFamily(family, items, report)).join("");
  },
};

// A check that could not be made says nothing about its target, so it has no success: 0 would page someone for it, and
// NaN would turn every average over it into NaN. Its state tells, and is always there.
function success({ verdict }: ReportItem): readonly Sample[] {
  if (verdict === "pass") return [{ value: "1" }];
  return verdict === "fail" ? [{ value: "0" }] : [];
}

// An empty label is the same as none, and what is no number says nothing.
function metricsOf({ assertion }: ReportItem): readonly Sample[] {
  const taken = new Set<string>();
  return Object.entries(assertion?.metrics ?? {})
    .map(([name, value]) => [excerpt(name, LIMIT_METRIC_CHARACTERS), value] as const)
    .filter(([name, value]) => name !== "" && Number.isFinite(value))
    .slice(0, MOST_METRICS)
    .map(([name, value]) => ({
      labels: { metric: uniqueLabel(name, taken) },
      value: String(value),
    }));
}

// Only an assertion can warn, and then it has not failed: that is how an alert can leave warnings out.
function statesOf({ assertion }: ReportItem): readonly Outcome[] {
  return assertion === undefined ? VERDICTS : [...VERDICTS, "warning"];
}

function seconds(durationMs: number | null, labels: Sample["labels"] = {}): readonly Sample[] {
  return durationMs === null ? [] : [{ labels, value: decimalSeconds(durationMs) }];
}

function renderFamily(
  { name, help, samples }: Family,
  items: readonly (readonly [string, ReportItem])[],
  report: Report,
): string {
  const lines = items.flatMap(([labels, item]) =>
    samples(item, report).map(
      (sample) => `${name}{${labels}${labelText(sample.labels ?? {}, ",")}} ${sample.value}\n`,
    ),
  );
  if (lines.length === 0) return "";
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

// The collector refuses a whole file in which one series stands twice. Of services that share all labels the worst is shown;
// assertions that do are different claims about one target, so each has a series of its own.
function distinct(report: Report): ReadonlyMap<string, ReportItem> {
  const items = new Map<string, ReportItem>();
  const assertions = new Map<string, Set<string>>();
  for (const item of report.items) {
    const { name, kind, target, assertion } = item;
    let labels = labelText({ project: report.project, resource: name, kind, target });
    if (assertion !== undefined) {
      const taken = assertions.get(labels) ?? new Set();
      assertions.set(labels, taken);
      labels += labelText({ assertion: uniqueLabel(printable(assertion.name), taken) }, ",");
    }
    const rival = items.get(labels);
    if (rival === undefined || VERDICTS.indexOf(item.verdict) < VERDICTS.indexOf(rival.verdict))
      items.set(labels, item);
  }
  return items;
}

function labelText(labels: Readonly<Record<string, string>>, before = ""): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : before + pairs.join(",");
}

function escapeLabel(text: string): string {
  return printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
