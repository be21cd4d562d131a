import type { HoldRequest } from "../../model/control.ts";
import type { Hold, Incident } from "../../model/incident.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { WatchChange, WatchSnapshot } from "../../ports/watch-store.ts";

/** What somebody asked for, as it is stored, and what it came to. */
export interface Held<T> {
  readonly changes: readonly WatchChange[];
  readonly result: T;
}

/**
 * Holds something back. Pure.
 *
 * @param request - What, for how long, and who wants it.
 * @param known - What is stored.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns The hold, and what stores it.
 */
export function holding(
  { kind, resource, forMs, by, comment }: HoldRequest,
  { lastHold, lastEvent }: WatchSnapshot,
  now: number,
): Held<Hold> {
  const until = forMs === null ? null : now + forMs;
  const hold = { id: lastHold + 1, kind, resource, from: now, until, by, comment };
  const text = `${kind} by ${by}${comment === "" ? "" : `: ${comment}`}`;
  const event: WatchEvent = {
    id: lastEvent + 1,
    at: now,
    type: "held",
    resource,
    text,
    data: { kind, by },
  };
  return {
    changes: [
      { type: "put-hold", hold },
      { type: "put-event", event },
    ],
    result: hold,
  };
}

/**
 * Ends holds. Pure.
 *
 * @param request - Of which kinds, of which resource, null for those of the whole project, and who wants it.
 * @param known - What is stored.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns Those that end, and what stores it.
 */
export function releasing(
  {
    kinds,
    resource,
    by,
  }: {
    readonly kinds: readonly Hold["kind"][];
    readonly resource: string | null;
    readonly by: string;
  },
  { holds, lastEvent }: WatchSnapshot,
  now: number,
): Held<readonly Hold[]> {
  const ended = holds.filter((hold) => hold.resource === resource && kinds.includes(hold.kind));
  const changes = ended.flatMap(({ id, kind }, index): readonly WatchChange[] => {
    const event: WatchEvent = {
      id: lastEvent + 1 + index,
      at: now,
      type: "released",
      resource,
      text: `${kind} ended: by ${by}`,
      data: { kind },
    };
    return [
      { type: "delete-hold", id },
      { type: "put-event", event },
    ];
  });
  // What is over already was not ended by anybody.
  return { changes, result: ended.filter(({ until }) => until === null || until > now) };
}

/**
 * Notes that somebody takes care of the open incidents of a resource. Pure.
 *
 * @param request - Who, of which resource, and what they say.
 * @param known - What is stored.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns The incidents as they are then, and what stores them.
 */
export function acknowledging(
  {
    resource,
    by,
    comment,
  }: { readonly resource: string; readonly by: string; readonly comment: string },
  { incidents, lastEvent }: WatchSnapshot,
  now: number,
): Held<readonly Incident[]> {
  const taken = incidents
    .filter((incident) => incident.resource === resource)
    .map((incident): Incident => ({ ...incident, acknowledged: { by, at: now, comment } }));
  if (taken.length === 0) return { changes: [], result: [] };
  const event: WatchEvent = {
    id: lastEvent + 1,
    at: now,
    type: "acknowledged",
    resource,
    text: `taken over by ${by}${comment === "" ? "" : `: ${comment}`}`,
    data: { by, incidents: taken.map(({ id }) => id) },
  };
  return {
    changes: [
      ...taken.map((incident): WatchChange => ({ type: "put-incident", incident })),
      { type: "put-event", event },
    ],
    result: taken,
  };
}
