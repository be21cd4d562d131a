import fc from "fast-check";
import { expect, it } from "vitest";
import { assertionItem, item, report } from "../../../test/support/report.ts";
import type { ReportItem } from "../../model/report.ts";
import { displayWidth, singleLine } from "../../model/text.ts";
import { pretty } from "./pretty.ts";

const REFUSED = item({
  name: "search",
  target: "http://127.0.0.1:81/",
  verdict: "fail",
  detail: "unreachable: connection refused by 127.0.0.1:81 (ECONNREFUSED)",
  durationMs: null,
});
const WRONG = item({
  name: "pay",
  target: "https://pay.example.com/",
  verdict: "fail",
  detail: "Expected 200, got 500",
  durationMs: 2034,
});
const BLIND = item({ name: "mail", verdict: "error", detail: "no files left", durationMs: null });
const SKIPPED = item({ name: "old", verdict: "skipped", detail: "not due", durationMs: null });

const render = (
  items: readonly ReportItem[],
  width: number | null = null,
  color = false,
  durationMs = 2_030,
): string => pretty.render(report(items, { durationMs }), { color, width });

const lastLine = (items: readonly ReportItem[]): string =>
  render(items, null, false, 710).trimEnd().split("\n").at(-1) ?? "";

it("pretty() shows failures first, then errors, then what was skipped, then what passed", () => {
  const text = render([item(), SKIPPED, BLIND, WRONG, item({ name: "web" }), REFUSED]);
  expect(text).toBe(
    [
      "✗ pay     Expected 200, got 500  2.03 s  https://pay.example.com/",
      "✗ search                                 http://127.0.0.1:81/",
      "    unreachable: connection refused by 127.0.0.1:81 (ECONNREFUSED)",
      "! mail    no files left                  https://api.example.com/",
      "- old     not due                        https://api.example.com/",
      "✓ api     200 OK                  12 ms  https://api.example.com/",
      "✓ web     200 OK                  12 ms  https://api.example.com/",
      "",
      "✗ 2 of 6 failed, 1 could not be checked, 1 skipped  in 2.03 s",
      "",
    ].join("\n"),
  );
});

it("pretty() tells a long reason in full on lines of its own, within the width", () => {
  expect(render([item(), WRONG, REFUSED], 60)).toBe(
    [
      "✗ pay     Expected 200, got 500  2.03 s  https://pay.exampl…",
      "✗ search                                 http://127.0.0.1:8…",
      "    unreachable: connection refused by 127.0.0.1:81",
      "    (ECONNREFUSED)",
      "✓ api     200 OK                  12 ms  https://api.exampl…",
      "",
      "✗ 2 of 3 failed  in 2.03 s",
      "",
    ].join("\n"),
  );
});

it("pretty() leaves out the target rather than showing a stump of it", () => {
  expect(render([item(), WRONG], 44)).toBe(
    [
      "✗ pay  Expected 200, got 500  2.03 s",
      "✓ api  200 OK                  12 ms",
      "",
      "✗ 1 of 2 failed  in 2.03 s",
      "",
    ].join("\n"),
  );
});

it("pretty() cuts a long name of what passed, and tells any other in full", () => {
  const name = "recommendations-engine";
  expect(render([item({ name }), { ...WRONG, name, durationMs: null }], 44)).toBe(
    [
      "✗ recommendation",
      "  s-engine",
      "    Expected 200, got 500",
      "✓ recommendatio…  200 OK  12 ms",
      "",
      "✗ 1 of 2 failed  in 2.03 s",
      "",
    ].join("\n"),
  );
});

it("pretty() aligns wide and combining characters", () => {
  const items = [item({ name: "图像" }), item({ name: "cafe\u0301" }), item({ name: "plain" })];
  const lines = render(items).split("\n").slice(0, 3);
  const columns = lines.map((line) => displayWidth(line.slice(0, line.indexOf("200 OK"))));
  expect(columns).toEqual([9, 9, 9]);
});

it("pretty() shows how many attempts were made", () => {
  const text = render([item({ attempts: 3 }), item({ name: "b", detail: "", attempts: 2 })]);
  expect(text).toContain("200 OK, after 3 attempts  ");
  expect(text).toContain("b    after 2 attempts  ");
});

