import type { Hold, Incident, RepairAttempt } from "./incident.ts";
import type { WatchEvent } from "./watch-event.ts";
import type { Finding, Sync, WatchState } from "./watch-state.ts";
import type { Health } from "./verdict.ts";
import type { WatchPolicy } from "./watch-policy.ts";

/** What is known of one resource that is watched. */
export interface ResourceStatus {
  readonly resource: string;
  /** Of its resource: `docker`. */
  readonly kind: string;
  readonly group: string | null;
  readonly state: WatchState;
  /** When it is looked at next, in milliseconds since 1970-01-01 UTC; null when it is paused, or nobody watches. */
  readonly nextLookAt: number | null;
  /** True while it is being looked at. */
  readonly isLooking: boolean;
  /** True while a plan works on it, which keeps it from being judged and repaired. */
  readonly isDeploying: boolean;
  /** Those that concern it. */
  readonly holds: readonly Hold[];
  /** Those that are open. */
  readonly incidents: readonly Incident[];
  /** When it will be destroyed, in milliseconds since 1970-01-01 UTC; null for never. */
  readonly destroyAt: number | null;
}

/** What is known of a project that is watched. */
export interface ProjectStatus {
  readonly project: string;
  readonly folder: string;
  /** Null when no `clockwork up` watches it, or not yet: all else is then what was last known. */
  readonly runningSince: number | null;
  /** Of the `clockwork up` that watches it, or is about to; null when none runs. */
  readonly pid: number | null;
  readonly resources: readonly ResourceStatus[];
  /** Holds on the whole project. */
  readonly holds: readonly Hold[];
  /** Changes that wait for somebody to apply them, one line each: `web: image nginx:1.29 → nginx:1.30`. */
  readonly pendingChanges: readonly string[];
  /** Messages that could not be delivered yet. */
  readonly pendingDeliveries: number;
  /** How late looks began, over the last minute, in milliseconds: the worst; null when nobody watches. */
  readonly latenessMs: number | null;
}

/** Why a resource is what it is. */
export interface Explanation extends ResourceStatus {
  readonly policy: WatchPolicy;
  readonly dependsOn: readonly string[];
  /** What was tried lately, the newest first. */
  readonly repairs: readonly RepairAttempt[];
  /** What happened lately, the newest first. */
  readonly events: readonly WatchEvent[];
  /** What happens next, and when, one sentence each. */
  readonly next: readonly string[];
  readonly passing: readonly Pick<Finding, "name" | "claim" | "actual">[];
}

/** What a look that was asked for came to. */
export interface CheckedNow {
  readonly resource: string;
  readonly health: Health;
  readonly sync: Sync;
  readonly findings: readonly Finding[];
  readonly durationMs: number | null;
}

/** What somebody wants to be held. */
export interface HoldRequest {
  readonly kind: "pause" | "maintenance" | "silence";
  /** Null for the whole project. */
  readonly resource: string | null;
  /** For so long, in milliseconds; null until it is ended. */
  readonly forMs: number | null;
  readonly by: string;
  readonly comment: string;
}

/** What somebody who watches a project can be asked; a running `clockwork up` over its socket, or the command itself. */
export interface WatchControl {
  readonly status: () => Promise<ProjectStatus>;
  /** @throws {@link ConfigurationError} When there is no such resource; the same goes for all below. */
  readonly explain: (resource: string) => Promise<Explanation>;
  /** Looks at it now, whatever its turn. The look counts like any other. */
  readonly checkNow: (resource: string) => Promise<CheckedNow>;
  /**
   * Repairs it now: a person overrides backoff, budgets and giving up. What is healthy and in sync is left alone.
   *
   * @returns The attempt, once it is known whether it helped; null when there was nothing to repair.
   */
  readonly repair: (
    resource: string,
    options: { readonly by: string },
  ) => Promise<RepairAttempt | null>;
  readonly hold: (request: HoldRequest) => Promise<Hold>;
  /** Ends holds of these kinds; gives those that were ended. Null for those of the whole project. */
  readonly release: (request: {
    readonly kinds: readonly Hold["kind"][];
    readonly resource: string | null;
    readonly by: string;
  }) => Promise<readonly Hold[]>;
  /** Somebody takes care of the open incidents of a resource: no more messages, but for their end. */
  readonly acknowledge: (request: {
    readonly resource: string;
    readonly by: string;
    readonly comment: string;
  }) => Promise<readonly Incident[]>;
  /**
   * Follows what happens.
   *
   * @param options - The events to begin with: those with a greater id than `after`, or none older than now.
   * @param onEvent - Called for each, in the order of their ids; it must not throw.
   * @returns When the signal is aborted, or whoever watches stops.
   */
  readonly follow: (
    options: { readonly after: number | null; readonly signal: AbortSignal },
    onEvent: (event: WatchEvent) => void,
  ) => Promise<void>;
}
