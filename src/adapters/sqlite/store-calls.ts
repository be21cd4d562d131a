import type { AuditRecord } from "../../model/audit.ts";
import type { JournalStep, Version, VersionSummary } from "../../model/deployment.ts";
import type { Heartbeat, Pulse } from "../../model/heartbeat.ts";
import type { Incident, Delivery, RepairAttempt } from "../../model/incident.ts";
import type { ResultRow, Resolution, Retention, RollUp } from "../../model/history.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Expectation, StateChange, StateSnapshot } from "../../ports/store.ts";
import type {
  AuditQuery,
  FoldReport,
  HistoryQuery,
  IncidentQuery,
  ListQuery,
} from "../../ports/watch-store.ts";
import type { WatchingRows } from "./watch-reads.ts";

/** What is given to each question to a state: the names are those of the store's functions. */
interface Questions {
  readonly snapshot: object;
  readonly pulse: { readonly resource: string };
  readonly versions: { readonly limit: number };
  readonly version: { readonly number: number };
  readonly steps: { readonly version: number };
  readonly quarantined: { readonly hash: string };
  readonly content: { readonly sha256: string };
  readonly watching: object;
  readonly incidents: { readonly query: IncidentQuery };
  readonly incident: { readonly id: number };
  readonly repairs: { readonly query: ListQuery };
  readonly events: { readonly query: ListQuery };
  readonly heartbeat: { readonly resource: string };
  readonly audit: { readonly query: AuditQuery };
  readonly deliveries: { readonly query: ListQuery };
  readonly results: { readonly query: HistoryQuery };
  readonly rollUps: { readonly query: HistoryQuery & { readonly resolution: Resolution } };
}

/** What is given to what changes a state. */
interface Orders {
  readonly commit: { readonly changes: readonly StateChange[]; readonly expect: Expectation };
  readonly record: { readonly batch: RecordBatch };
  readonly fold: { readonly now: number; readonly retention: Retention };
}

/** What each of them gives. */
export interface Answers {
  readonly snapshot: StateSnapshot;
  readonly pulse: Pulse;
  readonly versions: readonly VersionSummary[];
  readonly version: Version | null;
  readonly steps: readonly JournalStep[];
  readonly quarantined: number | null;
  readonly content: Uint8Array | null;
  readonly watching: WatchingRows;
  readonly incidents: readonly Incident[];
  readonly incident: Incident | null;
  readonly repairs: readonly RepairAttempt[];
  readonly events: readonly WatchEvent[];
  readonly heartbeat: Heartbeat | null;
  readonly audit: readonly AuditRecord[];
  readonly deliveries: readonly Delivery[];
  readonly results: readonly ResultRow[];
  readonly rollUps: readonly RollUp[];
  readonly commit: number;
  readonly record: null;
  readonly fold: FoldReport;
}

/** The names of the questions. */
export type ReadMethod = keyof Questions;

/** The names of all that a state is asked. */
export type CallMethod = keyof Answers;

/** What the thread of a store is asked. */
export type StoreCall<M extends CallMethod = CallMethod> = {
  [K in M]: { readonly method: K } & (Questions & Orders)[K];
}[M];

/** A question to a state: the name of a function of the store, and what it gets. */
export type StoreRead<M extends ReadMethod = ReadMethod> = StoreCall<M>;

/**
 * Results and states on their way to the thread. One object for each result would cost more than all else that is done with it:
 * they go as numbers, one list for each part.
 */
export interface RecordBatch {
  /** Whose results they are. */
  readonly names: readonly string[];
  /** For each result, the place of its resource in `names`. */
  readonly owners: Uint32Array;
  /** For each result, when it was; milliseconds since 1970-01-01 UTC. */
  readonly times: Float64Array;
  /** For each result, its verdict and duration, as `HourResult` has them. */
  readonly codes: Uint8Array;
  readonly durations: Uint32Array;
  readonly states: readonly (readonly [resource: string, document: string])[];
}

/** A call on its way to the thread. */
export interface StoreRequest {
  readonly id: number;
  /** Null asks the thread to close the file and end. */
  readonly call: StoreCall | null;
}

/** An error on its way back: its class would not survive it. */
export interface StoreFailure {
  readonly kind: "conflict" | "state";
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What comes back. */
export type StoreAnswer =
  /** Of the type that the call of that id asks for. */
  | { readonly id: number; readonly value: never }
  | { readonly id: number; readonly failure: StoreFailure };
