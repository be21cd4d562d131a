import type {
  Change,
  DeployedResource,
  DeployPlan,
  Specification,
} from "../../model/deployment.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { canonicalJson } from "../../model/json.ts";
import { lifecycleOf, type EngineContext } from "./context.ts";
import { decide, leavingMarks } from "./decide.ts";
import { inOrder } from "./order.ts";
import { pairUp } from "./pair-up.ts";
import type { PlanInput } from "./plan-input.ts";
import { problemAt } from "./problem-at.ts";
import { findStrays } from "./strays.ts";
import { survey, type Sight } from "./survey.ts";
import { foresee } from "./foresee.ts";

/** Why something is not wanted. */
const ABSENCE: Readonly<Record<DeployPlan["purpose"], string>> = {
  apply: "is not declared any more",
  import: "is not declared any more",
  rollback: "is not part of that version",
  destroy: "is destroyed",
};

/**
 * Finds out what would have to be done so that what should exist does. Changes nothing.
 *
 * @param input - What should exist, and what is recorded.
 * @param context - The world.
 * @returns The plan.
 * @throws {@link ConfigurationError} With everything that can be known to go wrong.
 * @throws {@link DeployError} When we could not look, or changes wait for one another in a circle.
 */
export async function planDeployment(
  input: PlanInput,
  context: EngineContext,
): Promise<DeployPlan> {
  const { pairs, problems } = pairUp(input);
  // What stays is no business of a destroy.
  const isDestroy = input.purpose === "destroy";
  const concerned = isDestroy ? pairs.filter(({ wanted }) => wanted === null) : pairs;
  const sights = await survey(concerned, context);
  const decided = await decideAll(sights, input, context);
  // What is not taken over is no problem of an import.
  const isImport = input.purpose === "import";
  const changes = decided.changes.filter(({ action }) => !isImport || action === "import");
  const found = [
    ...(input.problems ?? []),
    ...problems,
    ...(isImport && input.targets === null ? [] : decided.problems),
    ...(await foresee(changes, input, context)),
  ];
  if (found.length > 0) throw new ConfigurationError(found.toSorted(byPlace));
  const hash = hashOf(input, context);
  const { project, purpose, files, snapshot } = input;
  return {
    format: 1,
    project,
    purpose,
    serial: snapshot.serial,
    createdAt: context.world.clock.now(),
    changes: inOrder(changes),
    hash,
    quarantinedBy: purpose === "apply" ? await input.quarantined(hash) : null,
    pinnedTo: snapshot.pinnedTo,
    files,
    strays: mayBeLost(input) ? await findStrays(input.wanted, snapshot, context) : [],
  };
}

// Who imports believes so; and a project that has a UUID and no version has lost its versions, or was never applied.
function mayBeLost({ purpose, snapshot, targets }: PlanInput): boolean {
  if (targets !== null) return false;
  return purpose === "import" || (purpose === "apply" && snapshot.lastVersion === 0);
}

async function decideAll(
  sights: readonly Sight[],
  { declared, purpose }: PlanInput,
  context: EngineContext,
): Promise<{ readonly changes: readonly Change[]; readonly problems: readonly Diagnostic[] }> {
  const places = new Map(declared.map((resource) => [resource.name, resource]));
  const leaving = leavingMarks(sights);
  const changes: Change[] = [];
  const problems: Diagnostic[] = [];
  for (const sight of sights) {
    const lifecycle = sight.wanted && (await lifecycleOf(context.kinds, sight.wanted));
    const { projectId } = context;
    const decision = decide(sight, {
      projectId,
      lifecycle,
      leaving,
      absence: ABSENCE[purpose],
    });
    if ("change" in decision) changes.push(decision.change);
    else
      problems.push(
        problemAt(places.get(sight.name) ?? { ...sight, declaredAt: null }, decision.problem),
      );
  }
  return { changes, problems };
}

// The same declaration has the same hash; a part of it, or taking it away, has another one.
function hashOf(
  { wanted, targets, purpose }: PlanInput,
  { sha256 }: Pick<EngineContext, "sha256">,
): string {
  const parts = wanted
    .map(({ name, specHash, policy, assertions, dependsOn }) => ({
      name,
      specHash,
      policy,
      assertions: assertions.map((assertion) => ({ ...assertion, declaredAt: null })),
      dependsOn,
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const isDeploy = purpose === "apply" || purpose === "rollback";
  const scope = { purpose: isDeploy ? "deploy" : purpose, targets: targets?.toSorted() ?? null };
  return sha256(canonicalJson({ ...scope, parts }));
}

/**
 * Names everything that is recorded as it is: what should exist when nothing changes.
 *
 * @param resources - What is recorded.
 * @returns Specifications.
 */
export function recordedSpecifications(
  resources: ReadonlyMap<string, DeployedResource>,
): readonly Specification[] {
  return [...resources.values()].map(({ spec }) => spec);
}

function byPlace(one: Diagnostic, other: Diagnostic): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
