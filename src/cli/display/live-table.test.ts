import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { testOutput } from "../../../test/support/terminal.ts";
import { Watchlist, type Observation } from "../../app/watch-services.ts";
import { INITIAL_STATE } from "../../engine/transition.ts";
import { showTable } from "./live-table.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("showTable() draws at once, again soon after a check, every second, and leaves no timer", () => {
  const service = { name: "api", url: "http://api/" };
  const output = testOutput({ columns: 80, rows: 24 });
  const watchlist = new Watchlist("shop", [service]);
  const display = showTable(watchlist, output);
  expect(output.text()).toContain("1 unknown");
  const observation: Observation = {
    service,
    index: 0,
    result: {
      serviceName: "api",
      isHealthy: true,
      responseTimeMs: 7,
      statusCode: 200,
      error: null,
    },
    verdict: "pass",
    before: INITIAL_STATE,
    after: { ...INITIAL_STATE, health: "healthy", passes: 1 },
  };
  display.onObservation(observation, watchlist.add(observation));
  expect(output.text()).not.toContain("1 healthy");
  vi.advanceTimersByTime(100);
  expect(output.text()).toContain("1 healthy");
  const drawn = output.text().length;
  vi.advanceTimersByTime(1_000);
  expect(output.text().length).toBeGreaterThan(drawn);
  display[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
