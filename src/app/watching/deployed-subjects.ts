import { recordedSpecifications } from "../../engine/deploy/plan.ts";
import { lifecycleOf, look, recordedSubject } from "../../engine/deploy/context.ts";
import { prepare } from "../../engine/run-plans.ts";
import { policyOf, type KindTraits } from "../../engine/watch/policy-of.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { DeployedResource } from "../../model/deployment.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { secretReference } from "../../model/option-types.ts";
import type { Look } from "../../model/watch-state.ts";
import type { StateSnapshot } from "../../ports/store.ts";
import { compileSpecifications } from "../deploy/compiled.ts";
import { preparingDestroy, preparingRollback } from "../deploy/prepare.ts";
import type { Workspace } from "../deploy/workspace.ts";
import { catalogKinds } from "../kinds.ts";
import { sha256 } from "../project/sha256.ts";
import { actOn } from "./act-on.ts";
import { findChanged, type ChangedVersions } from "./changed-versions.ts";
import type { ProjectHost } from "./project-host.ts";
import { remakingOf } from "./remaking.ts";
import { lookAt } from "./resource-look.ts";
import type { WatchContext } from "./watch-context.ts";
import type { Watched } from "./watched.ts";

/** What watching what was deployed takes. */
export interface DeployedContext extends WatchContext {
  readonly workspace: Workspace;
  readonly host: ProjectHost;
  /** What is recorded of a resource now; null when nothing is. */
  readonly recorded: (name: string) => Promise<DeployedResource | null>;
  /** What is believed of another resource: what claims nothing itself is as well as what it needs. */
  readonly isFailing: (resource: string) => boolean;
  /** Called when something was deployed or destroyed, with what is gone besides: others may be watched from then on. */
  readonly onDeployed: (gone: readonly string[]) => void;
}

/**
 * Makes of what is recorded as deployed what can be watched and repaired.
 *
 * @param context - The project and the world.
 * @returns What is watched.
 * @throws {@link ConfigurationError} When something of it is not known to this version any more.
 */
export async function watchedDeployed(context: DeployedContext): Promise<readonly Watched[]> {
  const { workspace, project } = context;
  const snapshot = await workspace.store.snapshot();
  const specs = recordedSpecifications(snapshot.resources);
  const version = await workspace.store.version(snapshot.lastVersion);
  const others = version?.resources ?? [];
  const compiled = { project, specs, others, kinds: catalogKinds };
  const { plans } = await compileSpecifications(compiled);
  await prepare(plans, { kinds: catalogKinds, world: context.world });
  const changed = await findChanged(workspace.store);
  return await Promise.all(plans.map((plan) => watchedOne(plan, { context, snapshot, changed })));
}

interface Known {
  readonly context: DeployedContext;
  readonly snapshot: StateSnapshot;
  readonly changed: ChangedVersions;
}

async function watchedOne(plan: CheckPlan, known: Known): Promise<Watched> {
  const { context, snapshot, changed } = known;
  const recorded = snapshot.resources.get(plan.resource);
  if (recorded === undefined) throw new DeployError(`${plan.resource} is not recorded`);
  const { spec } = recorded;
  const traits = await traitsOf(recorded);
  const changedAt = changed.get(spec.name)?.at ?? null;
  const { policy } = spec;
  return {
    subject: {
      name: spec.name,
      policy: policyOf(policy, traits, changedAt),
      dependsOn: spec.dependsOn.map(({ resource }) => resource),
      specHash: sha256(`${spec.specHash} ${plan.hash}`),
      destroyAt: recorded.destroyAt,
      startedAt: traits.isManaged ? recorded.updatedAt : null,
      look: lookOf(plan, traits, context),
      act: (action, options) => {
        const remaking = traits.isManaged
          ? remakingOf({
              resource: spec.name,
              recorded: () => context.recorded(spec.name),
              context: () => context.host.repairContext(plan),
              revert: () => revert(spec.name, changed, context),
              signal: options.signal,
            })
          : null;
        return actOn(action, { ...context, ...options, plan, remaking });
      },
      expire: () => expire(spec.name, context),
    },
    described: { kind: spec.kind, group: policy.group },
    claims: plan.checks,
    hints: { target: plan.target, physical: recorded.physical },
    supervisor: supervisorOf(plan, recorded),
    tend: await tendingOf(recorded, context),
  };
}

