import type { AuditRecord } from "../../model/audit.ts";
import type { Heartbeat } from "../../model/heartbeat.ts";
import type { Delivery, Hold, Incident, Message, RepairAttempt } from "../../model/incident.ts";
import { DEFAULT_RETENTION } from "../../model/history.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import { listed, WATCH_LIMITS } from "../../model/watch-rules.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type {
  WatchChangeOf,
  WatchChangeType,
  WatchSnapshot,
  WatchStore,
} from "../../ports/watch-store.ts";
import { MemoryHistory } from "./history.ts";

type Batch = Parameters<WatchStore["record"]>[0];

/** What watching remembers, in memory. */
export class MemoryWatching implements WatchStore {
  readonly #states = new Map<string, WatchState>();
  readonly #incidents = new Map<number, Incident>();
  readonly #repairs = new Map<number, RepairAttempt>();
  readonly #events = new Map<number, WatchEvent>();
  readonly #holds = new Map<number, Hold>();
  /** By message and channel. */
  readonly #deliveries = new Map<string, Delivery>();
  readonly #heartbeats = new Map<string, Heartbeat>();
  readonly #audit = new Map<number, AuditRecord>();
  readonly #history = new MemoryHistory();
  readonly #last = { incident: 0, repair: 0, event: 0, hold: 0, message: 0, audit: 0 };
  readonly #limitQueue: number;
  /** How each change is made. */
  readonly #writes: {
    readonly [T in WatchChangeType]: (change: WatchChangeOf<T>) => void;
  } = {
    "put-watch": ({ state }) => this.#states.set(state.resource, state),
    "delete-watch": ({ resource }) => {
      this.#states.delete(resource);
      this.forgetHeartbeat(resource);
    },
    "put-incident": ({ incident }) => {
      this.#put("incident", this.#incidents, incident);
    },
    "put-repair": ({ repair }) => {
      this.#put("repair", this.#repairs, repair);
    },
    "put-event": ({ event }) => {
      this.#put("event", this.#events, event);
    },
    "put-hold": ({ hold }) => {
      this.#put("hold", this.#holds, hold);
    },
    "delete-hold": ({ id }) => this.#holds.delete(id),
    "put-message": ({ message, channels }) => {
      this.#putMessage(message, channels);
    },
    "put-delivery": ({ delivery }) => {
      this.#putDelivery(delivery);
    },
    "put-heartbeat": ({ heartbeat }) => this.#heartbeats.set(heartbeat.resource, heartbeat),
    "put-audit": ({ record }) => {
      this.#put("audit", this.#audit, record);
    },
  };
  #queue: Batch[] = [];
  #queued = 0;
  #lost = 0;

  /**
   * Begins with nothing.
   *
   * @param limitQueue - How many results may be recorded before the next turn.
   */
  constructor(limitQueue: number) {
    this.#limitQueue = limitQueue;
  }

  readonly watching = (): Promise<WatchSnapshot> => {
    const { incident, repair, event, hold, message, audit } = this.#last;
    return Promise.resolve({
      states: new Map(this.#states),
      incidents: inOrder(this.#incidents).filter(({ closedAt }) => closedAt === null),
      repairs: inOrder(this.#repairs).filter(({ endedAt }) => endedAt === null),
      holds: inOrder(this.#holds),
      deliveries: this.#allDeliveries().filter(({ state }) => state === "pending"),
      lastIncident: incident,
      lastRepair: repair,
      lastEvent: event,
      lastHold: hold,
      lastMessage: message,
      lastAudit: audit,
    });
  };

  // As in a file, what is recorded is there a little later; a loop that never waits finds a limit.
  readonly record: WatchStore["record"] = ({ results, states }) => {
    const isFull = this.#queued + results.length > this.#limitQueue;
    if (isFull) this.#lost += results.length;
    this.#queue.push({ results: isFull ? [] : results, states });
    this.#queued += isFull ? 0 : results.length;
    if (this.#queue.length === 1) {
      const queue = this.#queue;
      queueMicrotask(() => {
        if (this.#queue === queue) this.settle();
      });
    }
    return !isFull;
  };

  readonly flush = async (): Promise<void> => {
    // A commit that was asked for before comes first.
    await Promise.resolve();
    this.settle();
  };

  readonly lostResults = (): number => this.#lost;

  readonly incidents: WatchStore["incidents"] = ({ isOpen, ...query } = {}) => {
    const wanted = inOrder(this.#incidents).filter(
      ({ closedAt }) => isOpen === undefined || isOpen === (closedAt === null),
    );
    return Promise.resolve(listed(wanted, query, (one) => one));
  };

  readonly incident: WatchStore["incident"] = (id) =>
    Promise.resolve(this.#incidents.get(id) ?? null);

  readonly repairs: WatchStore["repairs"] = (query = {}) =>
    Promise.resolve(listed(inOrder(this.#repairs), query, (one) => one));

  readonly events: WatchStore["events"] = (query = {}) =>
    Promise.resolve(listed(inOrder(this.#events), query, (one) => one));

  readonly heartbeat: WatchStore["heartbeat"] = (resource) =>
    Promise.resolve(this.#heartbeats.get(resource) ?? null);

  readonly audit: WatchStore["audit"] = (query = {}) =>
    Promise.resolve(listed(inOrder(this.#audit), query, ({ id }) => ({ id, resource: null })));

  readonly deliveries: WatchStore["deliveries"] = (query = {}) =>
    Promise.resolve(listed(this.#allDeliveries(), query, ({ message }) => message));

  readonly results: WatchStore["results"] = (query) =>
    Promise.resolve(this.#history.results(query));

  readonly rollUps: WatchStore["rollUps"] = (query) =>
    Promise.resolve(this.#history.rollUps(query));

  readonly fold: WatchStore["fold"] = async ({ now, retention = DEFAULT_RETENTION }) => {
    await this.flush();
    const report = this.#history.fold(now, retention);
    const tooMany = Math.max(0, this.#events.size - WATCH_LIMITS.events);
    for (const { id } of inOrder(this.#events).slice(0, tooMany)) this.#events.delete(id);
    for (const [key, { state, message }] of this.#deliveries) {
      const isOld = message.at < now - WATCH_LIMITS.deliveredMs;
      if (state === "delivered" && isOld) this.#deliveries.delete(key);
    }
    return report;
  };

  /** Takes over what was recorded. */
  settle(): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#queued = 0;
    for (const { results, states } of queue) {
      for (const result of results) this.#history.append(result);
      for (const state of states) this.#states.set(state.resource, structuredClone(state));
    }
  }

  /**
   * Makes one change.
   *
   * @param change - Nobody else changes it any more.
   */
  apply<T extends WatchChangeType>(change: WatchChangeOf<T>): void {
    this.#writes[change.type](change);
  }

  /**
   * Forgets what a job reported.
   *
   * @param resource - It is there no more.
   */
  forgetHeartbeat(resource: string): void {
    this.#heartbeats.delete(resource);
  }

  #put<T extends { readonly id: number }>(
    name: "incident" | "repair" | "event" | "hold" | "audit",
    all: Map<number, T>,
    one: T,
  ): void {
    all.set(one.id, one);
    this.#last[name] = Math.max(this.#last[name], one.id);
  }

  // One that is known already stays as far as it has come.
  #putMessage(message: Message, channels: readonly string[]): void {
    this.#last.message = Math.max(this.#last.message, message.id);
    const fresh = { attempts: 0, nextAt: message.at, state: "pending", problem: null } as const;
    for (const channel of channels) {
      const key = deliveryKey(message, channel);
      if (!this.#deliveries.has(key)) this.#deliveries.set(key, { message, channel, ...fresh });
    }
  }

  #putDelivery(delivery: Delivery): void {
    const { message, channel } = delivery;
    this.#last.message = Math.max(this.#last.message, message.id);
    this.#deliveries.set(deliveryKey(message, channel), delivery);
  }

  #allDeliveries(): readonly Delivery[] {
    return [...this.#deliveries.values()].sort(
      (one, other) => one.message.id - other.message.id || (one.channel < other.channel ? -1 : 1),
    );
  }
}

function deliveryKey({ id }: Message, channel: string): string {
  return `${String(id)} ${channel}`;
}

function inOrder<T>(of: ReadonlyMap<number, T>): readonly T[] {
  return [...of].sort(([one], [other]) => one - other).map(([, value]) => value);
}
