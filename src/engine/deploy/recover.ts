import { DeployError, StateError } from "../../model/deploy-errors.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { JournalStep } from "../../model/deployment.ts";
import { ObservationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Live } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import { lifecycleOf, look, subjectOf } from "./context.ts";
import { effectsOf, type Effects } from "./effects.ts";
import { proveItself } from "./prove.ts";
import { complete } from "./run-step.ts";
import type { RunContext } from "./run-context.ts";

type Recovered = Extract<DeployEvent, { type: "recovered" }>;

/**
 * Brings steps to their end that an interrupted run left open: reads what is there, then completes or undoes.
 *
 * @param steps - Open steps, in their order.
 * @param context - The world and the journal.
 * @returns How each ended.
 * @throws {@link DeployError} When one of them could not be brought to its end: it stays open. The others are.
 * @throws {@link StateError} When the state cannot be written.
 */
export async function recover(
  steps: readonly JournalStep[],
  context: RunContext,
): Promise<readonly Recovered[]> {
  const ends: Recovered[] = [];
  const left: string[] = [];
  for (const step of steps) {
    const { resource, action } = step;
    try {
      const { outcome, problem } = await recoverStep(step, context);
      const end = { type: "recovered", resource, action, outcome, problem } as const;
      context.onEvent(end);
      ends.push(end);
    } catch (error) {
      if (error instanceof StateError) throw error;
      if (!(error instanceof DeployError || error instanceof ObservationError)) throw error;
      left.push(`${resource}: ${error.message}`);
    }
  }
  if (left.length === 0) return ends;
  throw new DeployError(
    `what an interrupted run began could not be brought to its end:\n  ${left.join("\n  ")}`,
    { hint: "once that is mended, run the command again: it begins with this" },
  );
}

type End = Pick<Recovered, "outcome" | "problem">;

async function recoverStep(step: JournalStep, context: RunContext): Promise<End> {
  const effects = await effectsOf(step, {
    context,
    note: (text) => {
      context.journal.reach("mid-effect", step.resource);
      context.onEvent({ type: "note", resource: step.resource, text });
    },
  });
  switch (step.action) {
    case "create":
      return await recoverCreate(step, effects, context);
    case "update":
    case "import":
      return await recoverUpdate(step, effects, context);
    case "replace":
      return await recoverReplace(step, effects, context);
    case "delete":
      return await recoverDelete(step, effects, context);
  }
}

async function recoverCreate(
  step: JournalStep,
  effects: Effects,
  context: RunContext,
): Promise<End> {
  const live = await read(step, context);
  if (live === null) {
    // What was begun and cannot be seen, such as a file under a temporary name, goes too.
    await effects.goBack();
    return await abandon(step, context);
  }
  if (isSameThing(live.marks, step.marks)) return await proceed(step, effects, context);
  const problem = `something else stands there: ${live.description}`;
  await context.journal.end(step, { state: "failed", problem }, []);
  return { outcome: "failed", problem };
}

// Only what has come to its end counts; the next plan finds whatever differs.
async function recoverUpdate(
  step: JournalStep,
  effects: Effects,
  context: RunContext,
): Promise<End> {
  const live = await read(step, context);
  const isDone =
    live !== null &&
    isSameThing(live.marks, step.marks) &&
    live.isComplete &&
    live.differences.length === 0;
  return isDone ? await proceed(step, effects, context) : await abandon(step, context);
}

// What cannot be taken away is planned again: by then it may be declared again, or its data be moved elsewhere.
async function recoverDelete(
  step: JournalStep,
  effects: Effects,
  context: RunContext,
): Promise<End> {
  try {
    await effects.make();
  } catch (error) {
    const problem = whyNot(error);
    await context.journal.end(step, { state: "failed", problem }, []);
    return { outcome: "failed", problem };
  }
  await complete(step, { effects, physical: null, context, renamedFrom: null });
  return { outcome: "completed", problem: null };
}

function whyNot(error: unknown): string {
  if (error instanceof StateError || !(error instanceof DeployError)) throw error;
  return error.message;
}

async function recoverReplace(
  step: JournalStep,
  effects: Effects,
  context: RunContext,
): Promise<End> {
  if (step.state === "switched") {
    try {
      await effects.finish?.();
    } catch (error) {
      // It stays open: what stands in the way may be what the next plan moves.
      return { outcome: "failed", problem: whyNot(error) };
    }
    await context.journal.end(step, { state: "done", problem: null }, []);
    return { outcome: "completed", problem: null };
  }
  await effects.goBack();
  return await abandon(step, context);
}

async function proceed(step: JournalStep, effects: Effects, context: RunContext): Promise<End> {
  let physical: JsonObject | null;
  try {
    physical = await effects.make();
  } catch (error) {
    const problem = whyNot(error);
    await effects.goBack();
    await context.journal.end(step, { state: "undone", problem }, []);
    return { outcome: "undone", problem };
  }
  const proof = await proveItself(step, physical, { context, mustComplete: false });
  if (proof.isPassed) {
    const renamedFrom = renamedBy(step);
    await complete(step, { effects, physical, context, renamedFrom });
    return { outcome: "completed", problem: null };
  }
  await effects.goBack();
  const problem = proof.problems.join("; ");
  await context.journal.end(step, { state: "undone", problem }, []);
  return { outcome: "undone", problem };
}

async function abandon(step: JournalStep, context: RunContext): Promise<End> {
  await context.journal.end(step, { state: "abandoned", problem: null }, []);
  return { outcome: "abandoned", problem: null };
}

function renamedBy({ recorded, resource }: JournalStep): string | null {
  const before = recorded?.spec.name ?? resource;
  return before === resource ? null : before;
}

async function read(
  { wanted, marks, recorded }: JournalStep,
  context: RunContext,
): Promise<Live | null> {
  const lifecycle = wanted && (await lifecycleOf(context.kinds, wanted));
  if (wanted === null || lifecycle === null) return null;
  const isKnown = recorded !== null && isSameThing(recorded.marks, marks);
  const subject = subjectOf(wanted, marks, isKnown ? recorded.physical : null);
  return await look(context, `looking at ${wanted.name}`, (scope) =>
    lifecycle.read(subject, context.world, scope),
  );
}
