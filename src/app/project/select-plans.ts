import { assertions } from "../../catalog/assertions.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { Code } from "../../model/codes.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { closest } from "../../model/wording.ts";
import { catalogKinds } from "../kinds.ts";

/** Which plans, and which of their checks. */
export interface Selection {
  /** Names of resources, one without checks standing for what it depends on; all by default. */
  readonly resources?: readonly string[];
  /** A kind of assertion, by its kind or its class; all by default. */
  readonly only?: string;
}

/**
 * Picks what was asked for.
 *
 * @param plans - All plans.
 * @param selection - Which of them, and which of their checks.
 * @returns Those plans; one without any check left is left out.
 * @throws {@link ConfigurationError} When a resource or a kind that is named does not exist.
 */
export async function selectPlans(
  plans: readonly CheckPlan[],
  { resources = [], only }: Selection,
): Promise<readonly CheckPlan[]> {
  const names = plans.map(({ resource }) => resource);
  const unknown = resources.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map((name) => problem("connection-unknown", "resource", { name, known: names })),
    );
  }
  const chosen = resources.length === 0 ? plans : chosenPlans(plans, resources);
  if (only === undefined) return chosen;
  const kind = await kindOf(only);
  const selected = chosen
    .map((plan) => ({ ...plan, checks: plan.checks.filter((check) => check.kind === kind) }))
    .filter(({ checks }) => checks.length > 0);
  // A run that looks at nothing must not look like one where all is well.
  if (selected.length === 0) throw new ConfigurationError([nothingOf(kind, chosen)]);
  return selected;
}

// Of what claims nothing itself, only what it needs can be looked at.
function chosenPlans(plans: readonly CheckPlan[], names: readonly string[]): readonly CheckPlan[] {
  const byName = new Map(plans.map((plan) => [plan.resource, plan]));
  const chosen = new Set(names);
  // A set that grows while it is gone through is gone through to its end.
  for (const name of chosen) {
    const plan = byName.get(name);
    if (plan === undefined || plan.checks.length > 0) continue;
    for (const { resource } of plan.dependsOn) chosen.add(resource);
  }
  return plans.filter(({ resource }) => chosen.has(resource));
}

function nothingOf(kind: string, plans: readonly CheckPlan[]): Diagnostic {
  const present = new Set(plans.flatMap(({ checks }) => checks.map((check) => check.kind)));
  return {
    ...NOWHERE,
    code: "no-assertions",
    message: `no assertion of the kind ${kind} is among those selected`,
    hint: `there are ${[...present].sort().join(", ")}`,
  };
}

const NOWHERE = { file: "", line: null, column: null, property: null } as const;

async function kindOf(name: string): Promise<string> {
  const kinds = Object.keys(assertions);
  if (kinds.includes(name)) return name;
  const known = await Promise.all(kinds.map((kind) => catalogKinds.assertion(kind)));
  const found = known.find((kind) => kind?.name === name)?.kind;
  if (found !== undefined) return found;
  throw new ConfigurationError([
    problem("kind-unknown", "kind of assertion", { name, known: kinds }),
  ]);
}

function problem(
  code: Code,
  what: string,
  { name, known }: { readonly name: string; readonly known: readonly string[] },
): Diagnostic {
  const near = closest(name, known);
  return {
    ...NOWHERE,
    code,
    message: `there is no ${what} called ${JSON.stringify(name)}`,
    hint: near === null ? `there are ${known.join(", ")}` : `did you mean ${near}?`,
  };
}
