import fc from "fast-check";
import { expect, it } from "vitest";
import {
  BEHAVIOURS,
  fakeKinds,
  fakePlan,
  SLOW_MS,
  type Behaviour,
} from "../../test/support/fake-kinds.ts";
import { worldOf } from "../../test/support/probe.ts";
import type { CheckPlan } from "../model/check-plan.ts";
import type { Verdict } from "../model/verdict.ts";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { Cancellation } from "./cancellation.ts";
import { runPlans, type ResourceOutcome, type RunPlansContext } from "./run-plans.ts";

interface Run {
  readonly outcomes: readonly ResourceOutcome[];
  /** Names in the order in which they were done. */
  readonly done: readonly string[];
  readonly elapsedMs: number;
  readonly pendingTimers: number;
}

async function run(
  plans: readonly CheckPlan[],
  context: Partial<RunPlansContext> & { readonly cancelAfterMs?: number } = {},
): Promise<Run> {
  const { cancelAfterMs, ...rest } = context;
  const clock = simulatedClock();
  const controller = new AbortController();
  using cancellation = new Cancellation(controller.signal);
  if (cancelAfterMs === 0) controller.abort(new Error("enough"));
  else if (cancelAfterMs !== undefined) {
    clock.after(cancelAfterMs, () => {
      controller.abort(new Error("enough"));
    });
  }
  const done: string[] = [];
  const outcomes = await runPlans(plans, {
    kinds: fakeKinds,
    world: worldOf({ clock }),
    cancellation,
    concurrency: 64,
    onResource: ({ plan }) => done.push(plan.resource),
    ...rest,
  });
  return { outcomes, done, elapsedMs: clock.elapsedMs(), pendingTimers: clock.pending() };
}

function verdictsOf({ outcomes }: Run): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(outcomes.map(({ plan, verdict }) => [plan.resource, verdict]));
}

it.each<[Behaviour, Verdict, string]>([
  ["pass", "pass", "pass"],
  ["fail", "fail", "fail"],
  ["error", "error", "error"],
  ["refuse", "fail", "connection refused"],
  ["break", "error", "too many open files"],
  ["blind", "error", "no engine to ask"],
  ["crash", "error", "unexpected TypeError: a bug"],
  ["hang", "fail", "no answer within 5 s"],
  ["slow", "pass", "pass"],
])("runPlans turns a check that does %s into %s", async (does, verdict, actual) => {
  const { outcomes } = await run([fakePlan("a", [does])]);
  expect(outcomes).toMatchObject([
    { verdict, causedBy: null, isDegraded: false, checks: [{ verdict, actual }] },
  ]);
});

it("runPlans measures each check, and says what was expected only where something was judged", async () => {
  const { outcomes } = await run([fakePlan("a", ["slow", "refuse", "hang"])]);
  expect(outcomes[0]?.checks.map(({ durationMs, expected }) => [durationMs, expected])).toEqual([
    [SLOW_MS, "pass"],
    [0, null],
    [5_000, null],
  ]);
});

it("runPlans blames ourselves when our own tool gives no answer", async () => {
  const plan = fakePlan("a", ["hang"], [], { kind: "tool", timeoutSeconds: 2 });
  expect((await run([plan])).outcomes).toMatchObject([
    { verdict: "error", checks: [{ verdict: "error", actual: "no answer within 2 s" }] },
  ]);
});

it("runPlans goes by the one timeout that it is given", async () => {
  const { outcomes, elapsedMs } = await run([fakePlan("a", ["hang"])], { timeoutMs: 250 });
  expect(outcomes[0]?.checks[0]?.actual).toBe("no answer within 0.25 s");
  expect(elapsedMs).toBeLessThan(300);
});

it("runPlans cannot carry out a kind that does not exist, or parameters that are none", async () => {
  const unknown = fakePlan("a", ["pass"], [], { kind: "gone" });
  const wrong = fakePlan("b", ["pass"], [], { parameters: { does: "dance" } });
  const { outcomes } = await run([unknown, wrong]);
  expect(outcomes.map(({ verdict }) => verdict)).toEqual(["error", "error"]);
  expect(outcomes[0]?.checks[0]?.actual).toBe("no kind of assertion is called gone");
  expect(outcomes[1]?.checks[0]?.actual).toMatch(/^does must be one of/u);
});

