import fc from "fast-check";
import { expect, it } from "vitest";
import { look, policy } from "../../../test/support/watch-lab.ts";
import {
  anyPolicy,
  circumstances,
  incident,
  NOW,
  tried,
  well,
} from "../../../test/support/watch-decisions.ts";
import type { Finding, Look, WatchState } from "../../model/watch-state.ts";
import { decideLook } from "./decide-look.ts";
import { isUneventful } from "./uneventful.ts";

const finding: Finding = {
  name: "HTTPStatusAssert",
  verdict: "fail",
  severity: "warn",
  claim: "it answers 200",
  expected: "200",
  actual: "503",
};

/** Mostly what is there of something that is well: each of them may be different. */
const or = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const anySync = or<WatchState["sync"]>("in_sync", "unknown", "drifted", "missing");

const anyState = fc
  .record({
    health: or<WatchState["health"]>("healthy", "degraded", "unhealthy", "unknown"),
    sync: anySync,
    failures: or(0, 1, 3),
    passes: or(2, 0, 1, 3),
    errors: or(0, 1, 3),
    recent: or("", "f", "pf", "fp"),
    isFlapping: or(false, true),
    since: or<number | null>(NOW - 60_000, null, NOW + 5),
    healthySince: or<number | null>(NOW - 60_000, null, NOW + 5),
    causedBy: or<string | null>(null, "db"),
    findings: or<readonly Finding[]>([], [finding]),
    incidents: or<readonly number[]>([], [1]),
  })
  .chain((fields) =>
    or(
      well(fields),
      well({ ...fields, repair: tried({ attempts: 1, recent: [NOW - 700_000] }) }),
      well({ ...fields, repair: tried({ running: 1 }) }),
    ),
  );

const anyLook = fc
  .record({
    at: or(NOW, NOW - 120_000),
    verdict: or<Look["verdict"]>("pass", "fail", "error", "skipped"),
    isDegraded: or(false, true),
    sync: anySync,
    findings: or<readonly Finding[]>([], [finding]),
  })
  .map(look);

it("isUneventful() tells only of looks from which nothing follows, whatever is believed", () => {
  let uneventful = 0;
  fc.assert(
    fc.property(anyState, anyLook, anyPolicy, fc.boolean(), (state, seen, plan, hasIncident) => {
      const incidents = hasIncident && state.incidents.length > 0 ? [incident()] : [];
      if (!isUneventful({ state, incidents, attempt: null, subject: { policy: plan } }, seen))
        return;
      uneventful += 1;
      const known = circumstances({ policy: plan, now: seen.at, incidents });
      const decision = decideLook(state, seen, known);
      expect(decision).toEqual({
        state,
        changes: [],
        incidents: [],
        attempt: null,
        events: [],
        order: null,
        waitUntil: null,
        numbers: known.numbers,
      });
      expect(decision.state).toBe(state);
    }),
    { numRuns: 5_000 },
  );
  expect(uneventful).toBeGreaterThan(0);
});

it("isUneventful() tells of what is well and passes once more, and of nothing else", () => {
  const of = (state: WatchState) => ({
    state,
    incidents: [],
    attempt: null,
    subject: { policy: policy() },
  });
  const seen = look({ at: NOW });
  expect(isUneventful(of(well()), seen)).toBe(true);
  expect(isUneventful(of(well()), look({ at: NOW, isDegraded: true }))).toBe(false);
  expect(isUneventful(of(well()), look({ at: NOW, sync: "drifted" }))).toBe(false);
  expect(isUneventful(of(well({ passes: 1 })), seen)).toBe(false);
  expect(isUneventful(of(well({ repair: tried() })), seen)).toBe(false);
  expect(isUneventful({ ...of(well()), incidents: [incident()] }, seen)).toBe(false);
});
