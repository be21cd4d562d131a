import { expect, it } from "vitest";
import { initialState, NOTHING_TRIED } from "../../engine/watch/believe.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { policy } from "../../../test/support/watch-lab.ts";
import { believed } from "../../../test/support/watched-rows.ts";
import { pendingChange, Watchlist } from "./watchlist.ts";

it("Watchlist remembers the last twenty results, oldest first", () => {
  const watchlist = new Watchlist("shop");
  const results = [false, ...Array<boolean>(20).fill(true), false];
  const rows = believed("api", results).map(({ entry, look }) => watchlist.add("api", entry, look));
  const last = rows.at(-1);
  expect(last?.recent).toEqual([...Array<string>(19).fill("pass"), "fail"]);
  expect(last).toMatchObject({
    detail: "expected 200, got 503",
    durationMs: 12.4,
    pending: "failing 1 of 3",
  });
  expect(watchlist.rows).toEqual([last]);
});

it("Watchlist counts by health, and knows what is watched and nothing else", () => {
  const watchlist = new Watchlist("shop");
  watchlist.keepOnly(["a", "b"]);
  expect(watchlist.countByHealth()).toEqual({ unknown: 2, healthy: 0, degraded: 0, unhealthy: 0 });
  for (const { entry, look } of believed("a", [true])) watchlist.add("a", entry, look);
  expect(watchlist.countByHealth()).toMatchObject({ unknown: 1, healthy: 1 });
  watchlist.keepOnly(["a", "c"]);
  expect(watchlist.rows.map(({ name, health }) => [name, health])).toEqual([
    ["a", "healthy"],
    ["c", "unknown"],
  ]);
});

const state = (more: Partial<WatchState>): WatchState => ({ ...initialState("api", "1"), ...more });

it.each([
  [{ health: "healthy", failures: 2 } as const, "failing 2 of 3"],
  [{ health: "unknown", failures: 1 } as const, "failing 1 of 3"],
  [{ health: "unhealthy", failures: 7 } as const, null],
  [{ health: "unhealthy", passes: 1 } as const, "recovering 1 of 2"],
  [{ health: "healthy", passes: 9 } as const, null],
  [{ health: "healthy", errors: 1 } as const, "could not be checked once"],
  [{ health: "unknown", errors: 4 } as const, "could not be checked 4 times in a row"],
  [{ health: "unhealthy", causedBy: "db" } as const, "caused by db"],
  [{ repair: { ...NOTHING_TRIED, hasGivenUp: true } } as const, "given up"],
  [{ repair: { ...NOTHING_TRIED, running: 3 } } as const, "being repaired"],
])("pendingChange() of %j is %j", (given, told) => {
  expect(pendingChange(state(given), policy())).toBe(told);
});
