import { expect, it } from "vitest";
import type { Health } from "../../model/verdict.ts";
import type { Cycle } from "../../ports/watch-meter.ts";
import { overviewFrom, summaryOf, type Share } from "./overview.ts";

function share(healths: readonly Health[], cycle: Cycle | null = null): Share {
  const health = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 };
  for (const each of healths) health[each] += 1;
  const sync = { in_sync: 0, drifted: 0, missing: 0, unknown: healths.length };
  const counts = { resources: healths.length, health, sync, openIncidents: 1 };
  return { counts, latenessMs: healths.length, cycle, isWatched: true };
}

it.each<readonly [readonly Health[], Health]>([
  [[], "unknown"],
  [["healthy"], "healthy"],
  [["healthy", "unknown"], "unknown"],
  [["healthy", "unknown", "degraded"], "degraded"],
  [["healthy", "unknown", "degraded", "unhealthy"], "unhealthy"],
])("summaryOf() calls %j %s", (healths, expected) => {
  expect(summaryOf(share(healths).counts)).toBe(expected);
});

it("overviewFrom() adds projects up", () => {
  const stored = { ...share(["unknown"]), latenessMs: null, isWatched: false };
  expect(overviewFrom([share(["healthy", "degraded"]), stored, share(["healthy"])])).toEqual({
    status: "degraded",
    projects: 3,
    isWatching: true,
    counts: {
      resources: 4,
      health: { healthy: 2, degraded: 1, unhealthy: 0, unknown: 1 },
      sync: { in_sync: 0, drifted: 0, missing: 0, unknown: 4 },
      openIncidents: 3,
    },
    latenessMs: 2,
    cycle: null,
  });
});

it("overviewFrom() knows of a cycle once every project that has resources has had one", () => {
  const early = { startedAt: 1_000, durationMs: 50 };
  const late = { startedAt: 1_020, durationMs: 10 };
  const cycleOf = (...shares: readonly Share[]): Cycle | null => overviewFrom(shares).cycle;
  expect(cycleOf(share(["healthy"], late), share([]), share(["healthy"], early))).toEqual(early);
  expect(
    cycleOf(share(["healthy"], early), share(["healthy"], { ...late, durationMs: 90 })),
  ).toEqual({ startedAt: 1_000, durationMs: 110 });
  expect(cycleOf(share(["healthy"], early), share(["healthy"]))).toBeNull();
  expect(cycleOf()).toBeNull();
});
