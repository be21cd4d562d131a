import { DeployError, StateError } from "../../model/deploy-errors.ts";
import type {
  Change,
  GateVerdict,
  JournalStep,
  StepOutcome,
  StepResult,
} from "../../model/deployment.ts";
import { ObservationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { StateChange } from "../../ports/store.ts";
import { look, lifecycleOf, subjectOf } from "./context.ts";
import { effectsOf, type Effects } from "./effects.ts";
import { proveItself } from "./prove.ts";
import { putResource, recordOf } from "./records.ts";
import type { RunContext } from "./run-context.ts";
import { intentOf } from "./intent.ts";

/** What others wait for while a step is carried out. */
export interface StepListener {
  /** It was made, and has not proven itself yet. */
  readonly onStarted: () => void;
  /** True when others need it to run to its end, and not to go on. */
  readonly mustComplete: boolean;
  /** True when others need it to hold what is asserted of it. */
  readonly isAwaited: boolean;
}

type Action = StepResult["action"];
type Working = Change & { readonly action: Action };

/**
 * Carries out one change: writes the intent, changes the world, waits for the gate, writes the result. What goes wrong is
 * undone.
 *
 * @param change - What is to be done.
 * @param context - The world, the journal, and what happens when it fails.
 * @param listener - What others wait for.
 * @returns How it ended.
 * @throws {@link StateError} When the state cannot be written: the step stays open, and the next run brings it to its end.
 */
export async function runStep(
  change: Working,
  context: RunContext,
  listener: StepListener,
): Promise<StepResult> {
  const startedMs = context.world.clock.elapsedMs();
  const { resource, action } = change;
  context.onEvent({ type: "started", resource, action });
  const end = await attempt(change, context, listener);
  const durationMs = Math.round(context.world.clock.elapsedMs() - startedMs);
  const result: StepResult = { resource, action, durationMs, ...end };
  context.onEvent({ type: "ended", result });
  return result;
}

type End = Pick<StepResult, "outcome" | "problems" | "verdicts">;

async function attempt(change: Working, context: RunContext, listener: StepListener): Promise<End> {
  try {
    const isForgotten = change.action === "delete" && (await staysWhereItIs(change, context));
    if (change.isLookedAt || isForgotten) return await recordOnly(change, context, listener);
    const { intent, physical } = await intentOf(change, context);
    // What carries our marks is recorded as it is, and not touched.
    if (physical !== null) return await recordImport(change, { intent, physical }, context);
    const step = await context.journal.begin(intent);
    return await carryOut(step, change, { context, listener });
  } catch (error) {
    return endOf(error, context);
  }
}

interface Doing {
  readonly context: RunContext;
  readonly listener: StepListener;
}

async function carryOut(step: JournalStep, change: Working, doing: Doing): Promise<End> {
  const { context, listener } = doing;
  const effects = await effectsOf(step, {
    context,
    note: (text) => {
      context.journal.reach("mid-effect", step.resource);
      context.onEvent({ type: "note", resource: step.resource, text });
    },
  });
  let physical: JsonObject | null;
  try {
    physical = await effects.make();
  } catch (error) {
    return await undo(step, effects, { context, problems: problemsOf(error, context) });
  }
  context.journal.reach("after-effect", step.resource);
  listener.onStarted();
  const proof = await proveItself(step, physical, { context, mustComplete: listener.mustComplete });
  const { verdicts, problems } = proof;
  // What replaces something that works has to prove itself, whatever happens otherwise.
  if (!proof.isPassed && (context.mode === "rollback" || effects.finish !== null)) {
    return await undo(step, effects, { context, problems, verdicts });
  }
  await complete(step, { effects, physical, context, renamedFrom: change.renamedFrom });
  return { outcome: proof.isPassed ? "done" : "failed", problems, verdicts };
}

interface Completion {
  readonly effects: Effects;
  readonly physical: JsonObject | null;
  readonly context: RunContext;
  readonly renamedFrom: string | null;
}

/**
 * Records a step that has proven itself, and gives up what it replaced.
 *
 * @param step - The step.
 * @param completion - Its effects, and how the world knows what is there now.
 */
export async function complete(
  step: JournalStep,
  { effects, physical, context, renamedFrom }: Completion,
): Promise<void> {
  const { journal } = context;
  const changes = resultOf(step, { physical, context, renamedFrom });
  if (effects.finish === null) {
    await journal.end(step, { state: "done", problem: null }, changes);
    return;
  }
  await journal.end(step, { state: "switched", problem: null }, changes);
  await effects.finish();
  await journal.end(step, { state: "done", problem: null }, []);
}

function resultOf(
  { action, wanted, marks, recorded, resource }: JournalStep,
  { physical, context, renamedFrom }: Omit<Completion, "effects">,
): readonly StateChange[] {
  if (wanted === null || marks === null) return [{ type: "delete-resource", name: resource }];
  const record = recordOf({
    spec: wanted,
    marks,
    physical,
    before: recorded,
    isAdopted: action === "import",
    now: context.world.clock.now(),
  });
  return putResource(record, renamedFrom);
}

async function undo(
  step: JournalStep,
  effects: Effects,
  failure: {
    readonly context: RunContext;
    readonly problems: readonly string[];
    readonly verdicts?: readonly GateVerdict[];
  },
): Promise<End> {
  const { context, problems, verdicts = [] } = failure;
  // Whoever is told to stop stops: the next run brings it to its end.
  if (context.cancellation.reason() !== null) return { outcome: "aborted", problems, verdicts };
  const lines = [...problems, ...(await diagnosis(step, context))];
  try {
    await effects.goBack();
  } catch (error) {
    if (error instanceof StateError) throw error;
    const [reason = "unknown"] = problemsOf(error, context);
    const open = `it could not be undone: ${reason}; the next apply tries again`;
    return { outcome: "failed", problems: [...lines, open], verdicts };
  }
  await context.journal.end(step, { state: "undone", problem: lines[0] ?? null }, []);
  return { outcome: "undone", problems: lines, verdicts };
}

// Asked before anything is undone: what goes takes its log with it.
async function diagnosis(step: JournalStep, context: RunContext): Promise<readonly string[]> {
  const { wanted, marks } = step;
  if (wanted === null) return [];
  const diagnose = (await lifecycleOf(context.kinds, wanted))?.diagnose ?? null;
  if (diagnose === null) return [];
  try {
    return await look(context, `diagnosing ${wanted.name}`, (scope) =>
      diagnose(subjectOf(wanted, marks, null), context.world, scope),
    );
  } catch {
    // It is a help, and no more.
    return [];
  }
}

async function staysWhereItIs({ recorded }: Change, context: RunContext): Promise<boolean> {
  if (!context.keepFiles || recorded === null) return false;
  return (await lifecycleOf(context.kinds, recorded.spec))?.isFiles === true;
}

// What others need has to hold, also when nothing of it is touched.
async function failureOf(
  { resource, wanted, recorded }: Working,
  context: RunContext,
  { isAwaited, mustComplete }: StepListener,
): Promise<End | null> {
  if (wanted === null || !isAwaited) return null;
  const step = { resource, wanted, marks: recorded?.marks ?? null };
  const physical = recorded?.physical ?? null;
  const { isPassed, verdicts, problems } = await proveItself(step, physical, {
    context,
    mustComplete,
  });
  return isPassed ? null : { outcome: "failed", problems, verdicts };
}

// Nothing is touched: one commit says it all.
async function recordOnly(
  change: Working,
  context: RunContext,
  listener: StepListener,
): Promise<End> {
  const { wanted, recorded, renamedFrom, resource } = change;
  listener.onStarted();
  const failure = await failureOf(change, context, listener);
  if (failure !== null) return failure;
  if (wanted === null) {
    await context.journal.commit([{ type: "delete-resource", name: resource }]);
    return { outcome: "done", problems: [], verdicts: [] };
  }
  const isManaged = (await lifecycleOf(context.kinds, wanted)) !== null;
  const { intent } = await intentOf({ ...change, action: "update" }, context);
  const marks = recorded?.marks ?? intent.marks;
  if (marks === null) throw new DeployError(`${resource} cannot be recorded without marks`);
  const physical = isManaged ? (recorded?.physical ?? null) : null;
  const now = context.world.clock.now();
  const record = recordOf({
    spec: wanted,
    marks,
    physical,
    before: recorded,
    isAdopted: false,
    now,
  });
  await context.journal.commit(putResource(record, renamedFrom));
  return { outcome: "done", problems: [], verdicts: [] };
}

async function recordImport(
  { renamedFrom }: Working,
  {
    intent,
    physical,
  }: {
    readonly intent: Awaited<ReturnType<typeof intentOf>>["intent"];
    readonly physical: JsonObject;
  },
  context: RunContext,
): Promise<End> {
  const { wanted, marks, recorded } = intent;
  if (wanted !== null && marks !== null) {
    const now = context.world.clock.now();
    const record = recordOf({
      spec: wanted,
      marks,
      physical,
      before: recorded,
      isAdopted: false,
      now,
    });
    await context.journal.commit(putResource(record, renamedFrom));
  }
  return { outcome: "done", problems: [], verdicts: [] };
}

function endOf(error: unknown, context: RunContext): End {
  if (error instanceof StateError) throw error;
  const outcome: StepOutcome = context.cancellation.reason() === null ? "failed" : "aborted";
  return { outcome, problems: problemsOf(error, context), verdicts: [] };
}

function problemsOf(error: unknown, { cancellation }: RunContext): readonly string[] {
  if (error instanceof StateError) throw error;
  if (error === cancellation.reason()) return ["interrupted"];
  if (error instanceof DeployError) {
    return [error.hint === null ? error.message : `${error.message}; ${error.hint}`];
  }
  if (error instanceof ObservationError) return [error.message];
  return [`unexpected ${String(error)}`];
}
