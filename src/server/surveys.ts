import type { ProjectStatus, ResourceStatus } from "../model/control.ts";
import type { ServedProject } from "../ports/served.ts";
import type { Handling } from "./handler.ts";

/** What was known of a project a moment ago. */
export interface Survey extends ProjectStatus {
  /** By name, in the order of their names. */
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
  const survey = project.control.status().then(surveyFrom);
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

function surveyFrom(status: ProjectStatus): Survey {
  const sorted = [...status.resources].sort((one, other) =>
    one.resource < other.resource ? -1 : 1,
  );
  return { ...status, byName: new Map(sorted.map((each) => [each.resource, each])) };
}
