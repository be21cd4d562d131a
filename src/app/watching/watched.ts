import type { Claim, Described } from "../../engine/watch/monitor-control.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import type { HintTarget } from "../../ports/hints.ts";

/** One thing that a project watches. */
export interface Watched {
  readonly subject: Subject;
  readonly described: Described;
  /** What must be true of it. */
  readonly claims: readonly Claim[];
  /** What hints are wanted for; null for nothing. */
  readonly hints: HintTarget | null;
  /** Which supervisord it is under; null for the one that its own configuration names, and for what is none of its programs. */
  readonly supervisor: SupervisorAddress | null;
  /** Does what has to be done now and then; null when nothing has. It may reject. */
  readonly tend: (() => Promise<void>) | null;
}
