import { uniqueLabel } from "../../model/unique-label.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import type { ResourceReading } from "../../ports/watch-meter.ts";
import { labelsText } from "./labels.ts";

/** One thing that must be true of a resource. */
interface Claim {
  readonly name: string;
  readonly claim: string;
}

/** What names the series of one resource: it is the same from one scrape to the next. */
export interface ResourceLabels {
  readonly kind: string;
  /** As {@link labelsText} gives them. */
  readonly labels: string;
  /** What must be true of it; with another list the labels are made anew. */
  readonly claims: readonly Claim[];
  /** The label of each claim. */
  readonly assertions: readonly string[];
  /** True once it was compared with what was deployed: only then it tells how that is, and does so for as long as it is there. */
  isCompared: boolean;
}

/** One resource in one scrape. */
export interface ResourceRow {
  readonly named: ResourceLabels;
  readonly state: WatchState;
  /** What the last look came to; null when nobody looked yet, or nobody watches. */
  readonly look: Look | null;
  /** What was counted; null when nobody watches. */
  readonly reading: ResourceReading | null;
}

/**
 * Names the series of a resource. Claims of the same class are numbered, in the order in which they are declared.
 *
 * @param where - The project, as it stands in labels, and the name of the resource.
 * @param kind - Its kind.
 * @param claims - What must be true of it.
 * @returns The labels.
 */
export function resourceLabels(
  { project, resource }: { readonly project: string; readonly resource: string },
  kind: string,
  claims: readonly Claim[],
): ResourceLabels {
  const labels = labelsText({ project, resource, kind });
  const taken = new Set<string>();
  const assertions = claims.map(({ name }) => assertionLabel(uniqueLabel(name, taken)));
  return { kind, labels, claims, assertions, isCompared: false };
}

/** There are few classes, and 100,000 resources may have assertions of them. */
const written = new Map<string, string>();
const LIMIT_WRITTEN = 10_000;

function assertionLabel(assertion: string): string {
  const known = written.get(assertion);
  if (known !== undefined) return known;
  const label = labelsText({ assertion });
  if (written.size < LIMIT_WRITTEN) written.set(assertion, label);
  return label;
}