it.each([
  [0.4, "<1 ms"],
  [1, "1 ms"],
  [999.4, "999 ms"],
  [999.6, "1.00 s"],
  [65_000, "65.00 s"],
])("pretty() shows %d ms as %s", (durationMs, text) => {
  expect(render([item({ durationMs })])).toContain(`  ${text}  `);
});

it("pretty() sums up in one line", () => {
  expect(lastLine([item(), item(), item(), item(), item()])).toBe("✓ All 5 passed  in 0.71 s");
  expect(lastLine([item()])).toBe("✓ 1 of 1 passed  in 0.71 s");
  expect(lastLine([item(), SKIPPED])).toBe("✓ 1 of 2 passed, 1 skipped  in 0.71 s");
  expect(lastLine([SKIPPED, SKIPPED])).toBe("- 2 of 2 skipped  in 0.71 s");
  expect(lastLine([item(), BLIND])).toBe("! 1 of 2 could not be checked  in 0.71 s");
  expect(lastLine([item(), WRONG, WRONG, BLIND, item()])).toBe(
    "✗ 2 of 5 failed, 1 could not be checked  in 0.71 s",
  );
});

it("pretty() says so when there is nothing to check", () => {
  expect(render([])).toBe("Nothing to check: the list is empty.\n");
});

it("pretty() does not speak of a list where assertions were asked for", () => {
  const none = report([], { title: "clockwork assert" });
  expect(pretty.render(none, { color: false, width: null })).toBe(
    "Nothing to check: no assertion was selected.\n",
  );
});

it("pretty() sums up assertions first, and names each on its line", () => {
  expect(render([assertionItem()], null, false, 120)).toBe(
    [
      "✓ All assertions passed  1 in 120 ms",
      "",
      "✓ nginx-web  HealthcheckAssert  http://localhost:8080/health  200 in 12 ms",
      "",
    ].join("\n"),
  );
});

it("pretty() uses colour only when asked, and lays out the same", () => {
  const items = [item(), SKIPPED, BLIND, WRONG, REFUSED];
  const colored = render(items, 80, true);
  expect(colored).toContain("\u001B[31m✗\u001B[0m \u001B[1mpay\u001B[0m");
  expect(colored).toContain("\u001B[32m✓\u001B[0m api");
  expect(render(items, 80)).not.toContain("\u001B");
  expect(colored.replace(/\p{Cc}\[\d+m/gu, "")).toBe(render(items, 80));
});

it("pretty() lets nothing from outside drive the terminal", () => {
  const text = render([
    item({ name: "a\u001B[2Jb\nc", detail: "200 \u009BOK\r", target: "\u0007" }),
  ]);
  expect(text.split("\n")[0]).toBe("✓ a\uFFFD[2Jb c  200 \uFFFDOK  12 ms  \uFFFD");
});

const anyItem = fc
  .record({
    name: fc.string({ unit: "binary", maxLength: 60 }),
    target: fc.webUrl(),
    detail: fc.lorem({ mode: "words", maxCount: 30 }),
    verdict: fc.constantFrom("pass", "fail", "error", "skipped"),
    durationMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  })
  .map((changes) => item(changes));

it("pretty() stays within the width and cuts no name or reason of what did not pass", () => {
  const items = fc.array(anyItem, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(items, fc.integer({ min: 40, max: 140 }), (each, width) => {
      const table = render(each, width).split("\n\n")[0] ?? "";
      for (const line of table.split("\n")) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(line).toBe(line.trimEnd());
      }
      const words = new Set(table.split(/\s+/u));
      for (const { verdict, detail } of each)
        if (verdict !== "pass")
          for (const word of singleLine(detail).split(" ")) expect(words).toContain(word);
    }),
  );
});

it("pretty() cuts nothing when there is no width", () => {
  fc.assert(
    fc.property(fc.array(anyItem, { minLength: 1, maxLength: 5 }), (items) => {
      const text = render(items);
      for (const { name, detail, target } of items)
        for (const part of [name, detail, target]) expect(text).toContain(singleLine(part));
    }),
  );
});
