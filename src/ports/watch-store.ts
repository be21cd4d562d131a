import type { AuditRecord } from "../model/audit.ts";
import type { Heartbeat } from "../model/heartbeat.ts";
import type { Delivery, Hold, Incident, Message, RepairAttempt } from "../model/incident.ts";
import type { ResultRow, Resolution, Retention, RollUp } from "../model/history.ts";
import type { WatchEvent } from "../model/watch-event.ts";
import type { WatchState } from "../model/watch-state.ts";

/** One change of what is known of what is watched. It goes into a commit like any other, and leaves the serial as it is. */
export type WatchChange =
  | { readonly type: "put-watch"; readonly state: WatchState }
  /** Forgets its heartbeat as well. */
  | { readonly type: "delete-watch"; readonly resource: string }
  | { readonly type: "put-incident"; readonly incident: Incident }
  | { readonly type: "put-repair"; readonly repair: RepairAttempt }
  | { readonly type: "put-event"; readonly event: WatchEvent }
  | { readonly type: "put-hold"; readonly hold: Hold }
  | { readonly type: "delete-hold"; readonly id: number }
  /** Writes a message to the outbox, for each of these channels. */
  | {
      readonly type: "put-message";
      readonly message: Message;
      readonly channels: readonly string[];
    }
  /** How far a message has come; known by its message's id and its channel. */
  | { readonly type: "put-delivery"; readonly delivery: Delivery }
  /** The last one of its resource, whatever came before. */
  | { readonly type: "put-heartbeat"; readonly heartbeat: Heartbeat }
  | { readonly type: "put-audit"; readonly record: AuditRecord };

/** The names of these changes. */
export type WatchChangeType = WatchChange["type"];

/** Changes of one of these names: what makes them can be kept in a table, by name. */
export type WatchChangeOf<T extends WatchChangeType> = {
  [K in T]: { readonly type: K } & Extract<WatchChange, { readonly type: K }>;
}[T];

/** All that watching goes on from, of one moment. */
export interface WatchSnapshot {
  /** By resource. */
  readonly states: ReadonlyMap<string, WatchState>;
  /** Those that are open, in the order of their ids. */
  readonly incidents: readonly Incident[];
  /** Those that have not ended, in the order of their ids. */
  readonly repairs: readonly RepairAttempt[];
  readonly holds: readonly Hold[];
  /** Those that are pending, in the order of their messages. */
  readonly deliveries: readonly Delivery[];
  /** The greatest id so far of each; 0 before the first. */
  readonly lastIncident: number;
  readonly lastRepair: number;
  readonly lastEvent: number;
  readonly lastHold: number;
  readonly lastMessage: number;
  readonly lastAudit: number;
}

/** What is asked of a list. The newest come first unless `after` is given. */
export interface ListQuery {
  readonly resource?: string;
  /** At most; 100 by default, 10,000 at the most. */
  readonly limit?: number;
  /** Only those with a greater id, the oldest first. */
  readonly after?: number;
  /** Only those with a smaller id, the newest first; not together with `after`. */
  readonly before?: number;
}

/** What is asked of incidents. */
export interface IncidentQuery extends ListQuery {
  /** Only those that are open, or only those that are not. */
  readonly isOpen?: boolean;
}

/** What is asked of the audit log, which is of all resources. */
export type AuditQuery = Omit<ListQuery, "resource">;

/** What is asked of the history of a resource. Both ends are milliseconds since 1970-01-01 UTC; `to` is exclusive. */
export interface HistoryQuery {
  readonly resource: string;
  readonly from: number;
  readonly to: number;
  /** At most, the newest ones; 10,000 by default and at the most. */
  readonly limit?: number;
}

/** What folding history did. */
export interface FoldReport {
  /** Results that were packed. */
  readonly folded: number;
  /** True when there was more to keep than fits: raw results were shortened. */
  readonly isShortened: boolean;
}

/**
 * Where what is watched is remembered: a part of the {@link Store}, which takes {@link WatchChange} in its commits.
 *
 * Results are many and small: they go in batches, through a queue of limited length whose overflow is reported, and are durable
 * at the next batch rather than at once. Once a batch was written, `kill -9` loses nothing of it.
 */
export interface WatchStore {
  /** Reads all that watching goes on from. */
  readonly watching: () => Promise<WatchSnapshot>;
  /**
   * Appends results, and counters that go with them. Returns at once.
   *
   * @returns False when the queue is full: these results are lost, and counted; the states are not lost but take the place of
   *   earlier ones of the same resource in the next batch.
   */
  readonly record: (batch: {
    readonly results: readonly ResultRow[];
    readonly states: readonly WatchState[];
  }) => boolean;
  /**
   * Waits until what was recorded so far is written.
   *
   * @throws {@link StateError} When it cannot be written.
   */
  readonly flush: () => Promise<void>;
  /** Results that were lost because the queue was full, since the store was opened. */
  readonly lostResults: () => number;
  readonly incidents: (query?: IncidentQuery) => Promise<readonly Incident[]>;
  /** Reads one incident. Null when there is none of that id. */
  readonly incident: (id: number) => Promise<Incident | null>;
  readonly repairs: (query?: ListQuery) => Promise<readonly RepairAttempt[]>;
  readonly events: (query?: ListQuery) => Promise<readonly WatchEvent[]>;
  /** The last heartbeat of a resource; null before the first. */
  readonly heartbeat: (resource: string) => Promise<Heartbeat | null>;
  /** Who changed what over HTTP. */
  readonly audit: (query?: AuditQuery) => Promise<readonly AuditRecord[]>;
  /** Messages with how far they have come, one entry for each channel. */
  readonly deliveries: (query?: ListQuery) => Promise<readonly Delivery[]>;
  /** Single results, the oldest first. */
  readonly results: (query: HistoryQuery) => Promise<readonly ResultRow[]>;
  /** Counted results, the oldest first; spans without a result are left out. The span that is under way is included. */
  readonly rollUps: (
    query: HistoryQuery & { readonly resolution: Resolution },
  ) => Promise<readonly RollUp[]>;
  /**
   * Packs what is older than the hour that is under way, counts it, and drops what is too old. It works in slices: a commit
   * never waits for more than one of them.
   *
   * @param options - The time, in milliseconds since 1970-01-01 UTC, and how long what is kept.
   */
  readonly fold: (options: {
    readonly now: number;
    readonly retention?: Retention;
  }) => Promise<FoldReport>;
}
