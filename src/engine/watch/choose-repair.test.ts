import fc from "fast-check";
import { expect, it } from "vitest";
import { anyPolicy, down, NOW, state, tried, well } from "../../../test/support/watch-decisions.ts";
import { policy, RECREATE, RESTART } from "../../../test/support/watch-lab.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { RepairState, WatchState } from "../../model/watch-state.ts";
import { chooseRepair, RECONCILE, type RepairChoice } from "./choose-repair.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function all<const T extends Readonly<Record<string, readonly unknown[]>>>(
  choices: T,
): readonly { readonly [K in keyof T]: T[K][number] }[] {
  type One = { readonly [K in keyof T]: T[K][number] };
  return Object.entries(choices).reduce<readonly Partial<One>[]>(
    (some, [key, values]) =>
      some.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  ) as readonly One[];
}

const CASES = all({
  isReconciled: [true, false],
  onDrift: ["auto_correct", "alert", "ignore"],
  ladder: [[RESTART, RECREATE], []],
  repairMode: ["ladder", "once"],
  health: ["unknown", "healthy", "degraded", "unhealthy"],
  sync: ["unknown", "in_sync", "drifted", "missing"],
  failures: [0, 3],
  errors: [0, 1, 3],
  causedBy: [null, "db"],
  running: [null, 1],
  proving: [null, 1],
  hasGivenUp: [false, true],
  isWaiting: [false, true],
});

type Case = (typeof CASES)[number];

function chosen(one: Case): RepairChoice {
  const { isReconciled, onDrift, ladder, repairMode, isWaiting } = one;
  const { health, sync, failures, errors, causedBy, running, proving, hasGivenUp } = one;
  const passes = failures === 0 ? 1 : 0;
  const nextAt = isWaiting ? NOW + 1_000 : null;
  const repair = tried({ running, proving, hasGivenUp, nextAt });
  const how = policy({ isReconciled, onDrift, ladder, repairMode });
  const believed = state({ health, sync, failures, passes, errors, causedBy, repair });
  return chooseRepair(believed, how, NOW);
}

const show = (one: Case): string => JSON.stringify({ ...one, ladder: one.ladder.length });

/** What may be touched at all, from the sentences of the design. */
const mayTouch = (one: Case): boolean => {
  const isAway = one.sync === "drifted" || one.sync === "missing";
  const isDown = one.health === "unhealthy" && one.failures > 0;
  const isFree = one.errors === 0 && one.causedBy === null && one.running === null;
  const isDriftOurs = one.repairMode === "ladder" && isAway && one.onDrift === "auto_correct";
  return one.isReconciled && isFree && (isDown || isDriftOurs);
};

it("chooseRepair() touches nothing that is healthy and in sync, held by another cause, unseen or under way", () => {
  const wrong = CASES.filter((one) => !mayTouch(one) && chosen(one).type !== "nothing");
  expect(wrong.map(show)).toEqual([]);
});

it("chooseRepair() leaves nothing alone that may be touched, unless it proves itself, was given up, or has no ladder", () => {
  const idle = CASES.filter((one) => mayTouch(one) && chosen(one).type === "nothing");
  const wrong = idle.filter((one) => {
    if (one.repairMode === "ladder" && (one.proving !== null || one.hasGivenUp)) return false;
    return one.ladder.length > 0 || (one.health !== "unhealthy" && one.repairMode === "ladder");
  });
  expect(wrong.map(show)).toEqual([]);
});

it("chooseRepair() waits as long as a backoff says, but a task acts at once", () => {
  const choices = CASES.filter((one) => one.isWaiting && mayTouch(one)).map((one) => ({
    mode: one.repairMode,
    choice: chosen(one),
  }));
  const acting = choices.filter(({ choice }) => choice.type !== "nothing");
  expect(acting.length).toBeGreaterThan(50);
  for (const { mode, choice } of acting) {
    expect(choice.type).toBe(mode === "ladder" ? "wait" : "act");
  }
});

