import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { testOutput } from "../../../test/support/terminal.ts";
import { believed } from "../../../test/support/watched-rows.ts";
import { Watchlist } from "../../app/watching/watchlist.ts";
import { showTable } from "./live-table.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("showTable() draws at once, again soon after a check, every second, and leaves no timer", () => {
  const output = testOutput({ columns: 80, rows: 24 });
  const watchlist = new Watchlist("shop");
  watchlist.keepOnly(["api"]);
  const display = showTable(watchlist, output);
  expect(output.text()).toContain("1 unknown");
  for (const { entry, look } of believed("api", [true])) {
    display.onLook(watchlist.add("api", entry, look), look.verdict);
  }
  display.onText("api repair ended: restarted");
  expect(output.text()).not.toContain("1 healthy");
  vi.advanceTimersByTime(100);
  expect(output.text()).toContain("1 healthy");
  expect(output.text()).toContain("repair ended: restarted");
  const drawn = output.text().length;
  vi.advanceTimersByTime(1_000);
  expect(output.text().length).toBeGreaterThan(drawn);
  display[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
