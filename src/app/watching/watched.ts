import type { Described } from "../../engine/watch/monitor-control.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { HintTarget } from "../../ports/hints.ts";

/** One thing that a project watches. */
export interface Watched {
  readonly subject: Subject;
  readonly described: Described;
  /** What hints are wanted for; null for nothing. */
  readonly hints: HintTarget | null;
}
