import fc from "fast-check";
import { expect, it } from "vitest";
import { assertionItem, item, report } from "../../../test/support/report.ts";
import { exitCodeOf, type ReportItem, summarize } from "../../model/report.ts";
import { nagios } from "./nagios.ts";

const render = (items: readonly ReportItem[]): string =>
  nagios.render(report(items), { color: false, width: null });

const REFUSED = item({
  name: "search",
  target: "http://127.0.0.1:81/",
  verdict: "fail",
  detail: "unreachable: connection refused by 127.0.0.1:81 (ECONNREFUSED)",
  durationMs: null,
  attempts: 3,
});
const BLIND = item({ name: "mail", verdict: "error", detail: "no files left", durationMs: null });

it("nagios() tells in one line that all is well", () => {
  expect(render([item(), item({ name: "web shop", durationMs: 1500 })])).toBe(
    "OK - 2 of 2 healthy | 'api'=0.0123s;;;0 'web shop'=1.5s;;;0\n",
  );
});

it("nagios() names what failed and why, then what could not be checked, each on a line of its own", () => {
  expect(render([item(), BLIND, REFUSED])).toBe(
    [
      "CRITICAL - 1 of 3 failed, 1 could not be checked: search (unreachable: connection refused by 127.0.0.1:81 (ECONNREFUSED)), mail (no files left) | 'api'=0.0123s;;;0 'mail'=U;;;0 'search'=U;;;0",
      "CRITICAL: search: unreachable: connection refused by 127.0.0.1:81 (ECONNREFUSED) after 3 attempts (http://127.0.0.1:81/)",
      "UNKNOWN: mail: no files left (https://api.example.com/)",
      "",
    ].join("\n"),
  );
});

it("nagios() is unknown when there are only errors", () => {
  expect(render([item(), BLIND])).toMatch(
    /^UNKNOWN - 1 of 2 could not be checked: mail \(no files left\) \| /u,
  );
});

it("nagios() counts what was skipped", () => {
  expect(render([item(), item({ name: "old", verdict: "skipped" })])).toMatch(
    /^OK - 1 of 2 healthy, 1 skipped \| /u,
  );
});

it("nagios() is well when there is nothing to check", () => {
  expect(render([])).toBe("OK - nothing to check\n");
});

it("nagios() exits as plugins do", () => {
  const code = (items: readonly ReportItem[]): number =>
    exitCodeOf(summarize(items, 0), nagios.exitCodes);
  expect(code([item()])).toBe(0);
  expect(code([item(), BLIND, REFUSED])).toBe(2);
  expect(code([item(), BLIND])).toBe(3);
  expect(nagios.exitCodes?.configuration).toBe(3);
});

const WARNED = assertionItem(
  { name: "box", target: "/", verdict: "fail", durationMs: 3 },
  { name: "DiskSpaceAssert", expected: "at least 20 GB", actual: "12.4 GB", severity: "warn" },
);
const WRONG = assertionItem({ verdict: "fail", durationMs: 12 }, { actual: "503" });

it("nagios() warns when nothing but warnings came up", () => {
  const items = [assertionItem(), WARNED];
  expect(render(items)).toBe(
    [
      "WARNING - 1 of 2 passed, 1 warning: box DiskSpaceAssert / (expected at least 20 GB, got 12.4 GB) | 'nginx-web HealthcheckAssert http://localhost:8080/health'=0.0123s;;;0 'box DiskSpaceAssert /'=0.003s;;;0",
      "WARNING: box DiskSpaceAssert /: expected at least 20 GB, got 12.4 GB (main.ts:12:3)",
      "",
    ].join("\n"),
  );
  expect(exitCodeOf(summarize(items, 0), nagios.exitCodes)).toBe(1);
});

it("nagios() tells failures before warnings, and errors outweigh warnings", () => {
  expect(render([WARNED, WRONG])).toMatch(
    /^CRITICAL - 1 of 2 failed, 1 warning: nginx-web HealthcheckAssert \S+ \(expected 200, got 503\), box /u,
  );
  expect(render([WARNED, WARNED, BLIND])).toMatch(
    /^UNKNOWN - 1 of 3 could not be checked, 2 warnings: mail \(no files left\), box /u,
  );
  expect(exitCodeOf(summarize([WARNED, BLIND], 0), nagios.exitCodes)).toBe(3);
  expect(exitCodeOf(summarize([WARNED, WRONG], 0), nagios.exitCodes)).toBe(2);
});

it("nagios() says of assertions that they passed", () => {
  expect(render([assertionItem()])).toMatch(/^OK - 1 of 1 passed \| /u);
});

it("nagios() gives claims about one target labels of their own, and bounds them", () => {
  const long = assertionItem({ target: "x".repeat(5_000) });
  const labels = [...render([WRONG, WRONG, long, long]).matchAll(/'([^']+)'=/gu)].map(
    ([, label]) => label,
  );
  const title = "nginx-web HealthcheckAssert http://localhost:8080/health";
  expect(labels.slice(0, 2)).toEqual([title, `${title} 2`]);
  expect(labels[2]).toHaveLength(200);
  expect(labels[3]).toBe(`${labels[2] ?? ""} 2`);
});

