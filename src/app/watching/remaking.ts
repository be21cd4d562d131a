import { decide } from "../../engine/deploy/decide.ts";
import { effect, lifecycleOf, recordedSubject } from "../../engine/deploy/context.ts";
import { putResource } from "../../engine/deploy/records.ts";
import type { RunContext } from "../../engine/deploy/run-context.ts";
import { runStep } from "../../engine/deploy/run-step.ts";
import { survey } from "../../engine/deploy/survey.ts";
import type { Remaking } from "../../model/action.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { Change, DeployedResource } from "../../model/deployment.ts";

/** What making one resource anew takes. */
export interface RemakingParts {
  readonly resource: string;
  /** What is recorded of it now; null when it is not any more. */
  readonly recorded: () => Promise<DeployedResource | null>;
  /** Where it is done, and written. */
  readonly context: () => Promise<RunContext>;
  /** Brings back its previous specification, as a version; tells which. */
  readonly revert: (signal: AbortSignal) => Promise<string>;
  readonly signal: AbortSignal;
}

/**
 * Says what can be done with a resource by the way in which it was deployed: each is one step in the journal, as of any apply.
 *
 * @param parts - What that takes.
 * @returns What can be done.
 */
export function remakingOf(parts: RemakingParts): Remaking {
  return {
    reconcile: () => reconcile(parts),
    restart: () => restart(parts),
    recreate: () => recreate(parts),
    revert: () => parts.revert(parts.signal),
  };
}

async function reconcile(parts: RemakingParts): Promise<string> {
  const recorded = await recordedOf(parts);
  const context = await parts.context();
  const { spec } = recorded;
  const pair = { name: spec.name, wanted: spec, recorded, renamedFrom: null };
  const [sight] = await survey([pair], context);
  if (sight === undefined) throw new DeployError(`could not look at ${spec.name}`);
  const decision = decide(sight, {
    projectId: context.projectId,
    lifecycle: await lifecycleOf(context.kinds, spec),
    absence: "",
    leaving: [],
  });
  if ("problem" in decision) throw new DeployError(decision.problem.message, decision.problem);
  if (decision.change.action === "keep") return "it is as it was deployed again";
  return await carryOut(decision.change, context);
}

async function restart(parts: RemakingParts): Promise<string> {
  const recorded = await recordedOf(parts);
  const context = await parts.context();
  const { spec } = recorded;
  const verb = (await lifecycleOf(context.kinds, spec))?.restart ?? null;
  if (verb === null) throw new DeployError(`a resource of kind ${spec.kind} cannot be restarted`);
  const options = { what: `restarting ${spec.name}`, note: ignore };
  const physical = await effect(context, options, (scope) =>
    verb(recordedSubject(recorded), context.world, scope),
  );
  await context.journal.commit(putResource({ ...recorded, physical }, null));
  return "restarted";
}

async function recreate(parts: RemakingParts): Promise<string> {
  const recorded = await recordedOf(parts);
  const context = await parts.context();
  const { spec } = recorded;
  const lifecycle = await lifecycleOf(context.kinds, spec);
  if (lifecycle === null) throw new DeployError(`${spec.name} is only watched`);
  const { data } = lifecycle;
  const subject = recordedSubject(recorded);
  const held =
    data === null
      ? null
      : await effect(context, { what: `looking at ${spec.name}`, note: ignore }, (scope) =>
          data(subject, context.world, scope),
        );
  if (held !== null) throw new DeployError(`it holds data, and is not made anew: ${held}`);
  return await carryOut({ ...changeOf(recorded), action: "replace" }, context);
}

function changeOf(recorded: DeployedResource): Omit<Change, "action"> {
  const { spec } = recorded;
  return {
    resource: spec.name,
    kind: spec.kind,
    reason: "does not work",
    fields: [],
    renamedFrom: null,
    wanted: spec,
    recorded,
    isLookedAt: false,
  };
}

const DONE: Readonly<Record<Exclude<Change["action"], "keep">, string>> = {
  create: "created",
  update: "made as it was deployed",
  replace: "replaced by a new one",
  delete: "removed",
  import: "taken over",
};

async function carryOut(change: Change, context: RunContext): Promise<string> {
  const { action } = change;
  if (action === "keep") return "nothing had to be done";
  const result = await runStep({ ...change, action }, context, {
    onStarted: ignore,
    mustComplete: false,
    isAwaited: false,
  });
  if (result.outcome === "done") return DONE[action];
  const [problem = "it did not come to its end", ...more] = result.problems;
  const seen = result.verdicts
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ name, actual }) => `${name}: ${actual}`);
  throw new DeployError([problem, ...seen, ...more].slice(0, LIMIT_PROBLEMS).join("; "));
}

/** So many of its problems are told of an attempt. */
const LIMIT_PROBLEMS = 5;

async function recordedOf({ recorded, resource }: RemakingParts): Promise<DeployedResource> {
  const found = await recorded();
  if (found !== null) return found;
  throw new DeployError(`${resource} is not deployed any more`);
}

function ignore(): void {
  // The attempt tells how it ended.
}
