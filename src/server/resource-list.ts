import { setImmediate as nextTurn } from "node:timers/promises";
import type { z } from "zod";
import type { resourceRoutes } from "../api/routes/resources.ts";
import type { ResourceStatus } from "../model/control.ts";
import { resourceView } from "./views/watching.ts";

type Query = z.output<(typeof resourceRoutes)["resources"]["query"]>;

/** All that is known of the resources of one project. */
export interface Listed {
  readonly project: string;
  /** In the order of their names. */
  readonly resources: Iterable<ResourceStatus>;
}

/** One resource, and where it is. */
export interface Row {
  readonly project: string;
  readonly status: ResourceStatus;
}

/** A page of resources. */
export interface ResourcePage {
  readonly rows: readonly Row[];
  /** How many there are on all pages. */
  readonly total: number;
  /** The place of the last one; null on the last page. */
  readonly next: string | null;
}

/**
 * Chooses a page of resources, by project and name.
 *
 * @param projects - Where they are looked for.
 * @param query - Which ones, how many, and after which one.
 * @returns The page.
 */
export function resourcePage(projects: readonly Listed[], query: Query): ResourcePage {
  const { after, limit } = query;
  const rows: Row[] = [];
  let total = 0;
  let isMore = false;
  for (const { project, resources } of inOrder(projects)) {
    for (const status of resources) {
      if (!isWanted(status, query)) continue;
      total += 1;
      if (after !== undefined && !isAfter(project, status.resource, after)) continue;
      if (rows.length < limit) rows.push({ project, status });
      else isMore = true;
    }
  }
  const last = rows.at(-1);
  const next = isMore && last !== undefined ? `${last.project}/${last.status.resource}` : null;
  return { rows, total, next };
}

function inOrder(projects: readonly Listed[]): readonly Listed[] {
  return [...projects].sort((one, other) => (one.project < other.project ? -1 : 1));
}

function isWanted(
  { state, group: own }: ResourceStatus,
  { health, sync, group }: Pick<Query, "health" | "sync" | "group">,
): boolean {
  return (
    (health === undefined || state.health === health) &&
    (sync === undefined || state.sync === sync) &&
    (group === undefined || own === group)
  );
}

// By the two names on their own: some characters of names come before the slash between them.
function isAfter(project: string, resource: string, after: string): boolean {
  const [inProject = "", name = ""] = after.split("/", 2);
  return project === inProject ? resource > name : project > inProject;
}

/** So many are written at once, within a millisecond or two; then others have their turn. */
export const ROWS_AT_ONCE = 250;

/**
 * Writes a page down in pieces, so that a long one keeps nobody else waiting.
 *
 * @param page - The page.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @yields JSON.
 */
export async function* pageText(
  { rows, total, next }: ResourcePage,
  now: number,
): AsyncGenerator<string, void> {
  yield '{"resources":[';
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    if (first > 0) await nextTurn();
    const texts = rows
      .slice(first, first + ROWS_AT_ONCE)
      .map(({ project, status }) => JSON.stringify(resourceView(status, project, now)));
    yield `${first > 0 ? "," : ""}${texts.join(",")}`;
  }
  yield `],${JSON.stringify({ total, next }).slice(1)}`;
}
