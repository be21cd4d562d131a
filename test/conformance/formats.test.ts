import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AssertionDetails,
  type Report,
  type ReportFormat,
  type ReportItem,
  summarize,
} from "../../src/model/report.ts";
import { hasPart } from "../support/parts.ts";
import { assertionItem, item, report } from "../support/report.ts";

const FOLDER = new URL("../../src/catalog/formats/", import.meta.url);

const kinds = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.replace(/\.ts$/u, ""));

const load = async (kind: string): Promise<Readonly<Record<string, unknown>>> =>
  (await import(new URL(`${kind}.ts`, FOLDER).href)) as Record<string, unknown>;

const camelCase = (kind: string): string =>
  kind.replace(/-(.)/gu, (_, letter: string) => letter.toUpperCase());

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("\u001B[31m", "\u001B]0;x\u0007", "\u009B2J", "\u0000", "\u007F", "\u202E"),
      fc.constantFrom("\r", "\n", "\r\n", "\u0085", "\u2028", "\t", "\uD800", "\uDC00", "\uFFFE"),
      fc.constantFrom(
        "|",
        "'",
        '"',
        "\\",
        "#",
        "{",
        "<",
        "&",
        "]]>",
        "=",
        " ",
        "图",
        "e\u0301",
        "👍",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const milliseconds = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));

const long = fc
  .tuple(hostile, fc.constantFrom(200, 5_000))
  .map(([text, length]) => `${text} ]]> `.repeat(Math.ceil(length / (text.length + 5))));

const text = fc.oneof({ weight: 9, arbitrary: hostile }, { weight: 1, arbitrary: long });

const assertions: fc.Arbitrary<AssertionDetails> = fc.record({
  name: text,
  claim: text,
  expected: fc.option(text),
  actual: text,
  severity: fc.constantFrom("fail", "warn"),
  declaredAt: fc.option(text),
  description: fc.option(text),
  details: fc.option(text),
  metrics: fc.dictionary(hostile, fc.double({ noNaN: true }), { maxKeys: 2 }),
});

const services = fc.record({
  name: text,
  target: text,
  kind: hostile,
  verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
  detail: text,
  durationMs: milliseconds,
  statusCode: fc.option(fc.integer({ min: 100, max: 599 })),
  phases: fc.option(
    fc.record({
      resolveMs: milliseconds,
      connectMs: milliseconds,
      tlsMs: milliseconds,
      firstByteMs: milliseconds,
      transferMs: milliseconds,
    }),
  ),
  attempts: fc.integer({ min: 1, max: 20 }),
});

const asserted: fc.Arbitrary<ReportItem> = fc
  .tuple(services, assertions)
  .map(([changes, assertion]) => ({ ...changes, assertion }));

const items = fc.oneof(
  fc.array(services, { maxLength: 6 }),
  fc.array(asserted, { maxLength: 6 }),
  fc.array(fc.oneof(services, asserted), { maxLength: 6 }),
);

const reports: fc.Arbitrary<Report> = fc
  .record({
    title: hostile,
    project: hostile,
    startedAt: fc.integer({ min: 0, max: 4e12 }),
    items,
    durationMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    document: fc.record({
      text: hostile,
      value: fc.jsonValue({ stringUnit: "binary", maxDepth: 2 }),
    }),
  })
  .map(({ durationMs, ...rest }) => ({ ...rest, summary: summarize(rest.items, durationMs) }));

const PHASES = {
  resolveMs: 1,
  connectMs: 2,
  tlsMs: 3,
  firstByteMs: 4,
  transferMs: 5,
} as const;

// The package comes without types.
type Parse = (text: string) => readonly {
  readonly name: string;
  readonly metrics: readonly { readonly value: string; readonly labels: object }[];
}[];

const widths = fc.option(fc.integer({ min: 1, max: 200 }));

const CONTROLS = /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]--[\n\t]]/v;