const step = (believed: WatchState, how: WatchPolicy = policy()): string => {
  const choice = chooseRepair(believed, how, NOW);
  return choice.type === "act" ? choice.action.action : choice.type;
};

it("chooseRepair() corrects drift as onDrift says, and makes what is missing anew", () => {
  const drifted = well({ sync: "drifted" });
  expect(step(drifted)).toBe("reconcile");
  expect(step(drifted, policy({ onDrift: "alert" }))).toBe("nothing");
  expect(step(drifted, policy({ ladder: [] }))).toBe("reconcile");
  expect(step(down({ sync: "drifted" }))).toBe("reconcile");
  for (const onDrift of ["alert", "ignore"] as const) {
    expect(step(down({ sync: "missing" }), policy({ onDrift }))).toBe("reconcile");
    // What a person changed by hand, and wants left alone, is restarted as it is.
    expect(step(down({ sync: "drifted" }), policy({ onDrift }))).toBe("restart");
  }
  expect(step(down({ sync: "missing" }), policy({ ladder: [] }))).toBe("nothing");
});

it("chooseRepair() leaves alone what passes again, though it is not yet believed to be healthy", () => {
  const recovering = down({ failures: 0, passes: 1 });
  expect(step(recovering)).toBe("nothing");
  expect(step(recovering, policy({ repairMode: "once" }))).toBe("nothing");
  expect(step(down())).toBe("restart");
});

it("chooseRepair() counts no failure in a grace", () => {
  const starting = down({ failures: 0, repair: tried({ graceUntil: NOW + 1_000 }) });
  expect(step(starting, policy({ startupGraceMs: 60_000 }))).toBe("nothing");
});

it("chooseRepair() climbs the ladder: each step as often as it may, then it gives up", () => {
  fc.assert(
    fc.property(anyPolicy, (plan) => {
      const how: WatchPolicy = {
        ...plan,
        isReconciled: true,
        repairMode: "ladder",
        ladder: plan.ladder.length > 0 ? plan.ladder : [RESTART],
      };
      const counts = how.ladder.map(() => 0);
      const wanted = how.ladder.flatMap(({ action, attempts }) =>
        Array.from({ length: attempts }, () => action),
      );
      for (const action of wanted) {
        const choice = chooseRepair(down({ repair: tried({ tried: [...counts] }) }), how, NOW);
        if (choice.type !== "act" || choice.rung === null) throw new Error("no step");
        expect(choice.action.action).toBe(action);
        counts[choice.rung] = (counts[choice.rung] ?? 0) + 1;
      }
      const end = chooseRepair(down({ repair: tried({ tried: [...counts] }) }), how, NOW);
      expect(end.type).toBe("give_up");
    }),
  );
});

it("chooseRepair() brings a previous version back only while the present one is young", () => {
  const revert = { action: "revert", parameters: {}, attempts: 1 };
  const how = (revertUntil: number | null): WatchPolicy =>
    policy({ ladder: [RESTART, revert], revertUntil });
  const tiredOut = down({ repair: tried({ tried: [2] }) });
  expect(step(tiredOut, how(NOW + 1))).toBe("revert");
  expect(step(tiredOut, how(NOW))).toBe("give_up");
  expect(step(tiredOut, how(null))).toBe("give_up");
  expect(step(down(), policy({ ladder: [revert] }))).toBe("nothing");
});

it("chooseRepair() gives up after five attempts of one outage within an hour", () => {
  const after = (recent: readonly number[], attempts = recent.length): RepairChoice =>
    chooseRepair(
      down({ repair: tried({ recent, attempts }) }),
      policy({ ladder: [{ ...RESTART, attempts: 50 }] }),
      NOW,
    );
  const ago = (...minutes: readonly number[]): readonly number[] =>
    minutes.map((each) => NOW - each * MINUTE_MS);
  expect(after(ago(50, 40, 30, 20)).type).toBe("act");
  expect(after(ago(50, 40, 30, 20, 10))).toEqual({
    type: "give_up",
    reason: "5 attempts within an hour did not help",
  });
  expect(after(ago(60, 40, 30, 20, 10)).type).toBe("act");
  expect(after(ago(80, 70, 60, 40, 30, 20, 10)).type).toBe("act");
});

