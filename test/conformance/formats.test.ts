import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Report, type ReportFormat, summarize } from "../../src/model/report.ts";

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

const items = fc.array(
  fc.record({
    name: hostile,
    target: hostile,
    kind: hostile,
    verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
    detail: hostile,
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
  }),
  { maxLength: 6 },
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
        const text = render(report, { color: false, width });
        expect(text === "" || text.endsWith("\n")).toBe(true);
        expect(text).not.toMatch(CONTROLS);
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
        const text = render(report, { color, width });
        expect(report).toEqual(before);
        expect(render(before, { color, width })).toBe(text);
      }),
    );
  });

  it("takes an empty report", async () => {
    const { render } = await format();
    const empty = { title: "", project: "", startedAt: 0, items: [], document: {} };
    const text = render({ ...empty, summary: summarize([], 0) }, { color: true, width: 80 });
    expect(text).toBeTypeOf("string");
  });
});