it("runPlans calls a resource degraded when only warnings failed", async () => {
  const warning = fakePlan("a", ["fail", "pass"], [], { severity: "warn" });
  const both = fakePlan("b", ["fail"], [], { severity: "warn" });
  const mixed = { ...both, checks: [...both.checks, ...fakePlan("b", ["fail"]).checks] };
  const { outcomes } = await run([warning, mixed]);
  expect(outcomes.map(({ verdict, isDegraded }) => [verdict, isDegraded])).toEqual([
    ["pass", true],
    ["fail", false],
  ]);
});

it("runPlans looks at a resource after those it depends on", async () => {
  const plans = [
    fakePlan("web", ["pass"], ["api", "cache"]),
    fakePlan("api", ["slow"], ["db"]),
    fakePlan("cache", ["pass"]),
    fakePlan("db", ["slow"]),
  ];
  const { outcomes, done } = await run(plans);
  expect(done).toEqual(["cache", "db", "api", "web"]);
  expect(outcomes.map(({ plan }) => plan.resource)).toEqual(["web", "api", "cache", "db"]);
});

it("runPlans skips what depends on a failure, and names the root", async () => {
  const plans = [
    fakePlan("web", ["pass", "pass"], ["api"]),
    fakePlan("api", ["pass"], ["db"]),
    fakePlan("db", ["fail"]),
    fakePlan("other", ["pass"]),
  ];
  const { outcomes } = await run(plans);
  expect(outcomes).toMatchObject([
    { verdict: "skipped", causedBy: "db" },
    { verdict: "skipped", causedBy: "db" },
    { verdict: "fail", causedBy: null },
    { verdict: "pass", causedBy: null },
  ]);
  expect(outcomes[0]?.checks).toMatchObject([
    { verdict: "skipped", actual: "db failed", durationMs: null, expected: null },
    { verdict: "skipped", actual: "db failed", durationMs: null, expected: null },
  ]);
});

it("runPlans looks at what depends on an error or a warning", async () => {
  const plans = [
    fakePlan("web", ["pass"], ["db", "cache", "elsewhere"]),
    fakePlan("db", ["blind"]),
    fakePlan("cache", ["fail"], [], { severity: "warn" }),
  ];
  expect(verdictsOf(await run(plans))).toEqual({ web: "pass", db: "error", cache: "pass" });
});

it("runPlans has no more checks under way than it may", async () => {
  const plans = Array.from({ length: 5 }, (_, index) =>
    fakePlan(String(index), ["slow", "slow", "slow", "slow"]),
  );
  expect((await run(plans, { concurrency: 4 })).elapsedMs).toBe(5 * SLOW_MS);
  expect((await run(plans, { concurrency: 1 })).elapsedMs).toBe(20 * SLOW_MS);
});

it("runPlans gives every check its outcome when it is cancelled", async () => {
  const plans = [
    fakePlan("a", ["pass", "hang", "slow"]),
    fakePlan("b", ["slow"]),
    fakePlan("c", ["pass"], ["b"]),
  ];
  const { outcomes, elapsedMs, pendingTimers } = await run(plans, {
    cancelAfterMs: 500,
    concurrency: 3,
  });
  expect(outcomes.map(({ verdict }) => verdict)).toEqual(["error", "error", "error"]);
  expect(outcomes.map(({ checks }) => checks.map(({ actual }) => actual))).toEqual([
    ["pass", "aborted", "aborted"],
    ["aborted"],
    ["aborted"],
  ]);
  expect(outcomes[2]?.checks[0]?.durationMs).toBeNull();
  expect({ elapsedMs, pendingTimers }).toEqual({ elapsedMs: 500, pendingTimers: 0 });
});

