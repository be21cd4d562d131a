import type { ApplyOutcome } from "../../src/app/deploy/deployment.ts";
import type {
  Change,
  ChangedField,
  DeployPlan,
  StepResult,
  Version,
} from "../../src/model/deployment.ts";
import type { Specification } from "../../src/model/deployment.ts";

/** Fixed moment: 2026-01-02 03:04:05 UTC. */
export const MOMENT = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Makes a changed field: `image` becomes another one. */
export function fieldOf(field: Partial<ChangedField> = {}): ChangedField {
  const common = { cause: "declared", isReplacing: false } as const;
  return { field: "image", from: "nginx:1", to: "nginx:2", ...common, ...field };
}

/** Makes a change: `web` is created, unless something else is said; `needs` are names. */
export function changeOf({
  needs = [],
  ...change
}: Partial<Change> & { readonly needs?: readonly string[] } = {}): Change {
  const resource = change.resource ?? "web";
  const dependsOn = needs.map((name) => ({ resource: name, condition: "healthy" as const }));
  const spec = { name: resource, kind: "docker", dependsOn } as Partial<Specification>;
  const isDeleted = change.action === "delete";
  return {
    resource,
    kind: "docker",
    action: "create",
    reason: "is not there",
    fields: [],
    renamedFrom: null,
    wanted: isDeleted ? null : (spec as Specification),
    recorded: isDeleted ? ({ spec } as Change["recorded"]) : null,
    isLookedAt: false,
    ...change,
  };
}

/** Makes a plan of changes. */
export function planOf(changes: readonly Change[], plan: Partial<DeployPlan> = {}): DeployPlan {
  return {
    format: 1,
    project: { id: null, name: "shop" },
    purpose: "apply",
    serial: 7,
    createdAt: MOMENT,
    changes,
    hash: "ab".repeat(32),
    quarantinedBy: null,
    pinnedTo: null,
    files: {},
    strays: [],
    ...plan,
  };
}

/** Makes what became of a step: `web` was created, unless something else is said. */
export function resultOf(result: Partial<StepResult> = {}): StepResult {
  return {
    resource: "web",
    action: "create",
    outcome: "done",
    durationMs: 2_140,
    problems: [],
    verdicts: [],
    ...result,
  };
}

/** Makes what became of a plan: it was deployed as version 4, unless something else is said. */
export function outcomeOf(outcome: Partial<ApplyOutcome> = {}): ApplyOutcome {
  const plan = outcome.plan ?? planOf([changeOf()]);
  return {
    status: "deployed",
    version: 4,
    results: [],
    plan,
    isNewIdentity: false,
    planProblems: [],
    ...outcome,
  };
}

/** Makes a version: the fourth, deployed within 12 s. */
export function versionOf(version: Partial<Version> = {}): Version {
  return {
    number: 4,
    purpose: "apply",
    status: "deployed",
    hash: "cd".repeat(32),
    resources: [],
    changes: [],
    results: [],
    startedAt: MOMENT,
    endedAt: MOMENT + 12_000,
    by: "root@host",
    of: null,
    files: {},
    ...version,
  };
}
