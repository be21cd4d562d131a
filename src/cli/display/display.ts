import type { Observation, WatchedService } from "../../app/watch-services.ts";

/** Shows a person what a watch finds. */
export interface Display extends Disposable {
  /** Called after each check, with what it found and what is known of its service now. */
  readonly onObservation: (observation: Observation, watched: WatchedService) => void;
}
