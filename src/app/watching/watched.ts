import type { Claim, Described } from "../../engine/watch/monitor-control.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { JsonObject } from "../../model/json.ts";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import type { HintTarget } from "../../ports/hints.ts";

/** A claim, and what it is about. */
export interface WatchedClaim extends Claim {
  readonly parameters: JsonObject;
}

/** One thing that a project watches. */
export interface Watched {
  readonly subject: Subject;
  readonly described: Described;
  /** What must be true of it. */
  readonly claims: readonly WatchedClaim[];
  /** What hints are wanted for; null for nothing. */
  readonly hints: HintTarget | null;
  /** Which supervisord it is under; null for the one that its own configuration names, and for what is none of its programs. */
  readonly supervisor: SupervisorAddress | null;
  /** Does what has to be done now and then; null when nothing has. It may reject. */
  readonly tend: (() => Promise<void>) | null;
}

/**
 * Gathers what is asked over HTTP.
 *
 * @param watched - What is watched.
 * @returns The URLs of their claims; one may be there more than once.
 */
export function urlsOf(watched: readonly Pick<Watched, "claims">[]): readonly string[] {
  return watched.flatMap(({ claims }) =>
    claims.flatMap(({ parameters: { url } }) =>
      typeof url === "string" && /^https?:/iu.test(url) ? [url] : [],
    ),
  );
}
