import { DeployError, StateError } from "../../model/deploy-errors.ts";
import type { DeployOutcome } from "../../model/deploy-event.ts";
import type {
  Change,
  DeployPlan,
  Specification,
  StepResult,
  Version,
} from "../../model/deployment.ts";
import type { StateChange } from "../../ports/store.ts";
import { decide, leavingMarks } from "./decide.ts";
import { lifecycleOf } from "./context.ts";
import { effectsOf } from "./effects.ts";
import { execute } from "./execute.ts";
import { survey, type Pair } from "./survey.ts";
import type { RunContext } from "./run-context.ts";

/** What a run is, besides its plan. */
export interface RunInput {
  readonly plan: DeployPlan;
  /** All that should exist once it is through, what is not in the plan included. */
  readonly resources: readonly Specification[];
  /** Who, as the machine knows them. */
  readonly by: string;
  /** The version that is brought back; null for none. */
  readonly of: number | null;
}

/**
 * Carries out a plan as a new version. When something fails, what was done before is undone as well, unless the context says
 * otherwise.
 *
 * @param input - The plan, and who carries it out.
 * @param context - The world and the journal.
 * @returns What became of it.
 * @throws {@link StateError} When the state cannot be written any more.
 */
export async function carryOut(input: RunInput, context: RunContext): Promise<DeployOutcome> {
  const begun = versionOf(input, context);
  await context.journal.commit([{ type: "put-version", version: begun }]);
  const { changes } = input.plan;
  let results = await execute(changes, context);
  const failed = results.some(({ outcome }) => outcome === "failed" || outcome === "undone");
  const isStopped = context.cancellation.reason() !== null;
  let status: Exclude<Version["status"], "applying"> = failed ? "failed" : "deployed";
  if (isStopped) status = "interrupted";
  else if (failed && context.mode === "rollback") {
    const undone = await rollBack(changes, results, context).catch((error: unknown) => {
      // The version is recorded as it is; what is left to do is planned again.
      if (error instanceof StateError || context.cancellation.reason() !== null) throw error;
      return { results: [], isComplete: false };
    });
    results = [...results, ...undone.results];
    if (undone.isComplete) status = "rolled-back";
  }
  const endedAt = context.world.clock.now();
  const pin = status === "deployed" ? pinOf(input) : [];
  await context.journal.commit([
    { type: "put-version", version: { ...begun, status, results, endedAt } },
    ...pin,
  ]);
  return { status, version: begun.number, results };
}

function versionOf({ plan, resources, by, of }: RunInput, context: RunContext): Version {
  return {
    number: context.version,
    purpose: plan.purpose,
    status: "applying",
    hash: plan.hash,
    resources,
    changes: plan.changes
      .filter(({ action }) => action !== "keep")
      .map(({ resource, kind, action, reason, fields }) => ({
        resource,
        kind,
        action,
        reason,
        fields,
      })),
    results: [],
    startedAt: context.world.clock.now(),
    endedAt: null,
    by,
    of,
    files: plan.files,
  };
}

// Until somebody applies something explicitly, a rollback is what counts.
function pinOf({ plan: { purpose }, of }: RunInput): readonly StateChange[] {
  if (purpose === "rollback") return [{ type: "set-pin", version: of }];
  return purpose === "apply" ? [{ type: "set-pin", version: null }] : [];
}

interface RolledBack {
  readonly results: readonly StepResult[];
  /** True when all is as it was. */
  readonly isComplete: boolean;
}

// The same way as any other change, from what is now to what was before.
async function rollBack(
  changes: readonly Change[],
  results: readonly StepResult[],
  context: RunContext,
): Promise<RolledBack> {
  const done = new Set(
    results.filter(({ outcome }) => outcome === "done").map(({ resource }) => resource),
  );
  const changed = changes.filter(
    ({ resource, action }) => done.has(resource) && action !== "import" && action !== "keep",
  );
  await giveBack(done, context);
  const isWhole = results.every(({ outcome }) => outcome !== "failed" && outcome !== "aborted");
  if (changed.length === 0) return { results: [], isComplete: isWhole };
  context.onEvent({ type: "rolling-back", resources: changed.map(({ resource }) => resource) });
  const { resources } = await context.store.snapshot();
  const pairs = changed.map(({ resource, recorded }): Pair => {
    const renamedTo = recorded === null || recorded.spec.name === resource ? null : resource;
    return {
      name: recorded?.spec.name ?? resource,
      wanted: recorded?.spec ?? null,
      recorded: resources.get(resource) ?? null,
      renamedFrom: renamedTo,
    };
  });
  const back = await changesBack(pairs, context);
  const undone = await execute(back, { ...context, mode: "notify", checkPlans: new Map() });
  const isComplete = isWhole && undone.every(({ outcome }) => outcome === "done");
  return { results: undone, isComplete };
}

// What was taken over in this run is as it was before, and nobody's again; what carried our marks stands as it did.
async function giveBack(done: ReadonlySet<string>, context: RunContext): Promise<void> {
  for (const step of await context.store.steps(context.version)) {
    const isTaken = step.action === "import" && step.state === "done" && done.has(step.resource);
    if (!isTaken) continue;
    const effects = await effectsOf(step, { context, note: () => undefined });
    await effects.goBack();
    const change: StateChange = { type: "delete-resource", name: step.resource };
    await context.journal.end(step, { state: "undone", problem: null }, [change]);
  }
}

async function changesBack(
  pairs: readonly Pair[],
  context: RunContext,
): Promise<readonly Change[]> {
  const { projectId, kinds } = context;
  const sights = await survey(pairs, context);
  const leaving = leavingMarks(sights);
  const back: Change[] = [];
  for (const sight of sights) {
    const lifecycle = sight.wanted && (await lifecycleOf(kinds, sight.wanted));
    const protectedNoMore = sight.wanted === null && sight.recorded !== null;
    const decision = decide(protectedNoMore ? unprotected(sight) : sight, {
      projectId,
      lifecycle,
      leaving,
      absence: "was not there before",
    });
    if ("problem" in decision) {
      throw new DeployError(`${sight.name} cannot be brought back: it ${decision.problem.message}`);
    }
    back.push(decision.change);
  }
  return back;
}

// What this very run has made may go again.
function unprotected(sight: Awaited<ReturnType<typeof survey>>[number]): typeof sight {
  const { recorded } = sight;
  if (recorded === null) return sight;
  const policy = { ...recorded.spec.policy, protect: false };
  return { ...sight, recorded: { ...recorded, spec: { ...recorded.spec, policy } } };
}
