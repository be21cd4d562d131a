import fc from "fast-check";
import { expect, it } from "vitest";
import { anyPolicy } from "../../../test/support/watch-decisions.ts";
import { anyStory, Story, type Witness } from "../../../test/support/watch-story.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Change = (plan: WatchPolicy) => WatchPolicy;

/** Tells stories of some hours, and holds each to what a witness of its own says. */
function everyStory(witness: () => Witness, change: Change = (plan) => plan): void {
  fc.assert(
    fc.property(anyPolicy, anyStory, (plan, steps) => {
      const seeing = witness();
      const story = new Story(change(plan), seeing);
      story.play(steps);
      seeing.ended?.(story);
    }),
    { numRuns: 200 },
  );
}

const ladder: Change = (plan) => ({ ...plan, isReconciled: true, repairMode: "ladder" });
const once: Change = (plan) => ({
  ...plan,
  isReconciled: true,
  // Nobody deployed what a task looks at.
  onDrift: "alert",
  repairMode: "once",
  ladder: [{ action: "restart", parameters: {}, attempts: 1 }],
});
const isAway = ({ sync }: Pick<Look, "sync">): boolean => sync === "drifted" || sync === "missing";
const isWell = ({ health }: WatchState): boolean => health === "healthy" || health === "degraded";

it("decideLook() repairs nothing by itself that is only watched, well, unseen, held, or caused by another", () => {
  everyStory(() => ({
    acts: ({ attempt }, seen, { policy, isHeld, hasCause }) => {
      expect(attempt.by === "ann").toBe(seen === null);
      if (seen === null) return;
      expect(policy.isReconciled).toBe(true);
      expect(isHeld).toBe(false);
      expect(["pass", "fail"]).toContain(seen.verdict);
      if (seen.verdict === "pass") {
        expect(isAway(seen)).toBe(true);
        expect(policy.onDrift).toBe("auto_correct");
      } else expect(hasCause).toBe(false);
    },
  }));
});

it("decideRequested() repairs nothing that is well, or that nobody could see", () => {
  everyStory(() => {
    let last: Look | null = null;
    return {
      looked: (seen) => {
        if (seen.verdict !== "skipped") last = seen;
      },
      acts: (_, seen, { state }) => {
        if (seen !== null) return;
        expect(last?.verdict).not.toBe("error");
        expect(!isWell(state) || isAway(state) || state.failures > 0).toBe(true);
      },
      changed: () => {
        last = null;
      },
    };
  });
});

it("decideLook() makes no more than five attempts within any hour, as long as the version stays", () => {
  everyStory(() => {
    const acts: number[] = [];
    return {
      acts: (_, seen, { now }) => {
        const lately = acts.filter((at) => at > now - HOUR_MS);
        if (seen !== null) expect(lately.length).toBeLessThan(5);
        acts.push(now);
      },
      changed: () => {
        acts.length = 0;
      },
    };
  }, ladder);
});

it("decideLook() waits before each further attempt as long as the backoff says", () => {
  everyStory(() => {
    let last = 0;
    return {
      acts: ({ attempt }, seen, { now }) => {
        if (seen !== null && attempt.attempt > 1) {
          const plain = Math.min(2_000 * 3 ** (attempt.attempt - 2), 300_000);
          expect(now - last).toBeGreaterThanOrEqual(0.8 * plain - 1);
        }
        last = now;
      },
    };
  }, ladder);
});

it("decideLook() tries nothing more once it gave up, but for a person, a new version, or ten healthy minutes", () => {
  everyStory(() => {
    let hasGivenUp = false;
    let wellSince: number | null = null;
    return {
      looked: (seen, { state, now, policy }) => {
        if (seen.verdict === "skipped") return;
        const isFine = isWell(state) && !(isAway(state) && policy.onDrift === "auto_correct");
        wellSince = isFine ? (wellSince ?? now) : null;
        if (wellSince !== null && now - wellSince >= 10 * MINUTE_MS) hasGivenUp = false;
        else hasGivenUp ||= state.repair.hasGivenUp;
        expect(state.repair.hasGivenUp).toBe(hasGivenUp);
      },
      acts: (_, seen) => {
        if (seen !== null) expect(hasGivenUp).toBe(false);
        hasGivenUp = false;
      },
      changed: () => {
        hasGivenUp = false;
      },
    };
  }, ladder);
});

it("decideLook() lets a task act once an outage, or no sooner than it may again", () => {
  everyStory(() => {
    let last: number | null = null;
    return {
      looked: (_, { state }) => {
        if (isWell(state)) last = null;
      },
      acts: (_, seen, { now, policy, state }) => {
        if (seen !== null) expect(state.health).toBe("unhealthy");
        if (seen !== null && last !== null) {
          expect(now - last).toBeGreaterThanOrEqual(policy.repeatActionMs ?? Infinity);
        }
        last = now;
      },
      changed: () => {
        last = null;
      },
    };
  }, once);
});

