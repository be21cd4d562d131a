import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { parse, type TestSuites } from "junit2json";
import { expect, it } from "vitest";
import { assertionItem, item, report } from "../../../test/support/report.ts";
import { isWarning, type ReportItem } from "../../model/report.ts";
import { printable } from "../../model/text.ts";
import { junit } from "./junit.ts";

const render = (items: readonly ReportItem[]): string =>
  junit.render(report(items), { color: false, width: null });

const FIVE: readonly ReportItem[] = [
  item(),
  item({ name: "pay", verdict: "fail", detail: "Expected 200, got 500", attempts: 3 }),
  item({ name: "geo", verdict: "fail", detail: "timed out", durationMs: null, statusCode: null }),
  item({ name: "mail", verdict: "error", detail: "too many open files", durationMs: null }),
  item({ name: "old", verdict: "skipped", detail: "depends on mail", durationMs: null }),
];

/** All that XML 1.0 allows, escaped or not. */
const XML_CHARACTERS = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("]]>", "&", "&#0;", "<b a='", '">', "-->", "<!--", "\u0000", "\r\n", "\t"),
      fc.constantFrom("\uFFFE", "\uD800", "\u001B[31m", "  ", "<![CDATA[", "<?x", "&amp;", "%s"),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
  )
  .map((parts) => parts.join(""));

it("junit() is read with counts, seconds and a time stamp", async () => {
  const suites = (await parse(render(FIVE))) as TestSuites;
  expect(suites).toMatchObject({
    name: "clockwork check",
    tests: 5,
    failures: 2,
    errors: 1,
    time: 2.03,
  });
  expect(suites.testsuite).toHaveLength(1);
  expect(suites.testsuite?.[0]).toMatchObject({
    name: "shop",
    tests: 5,
    failures: 2,
    errors: 1,
    skipped: 1,
    time: 2.03,
    timestamp: "2026-01-02T03:04:05.678Z",
  });
});

it("junit() gives each verdict the element that readers know", async () => {
  const suites = (await parse(render(FIVE))) as TestSuites;
  const cases = suites.testsuite?.[0]?.testcase ?? [];
  expect(cases.map((each) => [each.name, each.classname, each.time])).toEqual([
    ["api", "shop.http-status", 0.0123],
    ["pay", "shop.http-status", 0.0123],
    ["geo", "shop.http-status", 0],
    ["mail", "shop.http-status", 0],
    ["old", "shop.http-status", 0],
  ]);
  expect(cases.map(({ failure }) => failure)).toEqual([
    undefined,
    [
      {
        message: "Expected 200, got 500",
        type: "http-status",
        inner: "Expected 200, got 500\ntarget: https://api.example.com/\nattempts: 3",
      },
    ],
    [
      {
        message: "timed out",
        type: "http-status",
        inner: "timed out\ntarget: https://api.example.com/",
      },
    ],
    undefined,
    undefined,
  ]);
  expect(cases.map(({ error }) => error?.[0]?.message)).toEqual([
    undefined,
    undefined,
    undefined,
    "too many open files",
    undefined,
  ]);
  expect(cases.filter(({ skipped }) => skipped !== undefined)).toEqual([
    expect.objectContaining({ name: "old", skipped: [{ message: "depends on mail" }] }),
  ]);
});

const DISK = assertionItem(
  { name: "box", target: "/", verdict: "fail", durationMs: 3 },
  { name: "DiskSpaceAssert", expected: "at least 20 GB", actual: "12.4 GB", severity: "warn" },
);

it("junit() gives each resource a suite, with the counts and the time of its own assertions", async () => {
  const failed = assertionItem({ verdict: "fail", durationMs: 100 }, { actual: "503" });
  const suites = (await parse(render([assertionItem(), DISK, failed]))) as TestSuites;
  expect(suites).toMatchObject({ tests: 3, failures: 1, time: 2.03 });
  expect(
    suites.testsuite?.map(({ name, tests, failures, time }) => [name, tests, failures, time]),
  ).toEqual([
    ["nginx-web", 2, 1, 0.1123],
    ["box", 1, 0, 0.003],
  ]);
  const cases = suites.testsuite?.flatMap(({ testcase }) => testcase ?? []) ?? [];
  expect(cases.map(({ name, classname }) => [name, classname])).toEqual([
    ["HealthcheckAssert http://localhost:8080/health", "shop.nginx-web"],
    ["HealthcheckAssert http://localhost:8080/health 2", "shop.nginx-web"],
    ["DiskSpaceAssert /", "shop.box"],
  ]);
});