it("nagios() tells the numbers that assertions saw behind all times", () => {
  const metrics = { timeSeconds: 0.25, "it's a=b|c": -3, tiny: -1e-9, big: 1e21, none: NaN, "": 1 };
  const box = assertionItem({ name: "box", target: "/", durationMs: 3 }, { name: "A", metrics });
  expect(render([box, box, WRONG]).split(" | ")[1]?.split("\n")[0]).toBe(
    [
      "'box A /'=0.003s;;;0",
      "'box A / 2'=0.003s;;;0",
      "'nginx-web HealthcheckAssert http://localhost:8080/health'=0.012s;;;0",
      "'box A / timeSeconds'=0.25",
      "'box A / it''s a_b¦c'=-3",
      "'box A / tiny'=0",
      "'box A / 2 timeSeconds'=0.25",
      "'box A / 2 it''s a_b¦c'=-3",
      "'box A / 2 tiny'=0",
    ].join(" "),
  );
});

it("nagios() bounds how many numbers there are, and keeps their names where a target is long", () => {
  const metrics = Object.fromEntries(
    Array.from({ length: 80 }, (_, index) => [`figure${String(index)}`, index]),
  );
  const long = assertionItem({ target: "x".repeat(5_000) }, { metrics });
  const text = render([long, long]);
  const labels = [...text.matchAll(/'([^']+)'=\d+(?= |$)/gmu)].map(([, label]) => label ?? "");
  expect(new Set(labels).size).toBe(100);
  expect(labels[0]).toMatch(/… figure0$/u);
  for (const label of labels) expect(label.length).toBeLessThan(210);
});

it("nagios() quotes labels, and keeps bars and equals signs out of them", () => {
  expect(render([item({ name: "it's a=b|c" })])).toBe(
    "OK - 1 of 1 healthy | 'it''s a_b¦c'=0.0123s;;;0\n",
  );
});

it("nagios() gives checks that share a name labels of their own", () => {
  expect(render([item(), item(), item({ name: "api 2" })])).toContain(
    "'api'=0.0123s;;;0 'api 2'=0.0123s;;;0 'api 2 2'=0.0123s;;;0",
  );
});

it("nagios() caps the first line at 1 KiB and says how many more there are", () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    item({ name: `svc-${String(index)}`, verdict: "fail", detail: "Expected 200, got 500" }),
  );
  const text = render(many);
  const status = text.slice(0, text.indexOf(" |"));
  const named = status.match(/svc-\d+ \(/gu) ?? [];
  expect(Buffer.byteLength(status)).toBeLessThanOrEqual(1024);
  expect(Buffer.byteLength(status)).toBeGreaterThan(900);
  expect(status).toMatch(new RegExp(`, and ${String(300 - named.length)} more$`, "u"));
  expect(text.match(/^CRITICAL: svc-\d+: Expected 200, got 500/gmu)).toHaveLength(300);
});

it("nagios() keeps to 1 KiB wherever the list has to end", () => {
  for (let length = 5; length < 40; length += 1) {
    const failed = item({ name: "é".repeat(length), verdict: "fail" });
    const text = render(Array.from({ length: 90 }, () => failed));
    expect(Buffer.byteLength(text.slice(0, text.indexOf(" |")))).toBeLessThanOrEqual(1024);
  }
});

it("nagios() names the first failure however long its reason is", () => {
  const text = render([item({ name: "big", verdict: "fail", detail: "图".repeat(5000) })]);
  const status = text.slice(0, text.indexOf(" |"));
  expect(status).toMatch(/^CRITICAL - 1 of 1 failed: big \(图{100,}…$/u);
  expect(Buffer.byteLength(status)).toBeLessThanOrEqual(1024);
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("|", "'", "''", "=", ";", "\n", "\r\n", " ", "\u001B[31m", "\uD800", "U"),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

it("nagios() can be taken apart again whatever names and details hold", () => {
  const changes = {
    name: hostile,
    target: hostile,
    detail: hostile,
    verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
    durationMs: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
  } as const;
  const facts = {
    name: hostile,
    severity: fc.constantFrom("fail", "warn"),
    declaredAt: fc.option(hostile),
    metrics: fc.dictionary(hostile, fc.double(), { maxKeys: 3 }),
  } as const;
  const hostileItem = fc.oneof(
    fc.record(changes).map((each) => item(each)),
    fc
      .tuple(fc.record(changes), fc.record(facts))
      .map(([each, details]) => assertionItem(each, details)),
  );
  fc.assert(
    fc.property(fc.array(hostileItem, { minLength: 1, maxLength: 6 }), (items) => {
      const [first = "", ...others] = render(items).split("\n");
      const [status = "", data = "", ...rest] = first.split(" | ");
      expect(rest).toEqual([]);
      expect(status).toMatch(/^(?:OK|WARNING|CRITICAL|UNKNOWN) - \d+ of \d+ /u);
      expect(others.join("")).not.toContain("|");
      const problems = items.filter(({ verdict }) => verdict === "fail" || verdict === "error");
      expect(others).toHaveLength(problems.length + 1);

      const figure = /'((?:[^'=]|'')*)'=(U|\d+(?:\.\d+)?s|-?\d+(?:\.\d+)?)(;;;0)?(?: |$)/gu;
      const figures = [...data.matchAll(figure)];
      expect(figures.map(([whole]) => whole).join("")).toBe(data);
      expect(new Set(figures.map(([, label]) => label)).size).toBe(figures.length);
      const pairs = figures.slice(0, items.length);
      for (const [index, [, , , least]] of figures.entries())
        expect(least).toBe(index < items.length ? ";;;0" : undefined);
      expect(pairs.map(([, , value]) => value === "U")).toEqual(
        items.map(({ durationMs }) => durationMs === null),
      );
    }),
  );
});
