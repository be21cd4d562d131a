import fc from "fast-check";
import { expect, it } from "vitest";
import { assertionItem, report, type AssertionItem } from "../../test/support/report.ts";
import { renderAssertions } from "./assertion-table.ts";
import type { ReportItem } from "./report.ts";
import { displayWidth, singleLine } from "./text.ts";

const render = (
  items: readonly ReportItem[],
  width: number | null = null,
  color = false,
): string[] => renderAssertions(report(items), { color, width }).split("\n");

// What stands below the summary and its empty line.
const rows = (items: readonly ReportItem[], width: number | null = null): readonly string[] => {
  const lines = render(items, width);
  return lines.slice(lines.indexOf("") + 1);
};

const RUNNING = assertionItem(
  { target: "nginx-web", durationMs: 1.2 },
  { name: "ContainerRunningAssert", expected: "running", actual: "running" },
);
const FAILED = assertionItem(
  { verdict: "fail" },
  { actual: "503 Service Unavailable", description: "The balancer asks for it." },
);
const SLOW = assertionItem(
  { name: "redis", target: "127.0.0.1:6379/tcp", verdict: "fail", durationMs: 5_000 },
  { name: "PortAccessibleAssert", claim: "it is open", expected: null, actual: "no answer" },
);
const SKIPPED = assertionItem(
  { name: "worker", verdict: "skipped", durationMs: null },
  { expected: null, actual: "redis failed" },
);

it("renderAssertions() tells the summary first, then each assertion in the order given", () => {
  const items = [assertionItem(), FAILED, RUNNING, SLOW, SKIPPED];
  expect(render(items)).toEqual([
    "✗ 2 of 5 assertions failed, 1 skipped  in 2.03 s",
    "    failed: nginx-web, redis",
    "",
    "✓ nginx-web  HealthcheckAssert       http://localhost:8080/health  200 in 12 ms",
    "✗ nginx-web  HealthcheckAssert       http://localhost:8080/health  expected 200, got 503 Service Unavailable in 12 ms",
    "    claim:    http://localhost:8080/health answers 200",
    "    why:      The balancer asks for it.",
    "    at main.ts:12:3",
    "✓ nginx-web  ContainerRunningAssert  nginx-web                     running in 1 ms",
    "✗ redis      PortAccessibleAssert    127.0.0.1:6379/tcp            no answer",
    "    claim:    it is open",
    "    at main.ts:12:3",
    "- worker     HealthcheckAssert       http://localhost:8080/health  redis failed",
  ]);
});

it("renderAssertions() marks warnings and errors as what they are", () => {
  const warned = assertionItem({ verdict: "fail" }, { severity: "warn", actual: "503" });
  const blind = assertionItem({ verdict: "error" }, { expected: null, actual: "no files left" });
  const marks = rows([warned, blind]).filter((line) => !line.startsWith(" "));
  expect(marks).toEqual([
    "⚠ nginx-web  HealthcheckAssert  http://localhost:8080/health  expected 200, got 503 in 12 ms",
    "! nginx-web  HealthcheckAssert  http://localhost:8080/health  no files left",
  ]);
});

it("renderAssertions() sets long expectations and findings below one another", () => {
  const [expected, actual] = ["a".repeat(60), "b".repeat(60)];
  const item = assertionItem({ verdict: "fail" }, { expected, actual, declaredAt: null });
  expect(rows([item])).toEqual([
    "✗ nginx-web  HealthcheckAssert  http://localhost:8080/health  in 12 ms",
    `    expected: ${expected}`,
    `    actual:   ${actual}`,
    "    claim:    http://localhost:8080/health answers 200",
  ]);
});

it("renderAssertions() shows details below all else, and not too many", () => {
  const details = `Error: boom\n${"  at here\n".repeat(40)}`;
  const lines = rows([assertionItem({ verdict: "fail" }, { details })]);
  const start = lines.indexOf("    at main.ts:12:3");
  expect(lines[start + 1]).toBe("    Error: boom");
  expect(lines[start + 2]).toBe("      at here");
  expect(lines.at(-1)).toBe("    … and 21 more lines");
  expect(lines).toHaveLength(start + 22);
});

