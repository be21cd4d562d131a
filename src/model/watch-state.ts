import type { Health, Verdict } from "./verdict.ts";

/** Whether a resource is as it was deployed. `unknown` for what is only looked at, and before the first look. */
export type Sync = "unknown" | "in_sync" | "drifted" | "missing";

/** What one assertion said, or how one field differs, in a few words. Without secrets. */
export interface Finding {
  /** The class's name, `PortAccessibleAssert`; or a field that drifted, `envVars.PORT`. */
  readonly name: string;
  readonly verdict: Exclude<Verdict, "skipped">;
  /** `warn` when it makes its resource degraded, and no more. */
  readonly severity: "fail" | "warn";
  /** What must be true. */
  readonly claim: string;
  readonly expected: string;
  readonly actual: string;
}

/** What one look at a resource came to. */
export interface Look {
  /** When it began, in milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly verdict: Verdict;
  /** True when it passed, and only warnings did not. */
  readonly isDegraded: boolean;
  readonly sync: Sync;
  /** True when nothing can become of it by itself: its container or process has ended, or is gone. */
  readonly isConclusive: boolean;
  /** What did not pass, and what drifted, at most {@link LIMIT_FINDINGS}; empty when all is well. */
  readonly findings: readonly Finding[];
  /** In milliseconds; null when nobody looked. */
  readonly durationMs: number | null;
}

/** So many findings of one look are kept. */
export const LIMIT_FINDINGS = 20;

/** What was done to bring a resource back, as far as choosing the next step needs it. */
export interface RepairState {
  /** When each attempt of the last hour began, the oldest first; at most 32. Milliseconds since 1970-01-01 UTC. */
  readonly recent: readonly number[];
  /** Attempts in a row without ten healthy minutes in between: the backoff goes by it. */
  readonly attempts: number;
  /** How often each step of the ladder was tried since then, by its place. */
  readonly tried: readonly number[];
  /** No attempt before; null when one may begin at once. */
  readonly nextAt: number | null;
  /** Nothing more is tried until a person, a new version or ten healthy minutes. */
  readonly hasGivenUp: boolean;
  /** The attempt whose action is under way; null when none is. */
  readonly running: number | null;
  /** The attempt whose action is done, and which the resource's own assertions have not confirmed yet; null when none is. */
  readonly proving: number | null;
  /** Until then failures are those of something that was just started, and do not count. */
  readonly graceUntil: number | null;
}

/** What is believed of one resource: plain data, kept in the state, from which watching goes on after a crash. */
export interface WatchState {
  readonly resource: string;
  readonly health: Health;
  readonly sync: Sync;
  /** Failures in a row; errors in between neither count nor reset. */
  readonly failures: number;
  /** Passes in a row, as far as they are counted; errors in between neither count nor reset. */
  readonly passes: number;
  /** Errors in a row, as far as they are counted. */
  readonly errors: number;
  /** The last conclusive results, the oldest first: `p` or `f`. As many as flapping and the window need. */
  readonly recent: string;
  readonly isFlapping: boolean;
  /** Since when its health is what it is; null before the first look. */
  readonly since: number | null;
  /** When it was last looked at; null before the first look. It may lag behind where nothing changes. */
  readonly lookedAt: number | null;
  /** Since when it has been healthy without a break; null when it is not. */
  readonly healthySince: number | null;
  /** The resource at the root of its failure; null when that is itself, or nothing failed. */
  readonly causedBy: string | null;
  /** What did not pass at the last look. */
  readonly findings: readonly Finding[];
  readonly repair: RepairState;
  /** Its open incidents, by their ids. */
  readonly incidents: readonly number[];
  /** When its time was over (`maxDuration`) and it was destroyed: it is not made again until somebody applies. */
  readonly expiredAt: number | null;
  /** Identifies what was watched: another one begins anew. */
  readonly specHash: string;
}
