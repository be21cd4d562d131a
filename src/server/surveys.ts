import type { ProjectStatus, ResourceStatus } from "../model/control.ts";
import type { ServedProject } from "../ports/served.ts";
import type { Handling } from "./handler.ts";

/** What was known of a project a moment ago. */
export interface Survey extends ProjectStatus {
  /** In the order of their names. */
  readonly inOrder: readonly ResourceStatus[];
  /** By name, in the same order. */
  readonly byName: ReadonlyMap<string, ResourceStatus>;
}

interface Kept {
  readonly survey: Promise<Survey>;
  /** Infinite while it is being taken: whoever asks meanwhile gets the same. */
  freshUntilMs: number;
}

/** Making a status of each of 5,000 resources takes milliseconds: what was made serves all who ask so soon. */
const FRESH_MS = 100;

/** With more resources it is kept longer: making it takes at most one part in so many of the time. */
const SHARE = 10;

/** But never longer than that. */
const FRESH_AT_MOST_MS = 5_000;

const kept = new WeakMap<ServedProject, Kept>();

/**
 * Tells how a project and all of its resources are; those who ask at about the same time share one answer.
 *
 * @param project - The project.
 * @param handling - What time it is.
 * @returns How it was, at most 100 ms ago; longer ago where making it takes over 10 ms.
 * @throws {@link StateError} When its state cannot be read.
 */
export function surveyOf(
  project: ServedProject,
  { clock }: Pick<Handling, "clock">,
): Promise<Survey> {
  const startedMs = clock.elapsedMs();
  const last = kept.get(project);
  if (last !== undefined && startedMs < last.freshUntilMs) return last.survey;
  const survey = project.control.status().then((status) => surveyFrom(project, status));
  const next: Kept = { survey, freshUntilMs: Infinity };
  kept.set(project, next);
  survey.then(
    () => {
      const endedMs = clock.elapsedMs();
      next.freshUntilMs = endedMs + freshMs(endedMs - startedMs);
    },
    () => {
      // Whoever asks next tries again.
      if (kept.get(project) === next) kept.delete(project);
    },
  );
  return survey;
}

/**
 * Forgets what was known of a project: whoever changed it sees that at once.
 *
 * @param project - The project.
 */
export function forgetSurvey(project: ServedProject): void {
  kept.delete(project);
}

/**
 * Decides how long an answer serves others.
 *
 * @param tookMs - Making it, in milliseconds.
 * @returns Milliseconds.
 */
export function freshMs(tookMs: number): number {
  return Math.min(Math.max(FRESH_MS, SHARE * tookMs), FRESH_AT_MOST_MS);
}

function surveyFrom(project: ServedProject, status: ProjectStatus): Survey {
  const { resources } = status;
  const order = orderOf(project, resources);
  const inOrder = order.flatMap((place) => resources[place] ?? []);
  let byName: Survey["byName"] | null = null;
  return {
    ...status,
    inOrder,
    get byName() {
      byName ??= new Map(inOrder.map((each) => [each.resource, each]));
      return byName;
    },
  };
}

/** How resources are ordered by their names. */
interface Order {
  /** As they came. */
  readonly names: readonly string[];
  /** Where the first one stands among them, the second one, and so on. */
  readonly places: readonly number[];
}

const orders = new WeakMap<ServedProject, Order>();

// Names seldom change, and sorting thousands of them takes longer than all else.
function orderOf(project: ServedProject, resources: readonly ResourceStatus[]): readonly number[] {
  const last = orders.get(project);
  if (last !== undefined && isSame(resources, last.names)) return last.places;
  const names = resources.map(({ resource }) => resource);
  const places = [...names.keys()].sort((one, other) =>
    (names[one] ?? "") < (names[other] ?? "") ? -1 : 1,
  );
  orders.set(project, { names, places });
  return places;
}

function isSame(resources: readonly ResourceStatus[], names: readonly string[]): boolean {
  return (
    resources.length === names.length &&
    resources.every(({ resource }, place) => resource === names[place])
  );
}
