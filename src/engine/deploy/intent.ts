import { DeployError } from "../../model/deploy-errors.ts";
import type {
  Change,
  DeployedResource,
  Specification,
  StepResult,
} from "../../model/deployment.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Live } from "../../model/lifecycle.ts";
import type { Marks } from "../../model/marks.ts";
import { effect, lifecycleOf, look, subjectOf } from "./context.ts";
import type { StepIntent } from "./journal.ts";
import { nextMarks } from "./records.ts";
import type { RunContext } from "./run-context.ts";

/** What a step is about to do. */
export interface Intent {
  readonly intent: StepIntent;
  /** How the world knows what is there and carries our marks already; null for all that is to be made. */
  readonly physical: JsonObject | null;
}

/**
 * Says what a step is about to do, and keeps what it would overwrite.
 *
 * @param change - What is to be done.
 * @param context - The world.
 * @returns What goes into the journal.
 * @throws {@link DeployError} When what was to be imported has gone.
 */
export async function intentOf(
  change: Change & { readonly action: StepResult["action"] },
  context: RunContext,
): Promise<Intent> {
  const { resource, action, wanted, recorded } = change;
  const { version } = context;
  const plain = { version, resource, action, wanted, recorded, marks: null, captured: null };
  if (wanted === null) return { intent: plain, physical: null };
  if (action === "import") return await importing(change, wanted, context);
  if (action === "update" && recorded !== null) {
    const { specHash } = wanted;
    const marks = { ...recorded.marks, resource, specHash, version };
    const captured = await capturedOf(change, { wanted, marks, recorded }, context);
    return { intent: { ...plain, marks, captured }, physical: null };
  }
  return { intent: { ...plain, marks: newMarks(wanted, recorded, context) }, physical: null };
}

async function importing(
  { resource, recorded }: Change,
  wanted: Specification,
  context: RunContext,
): Promise<Intent> {
  const live = await readPlace(wanted, context);
  if (live === null) throw new DeployError(`${resource} has gone meanwhile`);
  const plain = { version: context.version, resource, action: "import", wanted, recorded } as const;
  if (live.marks !== null && !isOwn(live.marks, { resource, recorded, context })) {
    throw new DeployError(`something else stands there now: ${live.description}`, {
      code: "resource-foreign",
      hint: "plan again",
    });
  }
  if (live.marks !== null) {
    return {
      intent: { ...plain, marks: live.marks, captured: null },
      physical: live.physical,
    };
  }
  const marks = newMarks(wanted, null, context);
  const captured = await capture(live, { wanted, marks }, context);
  return { intent: { ...plain, marks, captured }, physical: null };
}

function isOwn(
  marks: Marks,
  of: Pick<Change, "resource" | "recorded"> & { readonly context: RunContext },
): boolean {
  const names = [of.resource, of.recorded?.spec.name];
  return marks.project === of.context.projectId && names.includes(marks.resource);
}

// Only where the world is another one than the record says does the record not bring it back.
async function capturedOf(
  { fields, isLookedAt }: Change,
  update: {
    readonly wanted: Specification;
    readonly marks: Marks;
    readonly recorded: DeployedResource;
  },
  context: RunContext,
): Promise<JsonObject | null> {
  if (isLookedAt || !fields.some(({ cause }) => cause === "drift")) return null;
  const { wanted, marks, recorded } = update;
  const lifecycle = await lifecycleOf(context.kinds, wanted);
  const canCapture = (lifecycle?.capture ?? null) !== null;
  if (lifecycle === null || !canCapture) return null;
  const subject = subjectOf(wanted, marks, recorded.physical);
  const live = await look(context, `looking at ${wanted.name}`, (scope) =>
    lifecycle.read(subject, context.world, scope),
  );
  return live && (await capture(live, update, context));
}

async function capture(
  live: Live,
  { wanted, marks }: { readonly wanted: Specification; readonly marks: Marks },
  context: RunContext,
): Promise<JsonObject | null> {
  const take = (await lifecycleOf(context.kinds, wanted))?.capture ?? null;
  if (take === null) return null;
  const options = { what: `keeping how ${wanted.name} is`, note: () => undefined };
  return await effect(context, options, (scope) =>
    take(subjectOf(wanted, marks, live.physical), live, context.world, scope),
  );
}

async function readPlace(wanted: Specification, context: RunContext): Promise<Live | null> {
  const lifecycle = await lifecycleOf(context.kinds, wanted);
  if (lifecycle === null) return null;
  return await look(context, `looking at ${wanted.name}`, (scope) =>
    lifecycle.read(subjectOf(wanted, null, null), context.world, scope),
  );
}

function newMarks(
  wanted: Specification,
  recorded: DeployedResource | null,
  { projectId, version, random }: RunContext,
): Marks {
  return nextMarks(wanted, recorded, { project: projectId, version, random });
}