// A program says itself which supervisord it is under.
function supervisorOf(
  { target }: CheckPlan,
  { spec: { parameters } }: DeployedResource,
): Watched["supervisor"] {
  if (target.program === null) return null;
  const { serverUrl, username, password } = parameters;
  return {
    serverUrl: typeof serverUrl === "string" ? serverUrl : null,
    username: typeof username === "string" ? username : null,
    password: secretReference().optional("").read(password),
  };
}

async function tendingOf(
  { spec }: DeployedResource,
  context: DeployedContext,
): Promise<Watched["tend"]> {
  const tend = (await lifecycleOf(catalogKinds, spec))?.tend ?? null;
  if (tend === null) return null;
  return async () => {
    const recorded = await context.recorded(spec.name);
    if (recorded === null) return;
    const engine = context.workspace.context();
    await look(engine, `tending ${spec.name}`, (scope) =>
      tend(recordedSubject(recorded), engine.world, scope),
    );
  };
}

async function traitsOf({ spec }: DeployedResource): Promise<KindTraits> {
  const kind = await catalogKinds.resource(spec.kind);
  const lifecycle = await lifecycleOf(catalogKinds, spec);
  return {
    checkIntervalSeconds: kind === null ? 60 : kind.checkIntervalSeconds,
    settleSeconds: lifecycle === null ? 0 : lifecycle.settleSeconds,
    isManaged: lifecycle !== null,
    canRestart: lifecycle !== null && lifecycle.restart !== null,
    canReplace: lifecycle !== null && lifecycle.setAside !== null,
  };
}

function lookOf(
  plan: CheckPlan,
  { isManaged }: KindTraits,
  context: DeployedContext,
): () => Promise<Look> {
  const { clock, runPlan, workspace } = context;
  const run = (now: CheckPlan): ReturnType<typeof runPlan> =>
    now.checks.length > 0 ? runPlan(now) : Promise.resolve(asNeeded(now, context));
  const engine = workspace.context();
  return async () => {
    const recorded = isManaged ? await context.recorded(plan.resource) : null;
    const deployed = recorded === null ? null : { recorded, context: engine };
    return await lookAt({ plan, run, clock, deployed });
  };
}

// What claims nothing itself is as well as what it needs.
function asNeeded(
  plan: CheckPlan,
  { isFailing }: DeployedContext,
): Awaited<ReturnType<WatchContext["runPlan"]>> {
  const broken = plan.dependsOn.find(({ resource }) => isFailing(resource));
  const verdict = broken === undefined ? "pass" : "fail";
  return { plan, verdict, isDegraded: false, checks: [], causedBy: broken?.resource ?? null };
}

async function revert(
  name: string,
  changed: ChangedVersions,
  { workspace, host, onDeployed }: DeployedContext,
): Promise<string> {
  const change = changed.get(name);
  const before = change === undefined ? null : await workspace.store.version(change.before);
  if (before === null) throw new DeployError(`there is no earlier version of ${name}`);
  const outcome = await host.deploy(
    {
      prepare: preparingRollback(before, { targets: [name] }),
      of: before.number,
      mode: "rollback",
    },
    { command: "clockwork up" },
    name,
  );
  if (outcome.status !== "deployed" && outcome.status !== "unchanged") {
    const problems = outcome.results.flatMap((result) => result.problems);
    throw new DeployError(
      problems[0] ?? `version ${String(before.number)} could not be brought back`,
    );
  }
  onDeployed([]);
  return `brought back to version ${String(before.number)}`;
}

async function expire(name: string, { host, onDeployed }: DeployedContext): Promise<void> {
  const prepare = preparingDestroy({ targets: [name] });
  const outcome = await host.deploy(
    { prepare, of: null, mode: "notify" },
    { command: "clockwork up" },
  );
  if (outcome.status !== "deployed" && outcome.status !== "unchanged") {
    const problems = outcome.results.flatMap((result) => result.problems);
    throw new DeployError(`${name} could not be destroyed: ${problems[0] ?? outcome.status}`);
  }
  // What needs it went with it, and is not made again by itself either.
  const gone = outcome.results.filter(
    ({ resource, action, outcome: end }) =>
      resource !== name && action === "delete" && end === "done",
  );
  onDeployed(gone.map(({ resource }) => resource));
}
