import type { JsonObject } from "./json.ts";

/** What may happen while something is watched. */
export type WatchEventType =
  | "started"
  | "stopped"
  | "reloaded"
  | "reload_failed"
  | "pending_changes"
  | "health_changed"
  | "sync_changed"
  | "caused_by"
  | "flapping"
  | "incident_opened"
  | "incident_closed"
  | "acknowledged"
  | "repair_started"
  | "repair_ended"
  | "gave_up"
  | "held"
  | "released"
  | "expired"
  | "clock_jumped"
  | "deployed"
  | "results_lost"
  | "delivery_failed";

/** Something that happened, kept in the state and told to those who follow. */
export interface WatchEvent {
  /** Rising. */
  readonly id: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly type: WatchEventType;
  /** Null when it is about the whole project. */
  readonly resource: string | null;
  /** One sentence for people, without the name of the resource and without secrets. */
  readonly text: string;
  /** The facts, for programs. */
  readonly data: JsonObject;
}
