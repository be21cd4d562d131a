import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, it } from "vitest";
import { assertionItem, item, report } from "../../../test/support/report.ts";
import type { ReportItem } from "../../model/report.ts";
import { printable, singleLine } from "../../model/text.ts";
import { prometheus } from "./prometheus.ts";

interface Metric {
  readonly value: string;
  readonly labels: Readonly<Record<string, string>>;
}
interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly Metric[];
}

// The package comes without types, which an import would need.
const require = createRequire(import.meta.url);
const parse = require("parse-prometheus-text-format") as (text: string) => readonly Family[];

const render = (items: readonly ReportItem[], project = "shop"): string =>
  prometheus.render(report(items, { project }), { color: false, width: null });

const metricsOf = (items: readonly ReportItem[], family: string): readonly Metric[] =>
  parse(render(items)).find(({ name }) => name === family)?.metrics ?? [];

const LABELS = {
  project: "shop",
  resource: "api",
  kind: "http-status",
  target: "https://api.example.com/",
};

it("prometheus() writes each family once, with help and type", () => {
  const items = [item(), item({ name: "web" })];
  const families = parse(render(items));
  expect(families.map(({ name }) => name)).toEqual([
    "clockwork_check_success",
    "clockwork_check_state",
    "clockwork_check_last_run_timestamp_seconds",
    "probe_success",
    "probe_duration_seconds",
    "probe_http_status_code",
  ]);
  for (const { help, type } of families) {
    expect(help).not.toBe("");
    expect(type).toBe("GAUGE");
  }
  expect(render(items).match(/^# HELP clockwork_check_success /gmu)).toHaveLength(1);
});

it("prometheus() writes base units", () => {
  expect(metricsOf([item()], "probe_duration_seconds")).toEqual([
    { value: "0.0123", labels: LABELS },
  ]);
  expect(metricsOf([item()], "clockwork_check_last_run_timestamp_seconds")).toEqual([
    { value: "1767323045.678", labels: LABELS },
  ]);
  expect(metricsOf([item()], "probe_http_status_code")).toEqual([{ value: "200", labels: LABELS }]);
});

it("prometheus() names the phases as blackbox_exporter does, and leaves out those that did not happen", () => {
  const phases = {
    resolveMs: 1,
    connectMs: 2.5,
    tlsMs: null,
    firstByteMs: 20,
    transferMs: 0.4,
  };
  expect(metricsOf([item({ phases })], "probe_http_duration_seconds")).toEqual([
    { value: "0.001", labels: { ...LABELS, phase: "resolve" } },
    { value: "0.0025", labels: { ...LABELS, phase: "connect" } },
    { value: "0.02", labels: { ...LABELS, phase: "processing" } },
    { value: "0.0004", labels: { ...LABELS, phase: "transfer" } },
  ]);
});

it("prometheus() keeps the success of a failure, as 0, without inventing a time or status", () => {
  const refused = item({ verdict: "fail", durationMs: null, statusCode: null });
  expect(metricsOf([refused], "clockwork_check_success")).toEqual([{ value: "0", labels: LABELS }]);
  expect(metricsOf([refused], "probe_success")).toEqual([{ value: "0", labels: LABELS }]);
  expect(metricsOf([refused], "probe_duration_seconds")).toEqual([]);
  expect(metricsOf([refused], "probe_http_status_code")).toEqual([]);
});

it.each(["pass", "fail", "error", "skipped"] as const)(
  "prometheus() has one series per state for the verdict %s",
  (verdict) => {
    const states = metricsOf([item({ verdict })], "clockwork_check_state");
    const byState = states.map(({ value, labels }) => [labels["state"], value]);
    expect(Object.fromEntries(byState)).toEqual({
      pass: "0",
      fail: "0",
      error: "0",
      skipped: "0",
      [verdict]: "1",
    });
    expect(states).toHaveLength(4);
  },
);

it("prometheus() claims neither success nor failure of what could not be checked", () => {
  const items = [item({ verdict: "error", durationMs: null, statusCode: null })];
  expect(metricsOf(items, "clockwork_check_success")).toEqual([]);
  expect(metricsOf(items, "probe_success")).toEqual([]);
  expect(metricsOf(items, "clockwork_check_last_run_timestamp_seconds")).toHaveLength(1);
});

it("prometheus() gives what was skipped no time of a run", () => {
  expect(
    metricsOf([item({ verdict: "skipped" })], "clockwork_check_last_run_timestamp_seconds"),
  ).toEqual([]);
});

it("prometheus() shows the worst of checks that share all labels, once", () => {
  const items = [item(), item({ verdict: "fail" }), item({ verdict: "error" })];
  expect(metricsOf(items, "clockwork_check_success")).toEqual([{ value: "0", labels: LABELS }]);
  expect(metricsOf(items, "clockwork_check_state")).toHaveLength(4);
});

it("prometheus() escapes backslashes, quotes and newlines of labels", () => {
  expect(render([item({ name: 'a\\b"c\nd\u001B' })])).toContain('resource="a\\\\b\\"c\\nd\uFFFD"');
});

const ASSERTION_LABELS = {
  project: "shop",
  resource: "nginx-web",
  kind: "healthcheck",
  target: "http://localhost:8080/health",
  assertion: "HealthcheckAssert",
};

it("prometheus() has a series of its own for assertions, with what the other series know", () => {
  const items = [assertionItem(), item()];
  const series = [{ value: "1", labels: ASSERTION_LABELS }];
  expect(metricsOf(items, "clockwork_assertion_success")).toEqual(series);
  expect(metricsOf(items, "clockwork_check_success")).toEqual([
    ...series,
    { value: "1", labels: LABELS },
  ]);
});

it("prometheus() has no success of an assertion that could not be checked or was skipped", () => {
  const items = [assertionItem({ verdict: "error" }), assertionItem({ verdict: "skipped" })];
  expect(metricsOf(items, "clockwork_assertion_success")).toEqual([]);
});

it("prometheus() tells claims about one target apart", () => {
  const failed = assertionItem({ verdict: "fail" }, { actual: "503" });
  const other = assertionItem({ name: "other" });
  const success = metricsOf([assertionItem(), failed, other], "clockwork_assertion_success");
  expect(success).toEqual([
    { value: "1", labels: ASSERTION_LABELS },
    { value: "0", labels: { ...ASSERTION_LABELS, assertion: "HealthcheckAssert 2" } },
    { value: "1", labels: { ...ASSERTION_LABELS, resource: "other" } },
  ]);
});

it("prometheus() has a series for each number that an assertion saw", () => {
  const metrics = { timeSeconds: 0.25, "load 1": -3, most: 1.5e21, tiny: 1e-7, none: NaN, "": 1 };
  const items = [assertionItem({ verdict: "fail" }, { metrics }), item()];
  const found = metricsOf(items, "clockwork_assertion_metric");
  expect(found.map(({ value, labels }) => [labels["metric"], Number(value)])).toEqual([
    ["timeSeconds", 0.25],
    ["load 1", -3],
    ["most", 1.5e21],
    ["tiny", 1e-7],
  ]);
  expect(found[0]?.labels).toEqual({ ...ASSERTION_LABELS, metric: "timeSeconds" });
  expect(metricsOf([assertionItem()], "clockwork_assertion_metric")).toEqual([]);
});

it("prometheus() bounds how many numbers of an assertion there are, and their names", () => {
  const names = Array.from({ length: 300 }, (_, index) => "x".repeat(1_000) + String(index));
  const metrics = Object.fromEntries(names.map((name) => [name, 1]));
  const found = metricsOf([assertionItem({}, { metrics })], "clockwork_assertion_metric");
  const shown = found.map(({ labels }) => labels["metric"] ?? "");
  expect(new Set(shown).size).toBe(200);
  expect(shown[0]).toHaveLength(200);
  for (const each of shown) expect(each.length).toBeLessThan(210);
});

it("prometheus() has a state for a warning, which has not failed", () => {
  const warned = assertionItem({ verdict: "fail" }, { actual: "503", severity: "warn" });
  const states = metricsOf([warned], "clockwork_check_state");
  expect(states.map(({ value, labels }) => [labels["state"], value])).toEqual([
    ["fail", "0"],
    ["error", "0"],
    ["pass", "0"],
    ["skipped", "0"],
    ["warning", "1"],
  ]);
  expect(metricsOf([warned], "clockwork_assertion_success")[0]?.value).toBe("0");
});

it("prometheus() is empty for an empty report", () => {
  expect(render([])).toBe("");
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("\\", "\\n", '"', "\n", "\r\n", "}", "{", "# HELP x y", ",", "=", "\t"),
      fc.constantFrom("\u001B[31m", "\uD800", "\u2028", "\u0000", " "),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

it("prometheus() carries hostile names and targets through a parser", () => {
  const hostileItem = fc
    .record({
      name: hostile,
      target: hostile,
      verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
    })
    .map((changes) => item(changes));
  const items = fc.uniqueArray(hostileItem, {
    minLength: 1,
    maxLength: 5,
    selector: ({ name, target }) => JSON.stringify([printable(name), printable(target)]),
  });
  fc.assert(
    fc.property(items, hostile, (each, project) => {
      const states = parse(render(each, project)).find(
        ({ name }) => name === "clockwork_check_state",
      );
      const current = (states?.metrics ?? []).filter(({ value }) => value === "1");
      expect(current.map(({ labels }) => labels)).toEqual(
        each.map(({ name, target, kind, verdict }) => ({
          project: printable(project),
          resource: printable(name),
          kind,
          target: printable(target),
          state: verdict,
        })),
      );
    }),
  );
});

it("prometheus() carries hostile names of metrics through a parser, each series once", () => {
  const some = fc.dictionary(hostile, fc.double(), { maxKeys: 6 });
  fc.assert(
    fc.property(some, (metrics) => {
      const item = assertionItem({}, { metrics });
      const found = metricsOf([item, item], "clockwork_assertion_metric");
      const kept = Object.entries(metrics).filter(
        ([name, value]) => singleLine(name) !== "" && Number.isFinite(value),
      );
      expect(found.map(({ value }) => Number(value) + 0)).toEqual(
        [...kept, ...kept].map(([, value]) => value + 0),
      );
      const series = found.map(({ labels }) => JSON.stringify(labels));
      expect(new Set(series).size).toBe(series.length);
    }),
  );
});

it("prometheus() carries hostile names of assertions through a parser, each series once", () => {
  const hostileItem = fc
    .record({ resource: hostile, target: hostile, name: hostile })
    .map(({ resource, target, name }) => assertionItem({ name: resource, target }, { name }));
  const some = fc.array(hostileItem, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(some, (items) => {
      const success = metricsOf([...items, ...items], "clockwork_assertion_success");
      expect(success).toHaveLength(2 * items.length);
      expect(new Set(success.map(({ labels }) => JSON.stringify(labels))).size).toBe(
        success.length,
      );
      for (const [index, { name, target, assertion }] of items.entries()) {
        const labels = success[index]?.labels;
        expect(labels).toMatchObject({ resource: printable(name), target: printable(target) });
        expect(labels?.["assertion"]?.startsWith(printable(assertion.name))).toBe(true);
      }
    }),
  );
});