const PERMISSIONS = assertionItem(
  { name: "files", target: "/srv/www/shop/current/index.html", durationMs: 442 },
  { name: "FilePermissionsAssert", actual: "permissions 0644" },
);

it("renderAssertions() shows the usual subjects in full on one line of 100 columns", () => {
  const url = assertionItem({ target: "http://127.0.0.1:25123/health" }, { actual: "200 OK" });
  expect(rows([PERMISSIONS, url], 100)).toEqual([
    "✓ files      FilePermissionsAssert  /srv/www/shop/current/index.html  permissions 0644 in 442 ms",
    "✓ nginx-web  HealthcheckAssert      http://127.0.0.1:25123/health     200 OK in 12 ms",
  ]);
});

it("renderAssertions() cuts what was seen to the width, and never subject or time", () => {
  const path = "http://localhost:8080/a/path/that/goes";
  const wordy = assertionItem({ target: path }, { actual: "200 with a very long story to tell" });
  expect(rows([wordy], 90)).toEqual([
    "✓ nginx-web  HealthcheckAssert  http://localhost:8080/a/path/that/goes  200 with… in 12 ms",
  ]);
  expect(rows([wordy], 80)).toEqual([
    "✓ nginx-web  HealthcheckAssert  http://localhost:8080/a/path/that/goes  in 12 ms",
  ]);
});

it("renderAssertions() gives the subject of what passed a line of its own where it does not fit", () => {
  expect(rows([PERMISSIONS], 60)).toEqual([
    "✓ files  FilePermissionsAssert  permissions 0644 in 442 ms",
    "    /srv/www/shop/current/index.html",
  ]);
  expect(rows([PERMISSIONS], 50)).toEqual([
    "✓ files  FilePermissionsAssert  permiss… in 442 ms",
    "    /srv/www/shop/current/index.html",
  ]);
});

it("renderAssertions() breaks a subject that is wider than a line, and keeps all of it", () => {
  const target = `/srv/${"a".repeat(40)}/index.html`;
  expect(rows([assertionItem({ target })], 44)).toEqual([
    "✓ nginx-web  HealthcheckAssert  200 in 12 ms",
    `    /srv/${"a".repeat(35)}`,
    `    ${"a".repeat(5)}/index.html`,
  ]);
});

it("renderAssertions() moves one long subject or name and leaves all other lines as they are", () => {
  const long = { ...RUNNING, target: "the-one-with-a-very-long-name-indeed-and-more" };
  const lines = rows([RUNNING, long, { ...RUNNING, name: "n".repeat(63) }], 80);
  expect(lines.slice(0, 3)).toEqual([
    "✓ nginx-web  ContainerRunningAssert  nginx-web  running in 1 ms",
    "✓ nginx-web  ContainerRunningAssert  running in 1 ms",
    "    the-one-with-a-very-long-name-indeed-and-more",
  ]);
  expect(lines.slice(3)).toEqual([
    `✓ ${"n".repeat(63)}`,
    "    ContainerRunningAssert  running in 1 ms",
    "    nginx-web",
  ]);
});

it("renderAssertions() tells a failure in full on more lines where it does not fit", () => {
  expect(rows([assertionItem(), FAILED], 60)).toEqual([
    "✓ nginx-web  HealthcheckAssert  200 in 12 ms",
    "    http://localhost:8080/health",
    "✗ nginx-web  HealthcheckAssert  http://localhost:8080/health",
    "    expected 200, got 503 Service Unavailable in 12 ms",
    "    claim:    http://localhost:8080/health answers 200",
    "    why:      The balancer asks for it.",
    "    at main.ts:12:3",
  ]);
});

it("renderAssertions() repeats the summary below a long list that is not all well", () => {
  const many = Array.from({ length: 40 }, () => assertionItem());
  expect(render([...many, FAILED]).at(-1)).toBe("✗ 1 of 41 assertions failed  in 2.03 s");
  expect(render(many).filter((line) => line.includes("assertions"))).toHaveLength(1);
  expect(render([FAILED]).filter((line) => line.includes("assertions"))).toHaveLength(1);
});

