import { setImmediate as nextTurn } from "node:timers/promises";
import type { Incident } from "../../model/incident.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { ServedProject, ServedWatching } from "../../ports/served.ts";
import type { Handling } from "../handler.ts";
import { surveyOf } from "../surveys.ts";
import type { ProjectRow } from "./project-families.ts";
import { resourceLabels, type ResourceLabels, type ResourceRow } from "./resource-row.ts";

/** So many resources are gone through before others have their turn. */
const RESOURCES_AT_ONCE = 2_000;

const NO_CLAIMS: readonly never[] = [];

/**
 * Gathers what is known of a project: of what is watched here at this moment, otherwise as it is stored.
 *
 * @param served - The project.
 * @param project - As it stands in labels.
 * @param handling - What time it is.
 * @returns What is told of it.
 * @throws {@link StateError} When its state cannot be read.
 */
export async function projectRow(
  served: ServedProject,
  project: string,
  handling: Pick<Handling, "clock">,
): Promise<ProjectRow> {
  const labels = labelsOf(served, project);
  const gathered = new Gathered(labels);
  const { watching } = served;
  const isWatched =
    watching === null
      ? await gatherStored(gathered, served, handling)
      : await gatherWatched(gathered, watching);
  return {
    project,
    isWatched,
    resources: gathered.rows,
    openIncidents: gathered.openIncidents,
    meter: watching?.meter ?? null,
    labelsOf: (resource) => labels.find(resource),
  };
}

/** Labels of the resources of one project: they are the same from one scrape to the next. */
class ProjectLabels {
  readonly project: string;
  readonly #known = new Map<string, ResourceLabels>();

  constructor(project: string) {
    this.project = project;
  }

  find(resource: string): string | null {
    return this.#known.get(resource)?.labels ?? null;
  }

  of(
    { resource, sync }: Pick<WatchState, "resource" | "sync">,
    kind: string,
    claims: ResourceLabels["claims"],
  ): ResourceLabels {
    const known = this.#known.get(resource);
    const isSame = known?.kind === kind && isSameClaims(known.claims, claims);
    const named = isSame
      ? known
      : resourceLabels({ project: this.project, resource }, kind, claims);
    if (!isSame) this.#known.set(resource, named);
    named.isCompared ||= sync !== "unknown" || known?.isCompared === true;
    return named;
  }

  keepOnly(present: ReadonlyMap<string, unknown>): void {
    if (this.#known.size === present.size) return;
    for (const name of this.#known.keys()) if (!present.has(name)) this.#known.delete(name);
  }
}

/** What is gathered of one project. */
class Gathered {
  readonly rows: ResourceRow[] = [];
  readonly openIncidents = { failure: 0, drift: 0, blind: 0 };
  readonly labels: ProjectLabels;

  constructor(labels: ProjectLabels) {
    this.labels = labels;
  }

  // Now and then it has to be waited for.
  add(row: ResourceRow, incidents: readonly Incident[]): Promise<unknown> | null {
    this.rows.push(row);
    for (const { kind } of incidents) this.openIncidents[kind] += 1;
    return this.rows.length % RESOURCES_AT_ONCE === 0 ? nextTurn() : null;
  }
}

const kept = new WeakMap<ServedProject, ProjectLabels>();

function labelsOf(served: ServedProject, project: string): ProjectLabels {
  const known = kept.get(served);
  if (known?.project === project) return known;
  const labels = new ProjectLabels(project);
  kept.set(served, labels);
  return labels;
}

function isSameClaims(one: ResourceLabels["claims"], other: ResourceLabels["claims"]): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  return one.every(
    ({ name, claim }, index) => name === other[index]?.name && claim === other[index].claim,
  );
}

async function gatherWatched(
  gathered: Gathered,
  { meter, entries, describe, claims }: ServedWatching,
): Promise<true> {
  const { labels } = gathered;
  for (const [resource, { state, look, incidents }] of entries()) {
    const named = labels.of(state, describe(resource).kind, claims(resource));
    const row = { named, state, look, reading: meter.resource(resource) };
    const turn = gathered.add(row, incidents);
    if (turn !== null) await turn;
  }
  labels.keepOnly(entries());
  return true;
}

async function gatherStored(
  gathered: Gathered,
  served: ServedProject,
  handling: Pick<Handling, "clock">,
): Promise<boolean> {
  const { labels } = gathered;
  const { byName, runningSince } = await surveyOf(served, handling);
  for (const { kind, state, incidents } of byName.values()) {
    const named = labels.of(state, kind, NO_CLAIMS);
    const turn = gathered.add({ named, state, look: null, reading: null }, incidents);
    if (turn !== null) await turn;
  }
  labels.keepOnly(byName);
  return runningSince !== null;
}
