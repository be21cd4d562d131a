import { expect, it } from "vitest";
import { testOutput } from "../../../test/support/terminal.ts";
import { Watchlist } from "../../app/watch-services.ts";
import {
  DEFAULT_THRESHOLDS,
  INITIAL_STATE,
  transition,
  type HealthState,
} from "../../engine/transition.ts";
import { showLines } from "./lines.ts";

it("showLines() lets no name drive the terminal", () => {
  const service = { name: "a\u001b]0;owned\u0007", url: "http://api/" };
  const output = testOutput();
  const watchlist = new Watchlist("sh\nop", [service]);
  using display = showLines("sh\nop", output, () => 0);
  const observation = {
    service,
    index: 0,
    result: { serviceName: "a", isHealthy: true, responseTimeMs: 1, statusCode: 200, error: null },
    verdict: "pass",
    before: INITIAL_STATE,
    after: { ...INITIAL_STATE, health: "healthy" },
  } as const;
  display.onObservation(observation, watchlist.add(observation));
  expect(output.text()).toMatch(/^[ -~\ufffd]*\n$/u);
});

it("showLines() writes one line for each change of verdict or health, and none in between", () => {
  const service = { name: "api", url: "http://api/" };
  const output = testOutput();
  const watchlist = new Watchlist("shop", [service]);
  using display = showLines("shop", output, () => Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  let state: HealthState = INITIAL_STATE;
  for (const status of [200, 200, 500, 500, 500, 500, 200, 200, 200]) {
    const isHealthy = status === 200;
    const error = isHealthy ? null : `Expected 200, got\n${String(status)}`;
    const before = state;
    const verdict = isHealthy ? "pass" : "fail";
    state = transition(before, verdict, DEFAULT_THRESHOLDS);
    const observation = {
      service,
      index: 0,
      result: { serviceName: "api", isHealthy, responseTimeMs: 12.4, statusCode: status, error },
      verdict,
      before,
      after: state,
    } as const;
    display.onObservation(observation, watchlist.add(observation));
  }
  expect(output.text().split("\n")).toEqual([
    "2026-01-02T03:04:05.006Z shop/api unknown -> healthy: 200 in 12 ms",
    "2026-01-02T03:04:05.006Z shop/api failing 1 of 3: Expected 200, got 500 in 12 ms",
    "2026-01-02T03:04:05.006Z shop/api healthy -> unhealthy: Expected 200, got 500 in 12 ms",
    "2026-01-02T03:04:05.006Z shop/api recovering 1 of 2: 200 in 12 ms",
    "2026-01-02T03:04:05.006Z shop/api unhealthy -> healthy: 200 in 12 ms",
    "",
  ]);
});
