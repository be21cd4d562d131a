import type { DeployedResource, Specification } from "../../model/deployment.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { closest, quoted } from "../../model/wording.ts";
import type { PlanInput } from "./plan-input.ts";
import { problemAt } from "./problem-at.ts";
import type { Pair } from "./survey.ts";

/** What should be with what was, for all that a plan is about. */
export interface PairedUp {
  readonly pairs: readonly Pair[];
  readonly problems: readonly Diagnostic[];
}

/**
 * Brings together what should exist and what is recorded, by name, or by the name that it had before.
 *
 * @param input - Both, and which of them a plan is about.
 * @returns Pairs, and problems with names.
 */
export function pairUp(
  input: Pick<PlanInput, "wanted" | "declared" | "snapshot" | "targets">,
): PairedUp {
  const { wanted, snapshot, targets } = input;
  const { renamed, problems } = renames(input);
  const gone = new Set(renamed.values());
  const pairs = wanted.map((spec): Pair => {
    const renamedFrom = renamed.get(spec.name) ?? null;
    const recorded = snapshot.resources.get(renamedFrom ?? spec.name) ?? null;
    return { name: spec.name, wanted: spec, recorded, renamedFrom };
  });
  if (targets !== null) {
    const { names, unknown } = closure(targets, pairs);
    return {
      pairs: pairs.filter(({ name }) => names.has(name)),
      problems: [...problems, ...unknown],
    };
  }
  // What is declared and could not be specified has not gone.
  const declared = new Set([...wanted, ...input.declared].map(({ name }) => name));
  const leaving = [...snapshot.resources]
    .filter(([name]) => !declared.has(name) && !gone.has(name))
    .map(([name, recorded]): Pair => ({ name, wanted: null, recorded, renamedFrom: null }));
  return { pairs: [...pairs, ...leaving], problems };
}

// A rename counts once: as soon as the new name is recorded, `renamedFrom` says nothing any more.
function renames({
  wanted,
  declared,
  snapshot,
}: Pick<PlanInput, "wanted" | "declared" | "snapshot">): {
  readonly renamed: ReadonlyMap<string, string>;
  readonly problems: readonly Diagnostic[];
} {
  const names = new Set(wanted.map(({ name }) => name));
  const renamed = new Map<string, string>();
  const taken = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const { name, policy } of wanted) {
    const before = policy.renamedFrom;
    if (before === null || snapshot.resources.has(name) || !snapshot.resources.has(before))
      continue;
    const other = taken.get(before);
    if (!names.has(before) && other === undefined) {
      renamed.set(name, before);
      taken.set(before, name);
      continue;
    }
    const message =
      other === undefined
        ? `was not called ${before} before: that is declared still`
        : `and ${other} cannot both have been called ${before}`;
    const place = declared.find((resource) => resource.name === name) ?? null;
    problems.push(problemAt(place, { code: "rename-invalid", message, property: "renamedFrom" }));
  }
  return { renamed, problems };
}

// The targets, and all that they need.
function closure(
  targets: readonly string[],
  pairs: readonly Pair[],
): { readonly names: ReadonlySet<string>; readonly unknown: readonly Diagnostic[] } {
  const byName = new Map(pairs.map((pair) => [pair.name, pair.wanted] as const));
  const names = new Set<string>();
  const queue = targets.filter((name) => byName.has(name));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    queue.push(...neededBy(byName.get(name) ?? null).filter((needed) => byName.has(needed)));
  }
  const unknown = targets
    .filter((name) => !byName.has(name))
    .map((name) => unknownTarget(name, [...byName.keys()]));
  return { names, unknown };
}

function neededBy(spec: Specification | null): readonly string[] {
  return spec?.dependsOn.map(({ resource }) => resource) ?? [];
}

/**
 * Says that a target does not exist.
 *
 * @param name - What somebody asked for.
 * @param names - What there is.
 * @returns The problem.
 */
export function unknownTarget(name: string, names: readonly string[]): Diagnostic {
  const near = closest(name, names);
  return problemAt(null, {
    code: "usage-invalid",
    message: `no resource is called ${quoted(name)}`,
    hint: near === null ? `there are ${names.join(", ")}` : `did you mean ${near}?`,
  });
}

/**
 * Finds what has to go with resources that go: all that needs them.
 *
 * @param targets - Names.
 * @param resources - What is recorded.
 * @returns Names of the targets and of all that depends on them.
 */
export function dependentsOfTargets(
  targets: readonly string[],
  resources: ReadonlyMap<string, DeployedResource>,
): ReadonlySet<string> {
  const names = new Set<string>();
  const queue = [...targets];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    for (const [other, { spec }] of resources) {
      if (neededBy(spec).includes(name)) queue.push(other);
    }
  }
  return names;
}
