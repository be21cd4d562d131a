import type {
  DeployedResource,
  JournalStep,
  Version,
  VersionSummary,
} from "../model/deployment.ts";
import type { Pulse } from "../model/heartbeat.ts";
import type { WatchChange, WatchStore } from "./watch-store.ts";

/** One change of the state. All changes of one commit happen, or none. */
export type StateChange = DeployChange | WatchChange;

/** One change of what is deployed. A commit that holds any, or none at all, makes the serial rise. */
export type DeployChange =
  | { readonly type: "put-resource"; readonly name: string; readonly resource: DeployedResource }
  /** Forgets its heartbeat as well: who makes it again waits for a new one. */
  | { readonly type: "delete-resource"; readonly name: string }
  | { readonly type: "put-step"; readonly step: JournalStep }
  | { readonly type: "put-version"; readonly version: Version }
  /** Content that a version needs: kept under its SHA-256; the same content again changes nothing. */
  | { readonly type: "keep-content"; readonly sha256: string; readonly bytes: Uint8Array }
  /** Begins a run: whoever commits with an earlier number from now on is refused. */
  | { readonly type: "begin-run"; readonly run: number }
  | { readonly type: "set-pin"; readonly version: number | null };

/** What must be so for a commit to happen. */
export interface Expectation {
  /** The number of commits so far, those left out that are of watching alone. */
  readonly serial?: number;
  /** The run that is under way. */
  readonly run?: number;
}

/** The state of a project, as far as deciding needs it. */
export interface StateSnapshot {
  /** The number of commits so far, those left out that are of watching alone; 0 for a state that was never written. */
  readonly serial: number;
  /** The last run that began; 0 before the first. */
  readonly run: number;
  /** By name. */
  readonly resources: ReadonlyMap<string, DeployedResource>;
  /** Steps whose end is not known, in their order. */
  readonly openSteps: readonly JournalStep[];
  /** The greatest id of a step; 0 before the first. */
  readonly lastStep: number;
  /** The newest version; 0 before the first. */
  readonly lastVersion: number;
  /** The version that the project is pinned to; null when it is not. */
  readonly pinnedTo: number | null;
}

/** Where the state of a project lives. Every implementation passes one suite of laws. */
export interface Store extends WatchStore, AsyncDisposable {
  /** Reads what deciding needs, all of one moment. */
  readonly snapshot: () => Promise<StateSnapshot>;
  /**
   * Changes the state: all of it, durably, or nothing. What was recorded before of the same resource does not come after it.
   *
   * @param changes - In their order.
   * @param options - What must be so.
   * @returns The new serial; the present one when all changes are of watching: no plan becomes stale by what was watched.
   * @throws {@link StateConflictError} When that is not so: somebody else has changed the state. Nothing was changed.
   * @throws {@link StateError} When it cannot be written: a full disk, a read-only folder. Nothing was changed.
   */
  readonly commit: (
    changes: readonly StateChange[],
    options?: { readonly expect?: Expectation },
  ) => Promise<number>;
  /** What is known of the job that a resource stands for. */
  readonly pulse: (resource: string) => Promise<Pulse>;
  /** Lists versions, the newest first. */
  readonly versions: (options?: { readonly limit?: number }) => Promise<readonly VersionSummary[]>;
  /**
   * Reads a version.
   *
   * @returns Null when there is none of that number.
   */
  readonly version: (number: number) => Promise<Version | null>;
  /** The steps of a version, in their order. */
  readonly steps: (version: number) => Promise<readonly JournalStep[]>;
  /**
   * Finds the newest version that failed with that hash, unless a later one succeeded with it.
   *
   * @returns Its number; null when none did.
   */
  readonly quarantined: (hash: string) => Promise<number | null>;
  /**
   * Brings back what was kept.
   *
   * @returns Null when it never was.
   */
  readonly content: (sha256: string) => Promise<Uint8Array | null>;
}