it("chooseRepair() waits until the hour is over where an earlier outage used up the budget", () => {
  const recent = [55, 44, 33, 22, 11].map((each) => NOW - each * MINUTE_MS);
  for (const attempts of [0, 1, 4]) {
    const believed = down({ repair: tried({ recent, attempts }) });
    const choice = chooseRepair(believed, policy(), NOW);
    const until = NOW + 5 * MINUTE_MS;
    expect(choice).toEqual({ type: "wait", until });
    expect(chooseRepair(believed, policy(), until).type).toBe("act");
    expect(chooseRepair(believed, policy(), until - 1).type).toBe("wait");
  }
});

it("chooseRepair() never makes more than five attempts within any hour, whatever came before", () => {
  const minutes = fc.array(fc.integer({ min: -10, max: 130 }), { maxLength: 12 });
  fc.assert(
    fc.property(minutes, fc.nat({ max: 12 }), anyPolicy, (ago, attempts, plan) => {
      const recent = ago.toSorted((a, b) => b - a).map((each) => NOW - each * MINUTE_MS);
      const how: WatchPolicy = { ...plan, repairMode: "ladder" };
      const choice = chooseRepair(down({ repair: tried({ recent, attempts }) }), how, NOW);
      const lately = recent.filter((at) => Math.abs(NOW - at) < HOUR_MS).length;
      expect(choice.type === "act" && lately >= 5).toBe(false);
      if (choice.type === "wait") expect(choice.until).toBeGreaterThan(NOW);
    }),
  );
});

it("chooseRepair() is not bound by times of before the clock was set back", () => {
  const waiting = (aheadMs: number): RepairState => tried({ nextAt: NOW + aheadMs, attempts: 1 });
  expect(step(down({ repair: waiting(300_000) }))).toBe("wait");
  expect(step(down({ repair: waiting(24 * HOUR_MS) }))).toBe("restart");
  const recent = [1, 2, 3, 4, 5].map((minute) => NOW + 24 * HOUR_MS + minute * MINUTE_MS);
  expect(step(down({ repair: tried({ recent, attempts: 5 }) }))).toBe("restart");
  const task = policy({ repairMode: "once", repeatActionMs: 60_000 });
  expect(step(down({ repair: { ...waiting(60_000), tried: [1] } }), task)).toBe("wait");
  expect(step(down({ repair: { ...waiting(HOUR_MS), tried: [1] } }), task)).toBe("restart");
});

it("chooseRepair() lets a task act once an outage, or again after so long", () => {
  const once = policy({ repairMode: "once" });
  expect(step(down(), once)).toBe("restart");
  const acted = tried({ tried: [1], attempts: 1, nextAt: null });
  expect(step(down({ repair: acted }), once)).toBe("nothing");
  const again = policy({ repairMode: "once", repeatActionMs: 60_000 });
  expect(step(down({ repair: { ...acted, nextAt: NOW + 1 } }), again)).toBe("wait");
  expect(step(down({ repair: { ...acted, nextAt: NOW } }), again)).toBe("restart");
  // Neither backoff nor budget nor giving up.
  const often = Array.from({ length: 20 }, (_, index) => NOW - index);
  const tired = { ...acted, nextAt: NOW, recent: often, attempts: 20, hasGivenUp: true };
  expect(step(down({ repair: tired }), again)).toBe("restart");
});

it("RECONCILE is none of the steps of a ladder", () => {
  const choice = chooseRepair(well({ sync: "missing" }), policy(), NOW);
  expect(choice).toEqual({ type: "act", action: RECONCILE, rung: null });
});
