import type { Look } from "../../model/watch-state.ts";
import type { Entry } from "./entry.ts";

/** A look at what a resource needs counts when it began this long before the resource was looked at, in milliseconds. */
const FRESH_MS = 1_000;

/** Who is watched, and how to look at one of them now. */
export interface CauseContext {
  readonly entry: (name: string) => Entry | undefined;
  /** Gives the next look that began at that time or later; null when there will be none. */
  readonly lookSince: (entry: Entry, sinceMs: number) => Promise<Look | null>;
}

/**
 * Finds out whether a resource fails because of what it needs: that is looked at at once, unless it was just now. However many
 * fail together, what they need is looked at once.
 *
 * @param entry - A resource whose look failed.
 * @param startedMs - When that look began.
 * @param context - Who is watched.
 * @returns The name of the resource at the root; null when what it needs is well, or cannot be looked at.
 */
export async function rootCause(
  entry: Entry,
  startedMs: number,
  context: CauseContext,
): Promise<string | null> {
  const roots = await Promise.all(
    entry.subject.dependsOn.map(async (name) => {
      const needed = context.entry(name);
      return needed === undefined ? null : await rootOf(needed, startedMs - FRESH_MS, context);
    }),
  );
  return roots.find((root) => root !== null) ?? null;
}

async function rootOf(
  needed: Entry,
  sinceMs: number,
  { lookSince }: CauseContext,
): Promise<string | null> {
  // What fails is looked at soon again anyway.
  if (!isFailing(needed) && needed.lookedMs < sinceMs) await lookSince(needed, sinceMs);
  if (!isFailing(needed)) return null;
  return needed.state.causedBy ?? needed.subject.name;
}

function isFailing({ look, state, exclusions }: Entry): boolean {
  if (exclusions > 0) return false;
  return look?.verdict === "fail" || state.health === "unhealthy";
}