it("junit() tells of a failed assertion all that helps", async () => {
  const failed = assertionItem(
    { verdict: "fail", attempts: 2 },
    { actual: "503", description: "The balancer asks.", details: "Error: no\n\tat x" },
  );
  const suites = (await parse(render([failed]))) as TestSuites;
  expect(suites.testsuite?.[0]?.testcase?.[0]?.failure).toEqual([
    {
      message:
        "expected 200, got 503 (claim: http://localhost:8080/health answers 200; at main.ts:12:3)",
      type: "HealthcheckAssert",
      inner: [
        "expected 200, got 503",
        "target: http://localhost:8080/health",
        "attempts: 2",
        "expected: 200",
        "actual: 503",
        "claim: http://localhost:8080/health answers 200",
        "why: The balancer asks.",
        "at main.ts:12:3",
        "Error: no",
        "    at x",
      ].join("\n"),
    },
  ]);
});

it("junit() passes a warning and tells of it in system-out", () => {
  const text = render([DISK]);
  expect(text).toContain("<system-out>warning: expected at least 20 GB, got 12.4 GB\n");
  expect(text).not.toContain("<failure");
});

it("junit() escapes what XML cannot hold", () => {
  const text = render([item({ name: `a<b>&"c"\n\td\u0000\uFFFE\uD800` })]);
  expect(text).toContain('name="a&lt;b&gt;&amp;&quot;c&quot;&#10;&#9;d\uFFFD\uFFFD\uFFFD"');
});

it("junit() writes an empty report as an empty suite", async () => {
  const text = render([]);
  expect(await parse(text)).toMatchObject({ tests: 0, testsuite: [{ name: "shop", tests: 0 }] });
});

it("junit() survives hostile names, targets and details in both parsers", async () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    trimValues: false,
    parseAttributeValue: false,
    htmlEntities: true,
    isArray: (name) => name === "testcase",
  });
  const hostileItem = fc
    .record({
      name: hostile,
      target: hostile,
      detail: hostile,
      verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
    })
    .map((changes) => item(changes));
  await fc.assert(
    fc.asyncProperty(fc.array(hostileItem, { minLength: 1, maxLength: 4 }), async (items) => {
      const text = render(items);
      expect(text).toMatch(XML_CHARACTERS);
      const names = items.map(({ name }) => printable(name));

      // Without options the first parser takes "7" for a number; it is strict about well-formedness.
      const suites = (await parse(text, {})) as TestSuites;
      const cases = suites.testsuite?.[0]?.testcase ?? [];
      expect(cases.map(({ name }) => name)).toEqual(names);
      expect(cases.map((each) => each.failure?.[0]?.message)).toEqual(
        items.map(({ verdict, detail }) => (verdict === "fail" ? printable(detail) : undefined)),
      );

      const tree = parser.parse(text) as {
        readonly testsuites: { readonly testsuite: { readonly testcase: { name: string }[] } };
      };
      expect(tree.testsuites.testsuite.testcase.map(({ name }) => name)).toEqual(names);
    }),
  );
});

const isFailure = (each: ReportItem): boolean => each.verdict === "fail" && !isWarning(each);

it("junit() keeps assertions apart whose targets differ in what XML cannot hold", async () => {
  const items = ["\uFFFE", "\uD800", "", " \n"].map((target) => assertionItem({ target }, {}));
  const { testsuite } = (await parse(render(items), {})) as TestSuites;
  const names = testsuite?.[0]?.testcase?.map(({ name }) => name);
  expect(new Set(names).size).toBe(items.length);
});

it("junit() survives hostile facts of assertions", async () => {
  const facts = fc.record({
    claim: hostile,
    expected: fc.option(hostile),
    actual: hostile,
    severity: fc.constantFrom("fail", "warn"),
    declaredAt: fc.option(hostile),
    description: fc.option(hostile),
    details: fc.option(hostile),
  });
  const hostileItem = fc
    .tuple(facts, hostile, fc.constantFrom("pass", "fail", "error", "skipped"))
    .map(([details, target, verdict]) => assertionItem({ target, verdict }, details));
  await fc.assert(
    fc.asyncProperty(fc.array(hostileItem, { minLength: 1, maxLength: 4 }), async (items) => {
      const text = render(items);
      expect(text).toMatch(XML_CHARACTERS);
      const suites = (await parse(text, {})) as TestSuites;
      const cases = suites.testsuite?.[0]?.testcase ?? [];
      expect(new Set(cases.map(({ name }) => name)).size).toBe(items.length);
      expect(cases.map(({ failure }) => failure !== undefined)).toEqual(items.map(isFailure));
      for (const [index, { assertion }] of items.entries()) {
        const [failure] = cases[index]?.failure ?? [];
        if (failure !== undefined)
          expect(failure.inner).toContain(printable(assertion.claim).trim());
      }
    }),
  );
});