it("runPlans looks at nothing when it is cancelled before it begins", async () => {
  const { outcomes, elapsedMs } = await run([fakePlan("a", ["slow"])], { cancelAfterMs: 0 });
  expect(outcomes).toMatchObject([{ checks: [{ actual: "aborted", durationMs: null }] }]);
  expect(elapsedMs).toBe(0);
});

it("runPlans takes a chain of 20,000 dependencies", async () => {
  const plans = Array.from({ length: 20_000 }, (_, index) =>
    fakePlan(String(index), [], [String(index + 1)]),
  );
  expect((await run(plans)).outcomes).toHaveLength(20_000);
});

const dags = fc.array(
  fc.record({
    behaviours: fc.array(fc.constantFrom(...BEHAVIOURS), { maxLength: 3 }),
    needs: fc.array(fc.nat(100), { maxLength: 3 }),
    severity: fc.constantFrom("fail", "warn"),
  }),
  { maxLength: 12 },
);

it("runPlans skips a resource exactly when something that it depends on has failed", async () => {
  await fc.assert(
    fc.asyncProperty(dags, fc.integer({ min: 1, max: 4 }), async (nodes, concurrency) => {
      // Each depends on earlier ones alone; they are run in the opposite order.
      const plans = nodes
        .map(({ behaviours, needs, severity }, index) => {
          const names = index === 0 ? [] : needs.map((need) => String(need % index));
          return fakePlan(String(index), behaviours, names, { severity });
        })
        .reverse();
      const result = await run(plans, { concurrency });
      const byName = new Map(result.outcomes.map((outcome) => [outcome.plan.resource, outcome]));
      expect(result.outcomes.map(({ plan }) => plan)).toEqual(plans);
      expect([...result.done].sort()).toEqual(plans.map(({ resource }) => resource).sort());
      expect(result.pendingTimers).toBe(0);
      for (const { plan, verdict, causedBy, checks } of result.outcomes) {
        expect(checks.map(({ check }) => check)).toEqual(plan.checks);
        const ancestors = ancestorsOf(plan, byName);
        const failed = ancestors.filter((ancestor) => ancestor.verdict === "fail");
        expect(verdict === "skipped").toBe(failed.length > 0);
        expect(failed.map((ancestor) => ancestor.plan.resource).includes(causedBy ?? "")).toBe(
          verdict === "skipped",
        );
        expect(new Set(checks.map((check) => check.verdict === "skipped"))).toEqual(
          new Set(checks.length === 0 ? [] : [verdict === "skipped"]),
        );
      }
    }),
    { numRuns: 60 },
  );
});

function ancestorsOf(
  plan: CheckPlan,
  byName: ReadonlyMap<string, ResourceOutcome>,
): readonly ResourceOutcome[] {
  return plan.dependsOn.flatMap(({ resource }) => {
    const outcome = byName.get(resource);
    return outcome === undefined ? [] : [outcome, ...ancestorsOf(outcome.plan, byName)];
  });
}

it.each<[readonly Behaviour[], Verdict, boolean]>([
  [["pass"], "pass", false],
  [["fail"], "skipped", false],
  [["error"], "error", false],
  [[], "pass", false],
])(
  "runPlans takes a plan without checks for as well as what it needs: %j",
  async (does, verdict, isDegraded) => {
    const plans = [fakePlan("unit", [], ["a", "b"]), fakePlan("a", ["pass"]), fakePlan("b", does)];
    const { outcomes, done } = await run(plans);
    const causedBy = verdict === "skipped" ? "b" : null;
    expect(outcomes[0]).toMatchObject({ verdict, isDegraded, checks: [], causedBy });
    expect(done.at(-1)).toBe("unit");
  },
);

it("runPlans takes a plan without checks for degraded when a part of it is", async () => {
  const plans = [
    fakePlan("outer", [], ["unit"]),
    fakePlan("unit", [], ["a"]),
    fakePlan("a", ["fail"], [], { severity: "warn" }),
  ];
  const { outcomes } = await run(plans);
  expect(outcomes.map(({ verdict, isDegraded }) => [verdict, isDegraded])).toEqual(
    plans.map(() => ["pass", true]),
  );
});
