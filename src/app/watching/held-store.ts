import type { Hold } from "../../model/incident.ts";
import type { Store } from "../../ports/store.ts";

/**
 * Lets whoever watches from a store do nothing by itself: it finds the whole project held, which nobody has stored. It looks, and
 * does what a person asks for; nothing is repaired, told or destroyed besides.
 *
 * @param store - The store.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns The same store, with holds that are there for this reader alone.
 */
export function heldStore(store: Store, now: number): Store {
  const hold = { resource: null, from: now, until: null, by: "clockwork", comment: "" };
  const holds: readonly Hold[] = [
    // Below all ids that are given out.
    { ...hold, id: -1, kind: "maintenance" },
    { ...hold, id: -2, kind: "clock" },
  ];
  return {
    ...store,
    watching: async () => {
      const snapshot = await store.watching();
      return { ...snapshot, holds: [...snapshot.holds, ...holds] };
    },
  };
}
