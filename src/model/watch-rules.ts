/** What all stores keep of watching, beside what {@link Retention} says. */
export const WATCH_LIMITS = {
  /** So many results wait to be written; those that come on top are lost. */
  queue: 200_000,
  /** So many events are kept, the newest. */
  events: 100_000,
  /** So long messages are kept that were delivered, in milliseconds. */
  deliveredMs: 90 * 24 * 3_600_000,
  /** So many are listed unless somebody asks otherwise. */
  listed: 100,
  /** So many are listed at the most, of whatever it is. */
  listedMost: 10_000,
} as const;

/** The changes of a state that are of watching. */
const WATCH_CHANGES = [
  "put-watch",
  "delete-watch",
  "put-incident",
  "put-repair",
  "put-event",
  "put-hold",
  "delete-hold",
  "put-message",
  "put-delivery",
  "put-heartbeat",
  "put-audit",
] as const;

type WatchType = (typeof WATCH_CHANGES)[number];

const WATCH_TYPES: ReadonlySet<string> = new Set(WATCH_CHANGES);

/**
 * Tells changes of what is watched from those of what is deployed.
 *
 * @param change - A change of a state.
 * @returns True for the former.
 */
export function isWatchChange<T extends { readonly type: string }>(
  change: T,
): change is Extract<T, { readonly type: WatchType }> {
  return WATCH_TYPES.has(change.type);
}

/**
 * Tells a commit that leaves the serial as it is.
 *
 * @param changes - Its changes.
 * @returns True when there is one, and all are of what is watched.
 */
export function isWatchOnly(changes: readonly { readonly type: string }[]): boolean {
  return changes.length > 0 && changes.every(isWatchChange);
}

/**
 * Tells which part of a history is old enough to go. Parts go as a whole, once all that is in them is too old.
 *
 * @param now - In milliseconds since 1970-01-01 UTC.
 * @param keepMs - How long it is kept.
 * @param chunkMs - How long a part is.
 * @returns The number of the first part that stays, counted from 1970-01-01 UTC.
 */
export function firstKept(now: number, keepMs: number, chunkMs: number): number {
  return Math.max(0, Math.floor((now - keepMs) / chunkMs));
}

/**
 * Brings what somebody wants listed within the limits.
 *
 * @param limit - How many; none for what is usual.
 * @param usual - How many that are.
 * @returns From 1 to 10,000.
 */
export function listLimit(limit: number | undefined, usual: number): number {
  const wanted = Math.floor(limit ?? usual);
  return Math.min(WATCH_LIMITS.listedMost, Math.max(1, Number.isNaN(wanted) ? usual : wanted));
}

/** What is known by its resource and a rising id. */
interface Listed {
  readonly id: number;
  readonly resource: string | null;
}

/**
 * Picks from a list what is asked for.
 *
 * @param all - All there are, in the order of their ids.
 * @param query - As for `ListQuery`.
 * @param idOf - What each is listed by.
 * @returns The newest first, or the oldest first after an id.
 */
export function listed<T>(
  all: readonly T[],
  query: {
    readonly resource?: string;
    readonly limit?: number;
    readonly after?: number;
    readonly before?: number;
  },
  idOf: (one: T) => Listed,
): readonly T[] {
  const { resource, after, before = Infinity } = query;
  const wanted = all.filter((one) => {
    const { id, resource: own } = idOf(one);
    const isBetween = id > (after ?? -Infinity) && id < before;
    return isBetween && (resource === undefined || own === resource);
  });
  const limit = listLimit(query.limit, WATCH_LIMITS.listed);
  return (after === undefined ? wanted.toReversed() : wanted).slice(0, limit);
}
