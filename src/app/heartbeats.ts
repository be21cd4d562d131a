import { StateError } from "../model/deploy-errors.ts";
import { ObservationError } from "../model/errors.ts";
import type { Heartbeats } from "../ports/heartbeats.ts";
import type { Store } from "../ports/store.ts";

/**
 * Finds heartbeats where whoever takes them has put them: in the state of a project. Nothing is written.
 *
 * @param store - The state.
 * @returns What jobs have reported.
 */
export function storedHeartbeats(store: Pick<Store, "pulse">): Heartbeats {
  return {
    of: async (resource) => {
      try {
        return await store.pulse(resource);
      } catch (error) {
        if (error instanceof StateError) throw new ObservationError(error.message);
        throw error;
      }
    },
  };
}
