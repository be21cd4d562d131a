import type { Pulse } from "../model/heartbeat.ts";

/** What jobs have reported about themselves. */
export interface Heartbeats {
  /**
   * Tells what is known of the job that a resource stands for.
   *
   * @param resource - The name of the resource.
   * @throws {@link ObservationError} When its project has no state that could be read.
   */
  readonly of: (resource: string) => Promise<Pulse>;
}
