import type { PlannedDependency } from "../model/check-plan.ts";
import type { Json } from "../model/json.ts";
import type { Fields } from "../model/options.ts";
import { CONDITIONS, type ResourceValues } from "../model/policy.ts";

/** A resource that is named where another one is declared. */
export interface Reference {
  /** The option that names it. */
  readonly property: string;
  readonly name: string;
}

/** What one resource says of those that it needs. */
export interface DependencyNode {
  readonly name: string;
  /** What it depends on in so many words. */
  readonly explicit: readonly PlannedDependency[];
  /** Those that its options and its assertions name. */
  readonly implied: Iterable<string>;
  /** Those that need whatever it needs. */
  readonly passedOnTo: readonly string[];
}

/**
 * Finds the resources that options name.
 *
 * @param fields - The options of a kind.
 * @param parameters - Their values.
 * @returns In the order of the options; a name may come more than once.
 */
export function referencesIn(
  fields: Fields,
  parameters: Readonly<Record<string, Json | undefined>>,
): readonly Reference[] {
  return Object.entries(fields)
    .filter(([, field]) => field.isReference)
    .flatMap(([property]) => [parameters[property]].flat().map((name) => ({ property, name })))
    .filter((entry): entry is Reference => typeof entry.name === "string");
}

/**
 * Completes the dependencies that a declaration spells out.
 *
 * @param policy - The common options of a resource.
 * @returns Each with its condition, `healthy` by default.
 */
export function explicitDependencies({
  dependsOn,
}: Pick<ResourceValues, "dependsOn">): readonly PlannedDependency[] {
  return dependsOn.map((entry) =>
    typeof entry === "string"
      ? { resource: entry, condition: "healthy" }
      : { resource: entry.resource, condition: entry.condition },
  );
}

/**
 * Works out what each resource depends on: what it says itself comes first, then what those say that it is a part of, then
 * whatever it names besides.
 *
 * @param nodes - Every resource once.
 * @returns The dependencies of each, by name, each on another one once but where it spells one out twice.
 */
export function resolveDependencies(
  nodes: readonly DependencyNode[],
): ReadonlyMap<string, readonly PlannedDependency[]> {
  const passed = passOn(nodes);
  return new Map(
    nodes.map(({ name, explicit, implied }) => {
      const named = new Set(explicit.map(({ resource }) => resource));
      const ofUnits = [...(passed.get(name)?.values() ?? [])];
      const ofNames = [...new Set(implied)].map(healthy);
      const others = [...ofUnits, ...ofNames].filter(({ resource }) => {
        const isNew = !named.has(resource);
        named.add(resource);
        return isNew;
      });
      return [name, [...explicit, ...others]];
    }),
  );
}

function healthy(resource: string): PlannedDependency {
  return { resource, condition: "healthy" };
}

// A part may itself pass on what it is given. Each turn adds a name or a stricter condition, so that it comes to an end even
// where units hold one another.
function passOn(
  nodes: readonly DependencyNode[],
): ReadonlyMap<string, ReadonlyMap<string, PlannedDependency>> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const passed = new Map<string, Map<string, PlannedDependency>>();
  const queue = nodes.filter(({ passedOnTo }) => passedOnTo.length > 0);
  for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
    const needed = [...unit.explicit, ...(passed.get(unit.name)?.values() ?? [])];
    for (const name of unit.passedOnTo) {
      const part = byName.get(name);
      const given = passed.get(name) ?? new Map<string, PlannedDependency>();
      passed.set(name, given);
      const isMore = needed.map((entry) => name !== entry.resource && give(given, entry));
      if (part !== undefined && part.passedOnTo.length > 0 && isMore.includes(true))
        queue.push(part);
    }
  }
  return passed;
}

// Where two units ask for the same, the stricter condition holds.
function give(given: Map<string, PlannedDependency>, entry: PlannedDependency): boolean {
  const known = given.get(entry.resource);
  const isMore = known === undefined || strictness(entry) > strictness(known);
  if (isMore) given.set(entry.resource, entry);
  return isMore;
}

function strictness({ condition }: PlannedDependency): number {
  return CONDITIONS.indexOf(condition);
}