it("renderAssertions() uses colour only when asked", () => {
  const lines = render([assertionItem(), FAILED], 120, true);
  expect(lines[0]).toContain("\u001B[31m✗\u001B[0m \u001B[31m1 of 2 assertions failed\u001B[0m");
  expect(lines[2]).toContain("\u001B[32m✓\u001B[0m nginx-web");
  expect(lines[3]).toContain("\u001B[31m✗\u001B[0m \u001B[1mnginx-web\u001B[0m");
  expect(render([assertionItem(), FAILED], 120).join("")).not.toContain("\u001B");
});

it("renderAssertions() lets nothing from outside drive the terminal", () => {
  const text = "\u001B[2J\u202Ea\nb\u0007";
  const item = assertionItem(
    { name: text, target: text, verdict: "fail" },
    { name: text, claim: text, actual: text, declaredAt: text, description: text, details: text },
  );
  const shown = render([item]).join("");
  expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(shown).toContain("claim:    \uFFFD[2J\uFFFDa b\uFFFD");
});

it("renderAssertions() reads no more than 4 KiB of any text", () => {
  const text = "very long ".repeat(100_000);
  const item = assertionItem(
    { target: "x".repeat(100_000), verdict: "fail" },
    { expected: text, actual: text, claim: text, description: text, details: text },
  );
  expect(render([item]).join("\n").length).toBeLessThan(8 * 4_096);
});

const words = fc.lorem({ mode: "words", maxCount: 25 });
const name = fc.string({ unit: "binary", minLength: 1, maxLength: 63 });
const anyItem = fc
  .record({
    name,
    target: fc.webUrl(),
    verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
    durationMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  })
  .chain((changes) =>
    fc
      .record({
        claim: words,
        expected: fc.option(words),
        actual: words,
        severity: fc.constantFrom("fail", "warn"),
        description: fc.option(words),
        details: fc.option(fc.array(words, { maxLength: 4 }).map((lines) => lines.join("\n"))),
      })
      .map((details) => assertionItem(changes, details)),
  );

const isBroken = ({ verdict }: ReportItem): boolean => verdict === "fail" || verdict === "error";

const wordsOf = ({ assertion }: AssertionItem): readonly string[] =>
  [assertion.claim, assertion.description ?? ""]
    .flatMap((text) => singleLine(text).split(" "))
    .filter((word) => word !== "");

it("renderAssertions() stays within the width and tells all words of what failed", () => {
  const items = fc.array(anyItem, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(items, fc.integer({ min: 40, max: 160 }), (each, width) => {
      const lines = render(each, width);
      for (const line of lines) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(line).toBe(line.trimEnd());
      }
      const told = new Set(lines.join(" ").split(/\s+/u));
      for (const word of each.filter(isBroken).flatMap(wordsOf)) expect(told).toContain(word);
    }),
  );
});

const squeezed = (text: string): string => text.replaceAll(/\s+/gu, "");

it("renderAssertions() tells resource, assertion, subject and time of each in full however narrow it is", () => {
  fc.assert(
    fc.property(anyItem, fc.integer({ min: 1, max: 160 }), (each, width) => {
      const told = squeezed(rows([each], width).join(""));
      for (const text of [each.name, "HealthcheckAssert", each.target])
        expect(told).toContain(squeezed(singleLine(text)));
      if (each.verdict === "pass" && each.durationMs !== null)
        expect(told).toMatch(/in<?[\d.]+m?s/u);
    }),
  );
});

it("renderAssertions() names resource, assertion and subject on the line of each, where nothing is cut", () => {
  fc.assert(
    fc.property(fc.array(anyItem, { minLength: 1, maxLength: 6 }), (items) => {
      const firsts = rows(items).filter((line) => /^[✓✗!⚠-] /u.test(line));
      expect(firsts.length).toBeGreaterThanOrEqual(items.length);
      for (const [index, each] of items.entries())
        for (const text of [each.name, "HealthcheckAssert", each.target])
          expect(firsts[index]).toContain(singleLine(text));
    }),
  );
});
