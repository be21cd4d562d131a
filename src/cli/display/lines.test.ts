import { expect, it } from "vitest";
import { testOutput } from "../../../test/support/terminal.ts";
import { believed } from "../../../test/support/watched-rows.ts";
import { Watchlist } from "../../app/watching/watchlist.ts";
import { showLines } from "./lines.ts";

it("showLines() lets no name drive the terminal", () => {
  const output = testOutput();
  const watchlist = new Watchlist("sh\nop");
  using display = showLines(output, () => 0);
  for (const { entry, look } of believed("a", [true])) {
    display.onLook(watchlist.add("sh\nop/a\u001b]0;owned\u0007", entry, look), look.verdict);
  }
  display.onText("owned\u001b]0;owned\u0007\nagain");
  expect(output.text()).toMatch(/^[ -~\ufffd]*\n[ -~\ufffd]*\n$/u);
});

it("showLines() writes one line for each change of verdict or health, and none in between", () => {
  const output = testOutput();
  const watchlist = new Watchlist("shop");
  using display = showLines(output, () => Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  const passes = [true, true, false, false, false, false, true, true, true];
  for (const { entry, look } of believed("api", passes)) {
    display.onLook(watchlist.add("shop/api", entry, look), look.verdict);
  }
  const failure = "expected 200, got 503 (12 ms)";
  expect(output.text().split("\n")).toEqual([
    "2026-01-02T03:04:05.006Z shop/api unknown -> healthy in 12 ms",
    `2026-01-02T03:04:05.006Z shop/api failing 1 of 3: ${failure}`,
    `2026-01-02T03:04:05.006Z shop/api healthy -> unhealthy: ${failure}`,
    "2026-01-02T03:04:05.006Z shop/api recovering 1 of 2 in 12 ms",
    "2026-01-02T03:04:05.006Z shop/api unhealthy -> healthy in 12 ms",
    "",
  ]);
});
