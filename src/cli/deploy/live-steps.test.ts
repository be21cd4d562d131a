import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { resultOf } from "../../../test/support/deployments.ts";
import { testOutput } from "../../../test/support/terminal.ts";
import { showLiveSteps } from "./live-steps.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("showLiveSteps() draws soon after an event, every second, keeps what ended, and leaves no timer", () => {
  const output = testOutput({ columns: 80, rows: 24 });
  const display = showLiveSteps(output);
  display.onEvent({ type: "started", resource: "web", action: "create" });
  expect(output.text()).not.toContain("web");
  vi.advanceTimersByTime(100);
  expect(output.text()).toContain("web: creating");
  const drawn = output.text().length;
  vi.advanceTimersByTime(2_000);
  expect(output.text().length).toBeGreaterThan(drawn);
  display.onEvent({ type: "ended", result: resultOf() });
  expect(output.text()).toContain("web: created in 2.1s\n");
  display[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});

it("showLiveSteps() is out of the way while somebody is asked, and draws again afterwards", () => {
  const output = testOutput({ columns: 80, rows: 24 });
  using display = showLiveSteps(output);
  display.onEvent({ type: "waiting", holder: "somebody" });
  expect(output.text()).toContain("waiting for somebody");
  display.clear();
  expect(vi.getTimerCount()).toBe(0);
  display.onEvent({ type: "started", resource: "web", action: "delete" });
  vi.advanceTimersByTime(100);
  expect(output.text()).toContain("web: deleting");
});
