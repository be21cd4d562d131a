import type { Served, ServedProject } from "../ports/served.ts";
import type { Handling } from "./handler.ts";
import { forgetSurvey, freshMs, surveyOf } from "./surveys.ts";
import type { Glance } from "./pages/about.ts";
import { countsOf, overviewFrom, summaryOf, type Overview, type Share } from "./views/overview.ts";

interface Kept {
  readonly overview: Overview | Promise<Overview>;
  /** Infinite while it is being made. */
  freshUntilMs: number;
}

const kept = new WeakMap<Served, Kept>();

/** At least so long it serves all who ask, in milliseconds. */
const FRESH_MS = 250;

/**
 * Tells how everything is. However often it is asked, resources are counted a few times a second.
 *
 * @param handling - What is served.
 * @returns How it was, at most 250 ms ago; longer ago where finding out takes its time. At once where all is watched here.
 * @throws {@link StateError} When the state of a project cannot be read.
 */
export function overviewOf({ served, clock }: Handling): Overview | Promise<Overview> {
  const startedMs = clock.elapsedMs();
  const last = kept.get(served);
  if (last !== undefined && startedMs < last.freshUntilMs) return last.overview;
  const shares = served.projects().map((project) => shareOf(project, { clock }));
  const next: Kept = { overview: overviewWhenKnown(shares), freshUntilMs: Infinity };
  kept.set(served, next);
  const refresh = (): void => {
    const endedMs = clock.elapsedMs();
    next.freshUntilMs = endedMs + Math.max(FRESH_MS, freshMs(endedMs - startedMs));
  };
  if (next.overview instanceof Promise) {
    next.overview.then(refresh, () => {
      if (kept.get(served) === next) kept.delete(served);
    });
  } else refresh();
  return next.overview;
}

/**
 * Forgets what was known of a project, and of all of them: whoever changed something sees that at once.
 *
 * @param project - What was changed.
 * @param handling - What is served.
 */
export function forget(project: ServedProject, { served }: Pick<Handling, "served">): void {
  forgetSurvey(project);
  kept.delete(served);
}

/**
 * Tells how each project is.
 *
 * @param handling - What is served.
 * @returns In the order in which they were named.
 * @throws {@link StateError} When the state of one cannot be read.
 */
export async function glancesOf({ served, clock }: Handling): Promise<readonly Glance[]> {
  return await Promise.all(
    served.projects().map(async (project) => {
      const { counts } = await shareOf(project, { clock });
      return { name: project.name, status: summaryOf(counts), counts };
    }),
  );
}

function overviewWhenKnown(shares: readonly (Share | Promise<Share>)[]): Kept["overview"] {
  if (shares.every(isKnown)) return overviewFrom(shares);
  return Promise.all(shares.map(async (share) => await share)).then(overviewFrom);
}

function isKnown(share: Share | Promise<Share>): share is Share {
  return !(share instanceof Promise);
}

function shareOf(
  project: ServedProject,
  handling: Pick<Handling, "clock">,
): Share | Promise<Share> {
  const { watching } = project;
  if (watching !== null) {
    const { counts, latenessMs, meter } = watching;
    return { counts: counts(), latenessMs: latenessMs(), cycle: meter.cycle(), isWatched: true };
  }
  return surveyOf(project, handling).then(({ resources, latenessMs }) => ({
    counts: countsOf(resources),
    latenessMs,
    cycle: null,
    isWatched: false,
  }));
}
