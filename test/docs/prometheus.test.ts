import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exposedText, readExposition, type Exposed, type Sample } from "../support/exposition.ts";
import { meteredProject } from "../support/metrics-lab.ts";
import { testFolder } from "../support/folder.ts";
import { hasPart } from "../support/parts.ts";
import { officeClock } from "../support/served-lab.ts";
import { failing, look, subject } from "../support/watch-lab.ts";
import { read, ROOT } from "./documents.ts";

const FOLDER = join(ROOT, "examples/prometheus");

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: Readonly<Record<"h" | "w" | "x" | "y", number>>;
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly definition?: string }[];
  };
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(
  readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8"),
) as Dashboard;
const rules = (parse(readFileSync(join(FOLDER, "alerts.yml"), "utf8")) as Rules).groups.flatMap(
  (group) => group.rules,
);

/** Every expression, with what it stands in. */
const expressions: readonly (readonly [string, string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, refId }) => [`${title} ${refId}`, expr] as const),
  ),
  ...dashboard.annotations.list.flatMap(({ expr }) =>
    expr === undefined ? [] : [["annotation", expr] as const],
  ),
  ...dashboard.templating.list.flatMap(({ name, definition }) =>
    definition === undefined ? [] : [[`$${name}`, definition] as const],
  ),
];

/** What a server exposes of a project in which each kind of thing has happened. */
async function exposedByNow(): Promise<string> {
  const clock = officeClock();
  let isBroken = false;
  const project = await meteredProject(clock, {
    subjects: [
      subject({
        name: "web",
        look: () => {
          const at = { at: clock.now() };
          return Promise.resolve(isBroken ? failing(at) : look(at));
        },
        act: () => {
          isBroken = false;
          return Promise.resolve("made anew");
        },
      }),
    ],
    kinds: { web: "docker" },
    claims: { web: [{ name: "HTTPStatusAssert", claim: "it answers 200" }] },
    channels: [{ name: "log", deliver: () => Promise.resolve() }],
  });
  await clock.advance(60_000);
  isBroken = true;
  await clock.advance(120_000);
  return await exposedText([project], clock);
}

const SELECTOR = /\b((?:clockwork|nodejs|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/gu;
const MATCHER = /(\w+)(?:=~|!~|!=|=)"([^"]*)"/gu;

/** What each metric of an expression is asked for by: labels, and what they should be. */
function askedIn(
  expression: string,
): readonly (readonly [metric: string, matchers: readonly (readonly [string, string])[]])[] {
  return [...expression.matchAll(SELECTOR)].map(([, metric = "", matchers = ""]) => [
    metric,
    [...matchers.matchAll(MATCHER)].map(([, label = "", value = ""]) => [label, value] as const),
  ]);
}

/** The samples of a metric, or of the histogram that it is a part of. */
function samplesOf(exposed: Exposed, metric: string): readonly Sample[] {
  const family = exposed.get(metric) ?? exposed.get(metric.replace(/_(?:bucket|sum|count)$/u, ""));
  return family?.samples ?? [];
}

it("alerts and dashboard ask only for metrics and labels that exist", async () => {
  const exposed = readExposition(await exposedByNow());
  const asked = expressions.flatMap(([where, expression]) =>
    askedIn(expression).map((one) => [where, ...one] as const),
  );
  expect(asked.length).toBeGreaterThan(expressions.length - 2);
  for (const [where, metric, matchers] of asked) {
    const samples = samplesOf(exposed, metric);
    expect(samples.length, `${where}: ${metric}`).toBeGreaterThan(0);
    // Prometheus adds the job.
    const known = [...samples.flatMap(({ labels }) => Object.keys(labels)), "job"];
    for (const [label] of matchers) expect(known, `${where}: ${metric}`).toContain(label);
  }
});

it("alerts and dashboard ask only for states, verdicts and types that exist", async () => {
  const exposed = readExposition(await exposedByNow());
  const asked = expressions.flatMap(([, expression]) => askedIn(expression));
  const values = asked.flatMap(([metric, matchers]) =>
    matchers
      .filter(([label]) => ["state", "verdict", "type"].includes(label))
      .flatMap(([label, text]) => text.split("|").map((value) => [metric, label, value] as const)),
  );
  expect(values.length).toBeGreaterThan(8);
  for (const [metric, label, value] of values) {
    const known = samplesOf(exposed, metric).map(({ labels }) => labels[label]);
    expect(known, `${metric} ${label}`).toContain(value);
  }
});

it("the guide names every metric, and none that does not exist", async () => {
  const exposed = readExposition(await exposedByNow());
  const named = read("docs/guides/metrics.md").match(/\bclockwork_[a-z_]+\b/gu) ?? [];
  const there = [...exposed.keys()].filter((name) => name.startsWith("clockwork_"));
  expect([...new Set(named)].sort()).toEqual(there.sort());
});

it("the panels of the dashboard have numbers of their own, and none lies on another", () => {
  const { panels, schemaVersion } = dashboard;
  expect(schemaVersion).toBeGreaterThanOrEqual(39);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { title, gridPos } of panels) {
    const { x, y, w, h } = gridPos;
    expect(x + w, title).toBeLessThanOrEqual(24);
    for (let place = 0; place < w * h; place += 1) {
      const cell = `${String(x + (place % w))} ${String(y + Math.floor(place / w))}`;
      expect(taken.has(cell), title).toBe(false);
      taken.add(cell);
    }
  }
});

it("the dashboard uses no variable that it does not have", () => {
  const names = new Set(dashboard.templating.list.map(({ name }) => name));
  expect([...names]).toEqual(["datasource", "project", "kind", "job"]);
  const used = JSON.stringify(dashboard).match(/\$\{?(?!__)([a-z_]+)\}?/gu) ?? [];
  const plain = used.map((one) => one.replaceAll(/[${}]/gu, ""));
  expect(plain.filter((name) => !names.has(name))).toEqual([]);
});

const hasPromtool = hasPart("promtool", ["--version"]);

function promtool(args: readonly string[], input = ""): unknown {
  const { status, stdout, stderr } = spawnSync("promtool", args, {
    cwd: FOLDER,
    input,
    encoding: "utf8",
  });
  return status === 0 ? "accepted" : { status, stdout, stderr };
}

describe.skipIf(!hasPromtool)("promtool", () => {
  it("takes what /api/metrics gives", async () => {
    expect(promtool(["check", "metrics"], await exposedByNow())).toBe("accepted");
  });

  it("takes the files, and the alerts do as they say", () => {
    expect(promtool(["check", "config", "--syntax-only", "prometheus.yml"])).toBe("accepted");
    expect(promtool(["check", "rules", "alerts.yml"])).toBe("accepted");
    expect(promtool(["test", "rules", "alerts.test.yml"])).toBe("accepted");
  });

  it("takes the expressions of the dashboard", () => {
    const asked = expressions
      .filter(([, expression]) => !expression.startsWith("label_values("))
      .map(([, expression], index) => ({
        record: `expression:${String(index)}`,
        expr: expression.replaceAll("$__rate_interval", "5m"),
      }));
    using folder = testFolder();
    const groups = [{ name: "dashboard", rules: asked }];
    const file = folder.write("dashboard.yml", JSON.stringify({ groups }));
    expect(promtool(["check", "rules", file])).toBe("accepted");
  });
});
