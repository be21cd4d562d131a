import { readFile } from "node:fs/promises";
import { planDeployment, recordedSpecifications } from "../../engine/deploy/plan.ts";
import { dependentsOfTargets, unknownTarget } from "../../engine/deploy/pair-up.ts";
import { specify } from "../../engine/deploy/specify.ts";
import type { EngineContext } from "../../engine/deploy/context.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { DeployPlan, Specification, Version } from "../../model/deployment.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { DeclaredResource } from "../../model/project.ts";
import type { StateSnapshot } from "../../ports/store.ts";
import type { PlanOptions } from "./deployment.ts";
import { rememberContents } from "./plan-contents.ts";
import type { Workspace } from "./workspace.ts";

/** What a project declares, for those who deploy it. */
export interface Declared {
  readonly resources: readonly DeclaredResource[];
  readonly plans: readonly CheckPlan[];
  /** The files it was loaded from, relative to its folder. */
  readonly files: readonly string[];
}

/** Makes a plan from the state of the moment. */
export type Prepare = (workspace: Workspace, snapshot: StateSnapshot) => Promise<DeployPlan>;

/**
 * Plans what makes everything exist that is declared.
 *
 * @param declared - What is declared.
 * @param options - Which of it.
 * @returns Makes such a plan.
 */
export function preparingApply(declared: Declared, options: PlanOptions): Prepare {
  return async (workspace, snapshot) => {
    const context = workspace.context();
    const specified = await specify(declared.resources, declared.plans, context);
    const files = await keepFiles(declared.files, workspace.root, context);
    const plan = await planDeployment(
      {
        ...basics(workspace, snapshot, options),
        purpose: "apply",
        ...specified,
        declared: declared.resources,
        targets: options.targets ?? null,
        files,
      },
      context,
    );
    return remembered(plan, context);
  };
}

/**
 * Plans what takes over what is there already and carries our marks, or is named.
 *
 * @param declared - What is declared.
 * @param options - Whose things to take over although somebody else made them.
 * @returns Makes such a plan.
 */
export function preparingImport(
  declared: Declared,
  options: PlanOptions & { readonly resources?: readonly string[] },
): Prepare {
  return async (workspace, snapshot) => {
    const context = workspace.context();
    const names = new Set(options.resources);
    refuseUnknown(
      [...names],
      declared.resources.map(({ name }) => name),
    );
    const specified = await specify(declared.resources, declared.plans, context);
    const wanted = specified.wanted.map((spec) =>
      names.has(spec.name) ? { ...spec, policy: { ...spec.policy, adopt: true } } : spec,
    );
    const plan = await planDeployment(
      {
        ...basics(workspace, snapshot, options),
        purpose: "import",
        ...specified,
        wanted,
        declared: declared.resources,
        targets: names.size > 0 ? [...names] : null,
        files: await keepFiles(declared.files, workspace.root, context),
      },
      context,
    );
    return remembered(plan, context);
  };
}

/**
 * Plans what takes away what is recorded.
 *
 * @param options - Which of it; what needs that goes too.
 * @returns Makes such a plan.
 */
export function preparingDestroy(options: PlanOptions): Prepare {
  return async (workspace, snapshot) => {
    const { resources } = snapshot;
    const targets = options.targets ?? [...resources.keys()];
    refuseUnknown(targets, [...resources.keys()]);
    const going = dependentsOfTargets(targets, resources);
    const wanted = recordedSpecifications(resources).filter(({ name }) => !going.has(name));
    return await planDeployment(
      {
        ...basics(workspace, snapshot, options),
        purpose: "destroy",
        wanted,
        declared: [],
        targets: null,
        files: {},
      },
      workspace.context(),
    );
  };
}

/**
 * Plans what brings back a version.
 *
 * @param version - The version.
 * @param options - Which of its resources.
 * @returns Makes such a plan.
 */
export function preparingRollback(version: Version, options: PlanOptions): Prepare {
  return async (workspace, snapshot) =>
    await planDeployment(
      {
        ...basics(workspace, snapshot, options),
        purpose: "rollback",
        wanted: version.resources,
        declared: [],
        targets: options.targets ?? null,
        files: version.files,
      },
      workspace.context(),
    );
}

/**
 * Plans what is left of a plan once a part of it is done.
 *
 * @param plan - The plan.
 * @returns Makes such a plan.
 */
export function preparingRest(plan: DeployPlan): Prepare {
  return async (workspace, snapshot) =>
    await planDeployment(
      {
        ...basics(workspace, snapshot, {}),
        purpose: plan.purpose,
        wanted: resourcesAfter(plan, snapshot),
        declared: [],
        targets: plan.changes.flatMap(({ wanted }) => wanted?.name ?? []),
        files: plan.files,
      },
      workspace.context(),
    );
}

/**
 * Tells what exists once a plan is through: what it wants, and what it is not about.
 *
 * @param plan - The plan.
 * @param snapshot - What is recorded.
 * @returns Specifications.
 */
export function resourcesAfter(
  { changes }: DeployPlan,
  { resources }: StateSnapshot,
): readonly Specification[] {
  const touched = new Set(
    changes.flatMap(({ resource, renamedFrom }) => [resource, renamedFrom ?? resource]),
  );
  const others = recordedSpecifications(resources).filter(({ name }) => !touched.has(name));
  return [...changes.flatMap(({ wanted }) => (wanted === null ? [] : [wanted])), ...others];
}

function basics(
  { name, projectId, store }: Workspace,
  snapshot: StateSnapshot,
  { keepFiles: keep = false }: PlanOptions,
): Pick<
  Parameters<typeof planDeployment>[0],
  "project" | "snapshot" | "keepFiles" | "quarantined"
> {
  return {
    project: { id: projectId, name },
    snapshot,
    keepFiles: keep,
    quarantined: (hash) => store.quarantined(hash),
  };
}

// What a version was made from stays with it.
async function keepFiles(
  files: readonly string[],
  root: string,
  { contents }: EngineContext,
): Promise<Readonly<Record<string, string>>> {
  const kept = await Promise.all(
    files.map(async (file) => [file, contents.keep(await readFile(`${root}/${file}`))] as const),
  );
  return Object.fromEntries(kept);
}

function remembered(plan: DeployPlan, { contents }: EngineContext): DeployPlan {
  const kept = contents
    .take()
    .flatMap((change) =>
      change.type === "keep-content" ? [[change.sha256, change.bytes] as const] : [],
    );
  rememberContents(plan, new Map(kept));
  return plan;
}

function refuseUnknown(targets: readonly string[], names: readonly string[]): void {
  const unknown = targets.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new ConfigurationError(unknown.map((name) => unknownTarget(name, names)));
}