it("decideLook() lets a task act at once in every outage that nothing holds back", () => {
  everyStory(() => {
    // What a person asked for at its first failure was its action.
    let isDone = false;
    return {
      acts: (_, seen) => {
        isDone ||= seen === null;
      },
      looked: (seen, { state, isHeld, hasCause }, before) => {
        if (seen.verdict === "pass") isDone = false;
        const hasBegun = isWell(before) && state.health === "unhealthy";
        if (hasBegun && !isHeld && !hasCause && !isDone) {
          expect(seen.verdict).toBe("fail");
          expect(state.repair.running).not.toBeNull();
        }
      },
    };
  }, once);
});

it("decideLook() acts at once when what was well, and never tried, becomes unhealthy", () => {
  everyStory(
    () => ({
      looked: (_, { state, isHeld, hasCause }, before) => {
        const hasBegun = isWell(before) && state.health === "unhealthy";
        const isFirst = before.repair.recent.length === 0;
        if (hasBegun && isFirst && !isHeld && !hasCause) {
          expect(state.repair.running).not.toBeNull();
        }
      },
    }),
    (plan) => ({ ...once(plan), repairMode: "ladder", onDrift: plan.onDrift }),
  );
});

it("decideLook() has one open incident of each kind at the most, and ends each only when that is over", () => {
  everyStory(() => ({
    looked: (seen, { state, incidents }, before) => {
      const open = [...incidents.values()].filter(({ closedAt }) => closedAt === null);
      const kinds = open.map(({ kind }) => kind);
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(state.incidents).toEqual(open.map(({ id }) => id));
      for (const { kind, closedAt } of before.incidents.flatMap((id) => incidents.get(id) ?? [])) {
        if (closedAt === null) continue;
        if (kind === "failure") expect(isWell(state)).toBe(true);
        if (kind === "blind") expect(["pass", "fail"]).toContain(seen.verdict);
        if (kind === "drift") expect(isAway(state)).toBe(false);
      }
      if (state.health === "unhealthy" && state.causedBy === null && seen.verdict !== "skipped") {
        expect(kinds).toContain("failure");
      }
    },
  }));
});

it("decideLook() is blind after three errors in a row, and not before", () => {
  everyStory(() => {
    let errors = 0;
    return {
      looked: (seen, { state, incidents }, before) => {
        if (seen.verdict === "skipped") return;
        errors = seen.verdict === "error" ? errors + 1 : 0;
        const isBlind = ({ incidents: ids }: WatchState): boolean =>
          ids.some((id) => incidents.get(id)?.kind === "blind");
        if (errors === 0) expect(isBlind(state)).toBe(false);
        if (errors < 3 && !isBlind(before)) expect(isBlind(state)).toBe(false);
        if (state.errors >= 3) expect([state.health, isBlind(state)]).toEqual(["unknown", true]);
      },
      acted: () => {
        errors = 0;
      },
      changed: () => {
        errors = 0;
      },
    };
  });
});

it("decideLook() tells each kind once, nothing in a hold, and that it is over of whatever it told", () => {
  everyStory(() => ({
    told: ({ kind, incident: id }, { incidents, messages, isHeld, policy, state }) => {
      const incident = incidents.get(id);
      const same = messages.filter((each) => each.incident === id && each.kind === kind);
      expect(same).toHaveLength(1);
      expect(incident?.told).toContain(kind);
      if (kind === "resolved") {
        expect(incident?.closedAt).not.toBeNull();
        expect(incident?.told.length).toBeGreaterThan(1);
        return;
      }
      expect(isHeld || state.isFlapping).toBe(false);
      expect(incident?.acknowledged).toBeNull();
      expect(policy.alertOn).toContain(kind === "blind" ? "failure" : kind);
      if (kind === "gave_up") expect(incident?.gaveUpAt).not.toBeNull();
    },
    ended: ({ incidents }) => {
      for (const { closedAt, told } of incidents.values()) {
        expect(told.includes("resolved")).toBe(closedAt !== null && told.length > 0);
      }
    },
  }));
});

it("decideActed() begins to count afresh", () => {
  everyStory(() => ({
    acted: ({ state }) => {
      expect(state).toMatchObject({ failures: 0, passes: 0, errors: 0 });
      expect(state.recent === "" || state.recent.endsWith("|")).toBe(true);
      expect(state.repair.running).toBeNull();
    },
  }));
});

it("decideLook() ends every attempt before it makes another, and keeps none open but the present one", () => {
  everyStory(() => ({
    looked: (_, { state, attempts }) => {
      const open = [...attempts.values()].filter(({ endedAt }) => endedAt === null);
      const { running, proving } = state.repair;
      expect(open.map(({ id }) => id)).toEqual([running ?? proving].filter((id) => id !== null));
    },
  }));
});
