import fc from "fast-check";
import { expect, it } from "vitest";
import { exitCodeOf, type ReportItem, summarize } from "../../model/report.ts";
import { nagios } from "./nagios.ts";

const item = (changes: Partial<ReportItem> = {}): ReportItem => ({
  name: "api",
  target: "https://api.example.com/health",
  kind: "http-status",
  verdict: "pass",
  detail: "200 OK",
  durationMs: 12,
  statusCode: 200,
  phases: null,
  attempts: 1,
  ...changes,
});

const render = (items: readonly ReportItem[]): string =>
  nagios.render(
    {
      title: "clockwork check",
      project: "shop",
      startedAt: 0,
      items,
      summary: summarize(items, 5),
      document: null,
    },
    { color: false, width: null },
  );

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
    "OK - 2 of 2 healthy | 'api'=0.012s;;;0 'web shop'=1.5s;;;0\n",
  );
});

it("nagios() names what failed and why, then what could not be checked, each on a line of its own", () => {
  expect(render([item(), BLIND, REFUSED])).toBe(
    [
      "CRITICAL - 1 of 3 failed, 1 could not be checked: search (unreachable: connection refused by 127.0.0.1:81 (ECONNREFUSED)), mail (no files left) | 'api'=0.012s;;;0 'mail'=U;;;0 'search'=U;;;0",
      "CRITICAL: search: unreachable: connection refused by 127.0.0.1:81 (ECONNREFUSED) after 3 attempts (http://127.0.0.1:81/)",
      "UNKNOWN: mail: no files left (https://api.example.com/health)",
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

it("nagios() quotes labels, and keeps bars and equals signs out of them", () => {
  expect(render([item({ name: "it's a=b|c" })])).toBe(
    "OK - 1 of 1 healthy | 'it''s a_b¦c'=0.012s;;;0\n",
  );
});

it("nagios() gives checks that share a name labels of their own", () => {
  expect(render([item(), item(), item({ name: "api 2" })])).toContain(
    "'api'=0.012s;;;0 'api 2'=0.012s;;;0 'api 2 2'=0.012s;;;0",
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
  const hostileItem = fc
    .record({
      name: hostile,
      target: hostile,
      detail: hostile,
      verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
      durationMs: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
    })
    .map(item);
  fc.assert(
    fc.property(fc.array(hostileItem, { minLength: 1, maxLength: 6 }), (items) => {
      const [first = "", ...others] = render(items).split("\n");
      const [status = "", data = "", ...rest] = first.split(" | ");
      expect(rest).toEqual([]);
      expect(status).toMatch(/^(?:OK|CRITICAL|UNKNOWN) - \d+ of \d+ /u);
      expect(others.join("")).not.toContain("|");
      const problems = items.filter(({ verdict }) => verdict === "fail" || verdict === "error");
      expect(others).toHaveLength(problems.length + 1);

      const pair = /'((?:[^'=]|'')*)'=(U|\d+(?:\.\d+)?s);;;0(?: |$)/gu;
      const pairs = [...data.matchAll(pair)];
      expect(pairs.map(([whole]) => whole).join("")).toBe(data);
      expect(new Set(pairs.map(([, label]) => label)).size).toBe(items.length);
      expect(pairs.map(([, , value]) => value === "U")).toEqual(
        items.map(({ durationMs }) => durationMs === null),
      );
    }),
  );
});
