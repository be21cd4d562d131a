import fc from "fast-check";
import { expect, it } from "vitest";
import type { Verdict } from "../model/verdict.ts";
import { DEFAULT_THRESHOLDS, INITIAL_STATE, transition, type HealthState } from "./transition.ts";

const after = (verdicts: readonly Verdict[], policy = DEFAULT_THRESHOLDS): HealthState =>
  verdicts.reduce((state, verdict) => transition(state, verdict, policy), INITIAL_STATE);
const verdicts = fc.array(fc.constantFrom<Verdict>("pass", "fail", "error", "skipped"));

it("transition() believes the first pass", () => {
  expect(after(["pass"]).health).toBe("healthy");
});

it("transition() takes three failures in a row to make a service unhealthy", () => {
  expect(after(["pass", "fail", "fail"]).health).toBe("healthy");
  expect(after(["pass", "fail", "fail", "fail"]).health).toBe("unhealthy");
  expect(after(["pass", "fail", "fail", "pass", "fail"]).health).toBe("healthy");
});

it("transition() takes two passes in a row to make it healthy again", () => {
  const down: readonly Verdict[] = ["fail", "fail", "fail"];
  expect(after([...down, "pass"]).health).toBe("unhealthy");
  expect(after([...down, "pass", "fail", "pass"]).health).toBe("unhealthy");
  expect(after([...down, "pass", "pass"]).health).toBe("healthy");
});

it("transition() lets errors neither count nor reset", () => {
  expect(after(["pass", "fail", "fail", "error", "error"])).toMatchObject({
    health: "healthy",
    failures: 2,
  });
  expect(after(["pass", "fail", "error", "fail", "error", "fail"]).health).toBe("unhealthy");
});

it("transition() knows nothing any more after three errors in a row", () => {
  expect(after(["pass", "error", "error"]).health).toBe("healthy");
  expect(after(["pass", "error", "error", "error"]).health).toBe("unknown");
  expect(after(["fail", "fail", "fail", "error", "error", "error", "pass"]).health).toBe("healthy");
});

it("transition() changes nothing for a check that was skipped", () => {
  fc.assert(
    fc.property(verdicts, (before) => {
      const state = after(before);
      expect(transition(state, "skipped", DEFAULT_THRESHOLDS)).toBe(state);
    }),
  );
});

it("transition() makes unhealthy only by a failure at the threshold, and healthy only by a pass", () => {
  const policy = fc.record({
    failureThreshold: fc.integer({ min: 1, max: 5 }),
    recoveryThreshold: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(
      verdicts,
      fc.constantFrom<Verdict>("pass", "fail", "error"),
      policy,
      (past, last, p) => {
        const before = after(past, p);
        const now = transition(before, last, p);
        if (before.health === now.health) return;
        if (now.health === "unhealthy") {
          expect(last).toBe("fail");
          expect(now.failures).toBeGreaterThanOrEqual(p.failureThreshold);
        } else if (now.health === "healthy") expect(last).toBe("pass");
        else expect(last).toBe("error");
      },
    ),
  );
});
