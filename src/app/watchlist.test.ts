import { expect, it } from "vitest";
import type { Observation } from "../engine/watch.ts";
import { INITIAL_STATE, type HealthState } from "../engine/transition.ts";
import { pendingChange, Watchlist } from "./watchlist.ts";

const service = { name: "api", url: "http://api/" };
const state = (more: Partial<HealthState>): HealthState => ({ ...INITIAL_STATE, ...more });

function observation(index: number, status: number): Observation {
  const isHealthy = status === 200;
  return {
    service,
    index,
    result: {
      serviceName: "api",
      isHealthy,
      responseTimeMs: 12,
      statusCode: status,
      error: isHealthy ? null : `Expected 200, got ${String(status)}`,
    },
    verdict: isHealthy ? "pass" : "fail",
    before: INITIAL_STATE,
    after: state({ health: isHealthy ? "healthy" : "unknown" }),
  };
}

it("Watchlist remembers the last twenty results, oldest first", () => {
  const watchlist = new Watchlist("shop", [service]);
  watchlist.add(observation(0, 500));
  for (let count = 0; count < 20; count += 1) watchlist.add(observation(0, 200));
  const last = watchlist.add(observation(0, 503));
  expect(last.recent).toEqual([...Array<string>(19).fill("pass"), "fail"]);
  expect(last).toMatchObject({ detail: "Expected 200, got 503", responseTimeMs: 12 });
  expect(watchlist.services).toEqual([last]);
});

it("Watchlist counts by health, and begins with nothing known", () => {
  const watchlist = new Watchlist("shop", [service, { ...service, name: "b" }]);
  expect(watchlist.countByHealth()).toEqual({ unknown: 2, healthy: 0, degraded: 0, unhealthy: 0 });
  watchlist.add(observation(1, 200));
  expect(watchlist.countByHealth()).toMatchObject({ unknown: 1, healthy: 1 });
});

it.each([
  [{ health: "healthy", failures: 2 } as const, "failing 2 of 3"],
  [{ health: "unknown", failures: 1 } as const, "failing 1 of 3"],
  [{ health: "unhealthy", failures: 7 } as const, null],
  [{ health: "unhealthy", passes: 1 } as const, "recovering 1 of 2"],
  [{ health: "healthy", passes: 9 } as const, null],
  [{ health: "healthy", errors: 1 } as const, "could not be checked once"],
  [{ health: "unknown", errors: 4 } as const, "could not be checked 4 times in a row"],
])("pendingChange() of %j is %j", (given, told) => {
  expect(pendingChange(state(given))).toBe(told);
});
