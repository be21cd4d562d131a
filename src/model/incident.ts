import type { Finding } from "./watch-state.ts";

/** `failure`: it does not do what is asserted. `drift`: it is not as deployed. `blind`: we cannot tell. */
export type IncidentKind = "failure" | "drift" | "blind";

/** An episode of a resource being unhealthy, drifted, or not to be looked at. */
export interface Incident {
  /** Rising. */
  readonly id: number;
  readonly resource: string;
  readonly kind: IncidentKind;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly openedAt: number;
  /** Null while it is open. */
  readonly closedAt: number | null;
  /** How it ended: by itself, by our repair, or because what it is about is no longer watched. Null while it is open. */
  readonly outcome: "recovered" | "repaired" | "gone" | null;
  /** What was seen when it was opened. */
  readonly findings: readonly Finding[];
  /** What was tried so far. */
  readonly repairs: number;
  /** When no more was tried; null when it never came to that. */
  readonly gaveUpAt: number | null;
  readonly acknowledged: {
    readonly by: string;
    readonly at: number;
    readonly comment: string;
  } | null;
  /** The messages that were written for it. */
  readonly told: readonly MessageKind[];
  /** Resources that fail because of it, at most {@link LIMIT_AFFECTED} of them. */
  readonly affected: readonly string[];
}

/** So many resources that an incident affects are named. */
export const LIMIT_AFFECTED = 100;

/** One attempt to bring a resource back: stored before anything is touched, and again when it has ended. */
export interface RepairAttempt {
  /** Rising. */
  readonly id: number;
  readonly resource: string;
  /** Null when a person asked for it and nothing was wrong. */
  readonly incident: number | null;
  /** The kind of the action: `restart`. */
  readonly action: string;
  /** Counted from 1 in a row of attempts. */
  readonly attempt: number;
  readonly startedAt: number;
  /** When it was known to have helped, or not; null while it is not. */
  readonly endedAt: number | null;
  /**
   * `acted`: the action is done, and has to prove itself. `repaired`: the resource's own assertions pass again. `failed`: the
   * action failed. `unproven`: it was done, and did not help. `interrupted`: we were killed meanwhile. Null: under way.
   */
  readonly outcome: "acted" | "repaired" | "failed" | "unproven" | "interrupted" | null;
  /** What was done, or what went wrong, in a few words; null while nothing is known. */
  readonly detail: string | null;
  /** `clockwork`, or who asked for it. */
  readonly by: string;
}

/** What keeps Clockwork from doing what it would do. */
export interface Hold {
  /** Rising. */
  readonly id: number;
  /**
   * `pause`: neither looked at, repaired nor told of. `maintenance`: looked at, neither repaired nor told of. `silence`: only
   * not told of. `clock`: its deadline was crossed by a jump of the clock, and waits for somebody to confirm it.
   */
  readonly kind: "pause" | "maintenance" | "silence" | "clock";
  /** Null for the whole project. */
  readonly resource: string | null;
  readonly from: number;
  /** Null until somebody ends it. */
  readonly until: number | null;
  readonly by: string;
  readonly comment: string;
}

/** What a message tells. `resolved` is sent for whatever was told before. */
export type MessageKind = "failure" | "drift" | "blind" | "gave_up" | "resolved";

/** One message to people, written in the same commit as what it tells of. */
export interface Message {
  /** Rising. */
  readonly id: number;
  readonly kind: MessageKind;
  readonly project: string;
  readonly resource: string;
  readonly incident: number;
  readonly at: number;
  /** One line. */
  readonly title: string;
  /** More lines, for channels with room. */
  readonly lines: readonly string[];
}

/** A message on its way to one channel. */
export interface Delivery {
  readonly message: Message;
  /** The name of the channel. */
  readonly channel: string;
  readonly attempts: number;
  /** Not before; milliseconds since 1970-01-01 UTC. */
  readonly nextAt: number;
  /** `dead`: given up after too many attempts; it is kept, and told. */
  readonly state: "pending" | "delivered" | "dead";
  /** Why the last attempt failed; null when none did. */
  readonly problem: string | null;
}