it("finds the formats", () => {
  expect(kinds).toEqual(expect.arrayContaining(["json", "pretty"]));
});

describe.each(kinds)("the format %s", (kind) => {
  const format = async (): Promise<ReportFormat> =>
    (await load(kind))[camelCase(kind)] as ReportFormat;

  it("is the one export of its file", async () => {
    expect(Object.keys(await load(kind))).toEqual([camelCase(kind)]);
    const { summary, render, exitCodes } = await format();
    expect(summary).toMatch(/^\S.*\S$/u);
    expect(render).toBeTypeOf("function");
    for (const code of Object.values(exitCodes ?? {})) {
      expect(Number.isInteger(code)).toBe(true);
      expect(code).toBeGreaterThanOrEqual(0);
      expect(code).toBeLessThanOrEqual(255);
    }
  });

  it("writes nothing but printable text, which ends with a newline or is empty", async () => {
    const { render } = await format();
    fc.assert(
      fc.property(reports, widths, (report, width) => {
        const written = render(report, { color: false, width });
        expect(written === "" || written.endsWith("\n")).toBe(true);
        expect(written).not.toMatch(CONTROLS);
      }),
    );
  });

  it("says the same in colour", async () => {
    const { render } = await format();
    fc.assert(
      fc.property(reports, widths, (report, width) => {
        const plain = render(report, { color: false, width });
        const colored = render(report, { color: true, width });
        expect(colored.replace(/\p{Cc}\[\d+m/gu, "")).toBe(plain);
      }),
    );
  });

  it("says the same twice, and leaves the report as it is", async () => {
    const { render } = await format();
    fc.assert(
      fc.property(reports, widths, fc.boolean(), (report, width, color) => {
        const before = structuredClone(report);
        const written = render(report, { color, width });
        expect(report).toEqual(before);
        expect(render(before, { color, width })).toBe(written);
      }),
    );
  });

  it("takes an empty report", async () => {
    const { render } = await format();
    expect(render(report([]), { color: true, width: 80 })).toBeTypeOf("string");
  });
});

const hasPromtool = hasPart("promtool", ["--version"]);

it.skipIf(!hasPromtool)("the format prometheus is what promtool takes", async () => {
  const { prometheus } = await import("../../src/catalog/formats/prometheus.ts");
  const quotes = '\\ "quoted" \n{}';
  const written = prometheus.render(
    report([
      item({ phases: PHASES }),
      item({ name: quotes, verdict: "fail", durationMs: null, statusCode: null }),
      assertionItem(),
      assertionItem(),
      assertionItem({ verdict: "fail", name: quotes }, { severity: "warn", name: quotes }),
      assertionItem(
        { name: "numbers" },
        { metrics: { [quotes]: 1, timeSeconds: -0.5, tiny: 1e-7, most: Number.MAX_VALUE } },
      ),
      assertionItem({ verdict: "error", target: quotes }),
      assertionItem({ verdict: "skipped", durationMs: null }),
    ]),
    { color: false, width: null },
  );
  const { status, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: written,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

it("the format prometheus writes each series once, as a parser reads it", async () => {
  const { prometheus } = await import("../../src/catalog/formats/prometheus.ts");
  const parse = createRequire(import.meta.url)("parse-prometheus-text-format") as Parse;
  fc.assert(
    fc.property(fc.array(asserted, { minLength: 1, maxLength: 6 }), (each) => {
      const families = parse(
        prometheus.render(report([...each, ...each]), { color: false, width: null }),
      );
      for (const { name, metrics } of families) {
        const series = metrics.map(({ labels }) => JSON.stringify(labels));
        expect(new Set(series).size, name).toBe(series.length);
      }
      const states = families.find(({ name }) => name === "clockwork_check_state")?.metrics ?? [];
      expect(states.filter(({ value }) => value === "1")).toHaveLength(2 * each.length);
    }),
  );
});
