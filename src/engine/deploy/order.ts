import type { Change } from "../../model/deployment.ts";
import type { Condition } from "../../model/policy.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { findCycles } from "../dependencies.ts";

/** What has to have happened before a change begins. */
export interface Need {
  readonly resource: string;
  /** `ended`: its change is done, whatever it was. */
  readonly condition: Condition | "ended";
}

/** By resource, what each change waits for. */
export type Needs = ReadonlyMap<string, readonly Need[]>;

/**
 * Finds what each change waits for: what it depends on; whoever holds what it takes for itself; and, for what is deleted, all
 * that depended on it, and everything that is made. What goes is given up last, unless its place is needed.
 *
 * @param changes - All of a plan, `keep` included.
 * @returns Needs among these changes.
 * @throws {@link DeployError} When they wait for one another in a circle, as when two resources swap their places.
 */
export function needsOf(changes: readonly Change[]): Needs {
  const byName = new Map(changes.map((change) => [change.resource, change]));
  const holders = holdersOf(changes);
  const dependents = dependentsOf(changes);
  const early = earlyDeletes(changes, holders, dependents);
  const made = changes
    .filter(({ action }) => action !== "delete" && action !== "keep")
    .map(({ resource }): Need => ({ resource, condition: "ended" }));
  const needs = new Map<string, readonly Need[]>();
  for (const change of changes) {
    const { resource, action, wanted } = change;
    if (action === "delete") {
      const own = (dependents.get(resource) ?? []).map(ended);
      needs.set(resource, unique(early.has(resource) ? own : [...own, ...made]));
      continue;
    }
    const depended = (wanted?.dependsOn ?? []).filter((need) => byName.has(need.resource));
    needs.set(resource, unique([...depended, ...obstacles(change, holders).map(ended)]));
  }
  refuseCircles(needs);
  return needs;
}

/**
 * Puts changes in the order in which they may be carried out one by one.
 *
 * @param changes - All of a plan.
 * @returns The same, each behind what it waits for; otherwise in the order given.
 * @throws {@link DeployError} As {@link needsOf}.
 */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const needs = needsOf(changes);
  const byName = new Map(changes.map((change) => [change.resource, change]));
  const ordered = new Map<string, Change>();
  // Depth first and without recursion: chains may be long.
  for (const change of changes) {
    const stack = [change];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { resource } = top;
      const next = (needs.get(resource) ?? [])
        .map((need) => byName.get(need.resource))
        .find((needed) => needed !== undefined && !ordered.has(needed.resource));
      if (next !== undefined && !ordered.has(resource)) stack.push(next);
      else {
        ordered.set(resource, top);
        stack.pop();
      }
    }
  }
  return [...ordered.values()];
}

type Names = ReadonlyMap<string, readonly string[]>;

// Who holds a claim that it gives up.
function holdersOf(changes: readonly Change[]): ReadonlyMap<string, string> {
  const holders = new Map<string, string>();
  for (const { resource, recorded, wanted } of changes) {
    const kept = new Set(wanted?.claims);
    for (const claim of recorded?.spec.claims ?? []) {
      if (!kept.has(claim)) holders.set(claim, resource);
    }
  }
  return holders;
}

function obstacles({ resource, wanted }: Change, holders: ReadonlyMap<string, string>): string[] {
  return (wanted?.claims ?? [])
    .map((claim) => holders.get(claim))
    .filter((holder) => holder !== undefined && holder !== resource)
    .filter((holder) => holder !== undefined);
}

// What was deployed on top of something goes, or moves away, before that goes.
function dependentsOf(changes: readonly Change[]): Names {
  const dependents = new Map<string, string[]>();
  for (const { resource, recorded } of changes) {
    for (const { resource: needed } of recorded?.spec.dependsOn ?? []) {
      const known = dependents.get(needed);
      if (known === undefined) dependents.set(needed, [resource]);
      else known.push(resource);
    }
  }
  return dependents;
}

function earlyDeletes(
  changes: readonly Change[],
  holders: ReadonlyMap<string, string>,
  dependents: Names,
): ReadonlySet<string> {
  const deletes = new Set(
    changes.filter(({ action }) => action === "delete").map(({ resource }) => resource),
  );
  const early = new Set<string>();
  const queue = changes.flatMap((change) => obstacles(change, holders));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (!deletes.has(name) || early.has(name)) continue;
    early.add(name);
    queue.push(...(dependents.get(name) ?? []));
  }
  return early;
}

function ended(resource: string): Need {
  return { resource, condition: "ended" };
}

function unique(needs: readonly Need[]): readonly Need[] {
  const byName = new Map<string, Need>();
  for (const need of needs) {
    // To have ended is more than all others.
    if (!byName.has(need.resource) || need.condition === "ended") byName.set(need.resource, need);
  }
  return [...byName.values()];
}

function refuseCircles(needs: Needs): void {
  const graph = new Map(
    [...needs].map(([name, list]) => [name, list.map(({ resource }) => resource)]),
  );
  const [cycle] = findCycles(graph);
  if (cycle === undefined) return;
  throw new DeployError(`changes wait for one another in a circle: ${cycle.join(" → ")}`, {
    code: "dependency-cycle",
    hint: "apply it in two steps: first without one of them",
  });
}
