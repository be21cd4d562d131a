import type { CheckPlan } from "../../model/check-plan.ts";
import type { Specification } from "../../model/deployment.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { canonicalJson, type JsonObject } from "../../model/json.ts";
import { InvalidOption } from "../../model/options.ts";
import type { DeclaredResource } from "../../model/project.ts";
import { Limiter } from "../limiter.ts";
import { lifecycleOf, look, LOOKS_AT_ONCE, type EngineContext } from "./context.ts";
import { problemAt } from "./problem-at.ts";

/** What should exist, or everything that is wrong with it. */
export interface Specified {
  /** In the order of declaration. */
  readonly wanted: readonly Specification[];
  readonly problems: readonly Diagnostic[];
}

/**
 * Completes what is declared with what it only refers to.
 *
 * @param declared - What is declared.
 * @param plans - Its check plans, which know what depends on what.
 * @param context - The world.
 * @returns Specifications, and problems: a source that is not there, two resources that want the same.
 * @throws {@link ObservationError} When we could not look.
 */
export async function specify(
  declared: readonly DeclaredResource[],
  plans: readonly CheckPlan[],
  context: EngineContext,
): Promise<Specified> {
  const limiter = new Limiter(LOOKS_AT_ONCE);
  const dependencies = new Map(plans.map(({ resource, dependsOn }) => [resource, dependsOn]));
  const problems: Diagnostic[] = [];
  const wanted = await Promise.all(
    declared.map((resource) =>
      limiter.run(async () => {
        try {
          const dependsOn = dependencies.get(resource.name) ?? [];
          return [{ ...(await specifyOne(resource, context)), dependsOn }];
        } catch (error) {
          if (!(error instanceof InvalidOption)) throw error;
          problems.push(problemAt(resource, error));
          return [];
        }
      }),
    ),
  );
  const specs = wanted.flat();
  return { wanted: specs, problems: [...problems, ...sharedClaims(specs, declared)] };
}

async function specifyOne(
  { name, kind, parameters, policy, assertions }: DeclaredResource,
  context: EngineContext,
): Promise<Omit<Specification, "dependsOn">> {
  const { kinds, sha256, root, world } = context;
  const lifecycle = await lifecycleOf(kinds, { kind, parameters });
  const resolve = lifecycle?.resolve ?? null;
  const resolved: JsonObject =
    resolve === null
      ? {}
      : await look(context, `looking up what ${name} refers to`, (scope) =>
          resolve(parameters, world, scope),
        );
  return {
    name,
    kind,
    parameters,
    resolved,
    policy,
    assertions,
    claims: lifecycle?.claims(parameters, name, root) ?? [],
    specHash: sha256(canonicalJson({ kind, parameters, resolved })),
  };
}

// Each would undo what the other does, for ever.
function sharedClaims(
  specs: readonly Specification[],
  declared: readonly DeclaredResource[],
): readonly Diagnostic[] {
  const owners = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const { name, claims } of specs) {
    for (const claim of claims) {
      const other = owners.get(claim);
      if (other === undefined) {
        owners.set(claim, name);
        continue;
      }
      const resource = declared.find((entry) => entry.name === name);
      const message = `${name} and ${other} both want ${claim}`;
      problems.push(problemAt(resource ?? null, { code: "claim-taken", message }));
    }
  }
  return problems;
}
