import fc from "fast-check";
import type { ResultRow, Retention } from "../../src/model/history.ts";
import type { WatchState } from "../../src/model/watch-state.ts";
import type { StateChange, Store } from "../../src/ports/store.ts";
import { put } from "./state.ts";
import {
  audit,
  delivery,
  event,
  heartbeat,
  hold,
  HOUR_MS,
  incident,
  message,
  MONDAY,
  repair,
  result,
  watchState,
} from "./watching.ts";

/** One thing that is asked of a store. */
export type Operation =
  | { readonly type: "commit"; readonly changes: readonly StateChange[] }
  | {
      readonly type: "record";
      readonly results: readonly ResultRow[];
      readonly states: readonly WatchState[];
    }
  | { readonly type: "fold"; readonly now: number; readonly retention: Retention };

/** An operation in its place. */
export interface Traced {
  /** Counted from 1. */
  readonly index: number;
  readonly operation: Operation;
}

/** What is sent to one process before it is killed. */
export interface Round {
  /** Makes each of the operations, given its place. */
  readonly operations: readonly ((index: number) => Operation)[];
  /** It is killed when so many of them are done. */
  readonly killAfter: number;
}

/** Names of resources: few, so that they meet again and again. */
const NAMES = ["web", "api", "db"];
const KEPT_MS = 10_000 * HOUR_MS;
const RETENTION: Retention = {
  rawMs: KEPT_MS,
  minutesMs: KEPT_MS,
  hoursMs: KEPT_MS,
  daysMs: KEPT_MS,
  limitBytes: 2 ** 31,
};
const HOURS = 30;

const name = fc.constantFrom(...NAMES);
const when = fc.nat(HOURS * HOUR_MS).map((ms) => MONDAY + ms);
const id = fc.integer({ min: 1, max: 6 });
const end = fc.option(fc.constant(MONDAY + 1));

/** A change, given a number that no other has. */
const change: fc.Arbitrary<(index: number) => StateChange> = fc.oneof(
  name.map((of) => (index: number) => put(of, String(index))),
  name.map((resource) => (index: number): StateChange => {
    return { type: "put-watch", state: watchState(resource, index) };
  }),
  name.map((resource) => (): StateChange => ({ type: "delete-watch", resource })),
  fc.tuple(id, name, end).map(([of, resource, at]) => (): StateChange => {
    return { type: "put-incident", incident: incident(of, resource, at) };
  }),
  fc.tuple(id, name, end).map(([of, resource, at]) => (): StateChange => {
    return { type: "put-repair", repair: repair(of, resource, at) };
  }),
  name.map((of) => (): StateChange => ({ type: "delete-resource", name: of })),
  fc.tuple(name, fc.boolean()).map(([of, isOk]) => (index: number): StateChange => {
    return { type: "put-heartbeat", heartbeat: heartbeat(of, { at: MONDAY + index, isOk }) };
  }),
  fc.nat(9).map((more) => (index: number): StateChange => {
    return { type: "put-audit", record: audit(index * 10 + more) };
  }),
  id.map((of) => (): StateChange => ({ type: "put-hold", hold: hold(of) })),
  id.map((of) => (): StateChange => ({ type: "delete-hold", id: of })),
  id.map((of) => (): StateChange => {
    return { type: "put-message", message: message(of), channels: ["log", "mail"] };
  }),
  fc.tuple(id, fc.constantFrom("pending", "delivered", "dead")).map(([of, state]) => {
    return (): StateChange => ({ type: "put-delivery", delivery: delivery(of, "log", state) });
  }),
);

const commit = fc.array(change, { maxLength: 5 }).map((changes) => (index: number): Operation => {
  const marker: StateChange = { type: "put-event", event: event(index) };
  return { type: "commit", changes: [...changes.map((make) => make(index)), marker] };
});

const record = fc
  .record({
    results: fc.array(fc.tuple(name, when, fc.constantFrom("pass", "fail", "error")), {
      maxLength: 30,
    }),
    states: fc.uniqueArray(name),
  })
  .map(({ results, states }) => (index: number): Operation => {
    return {
      type: "record",
      results: [
        ...results.map(([of, at, verdict]) => result(of, at, { verdict, durationMs: index / 10 })),
        result("marker", MONDAY + index),
      ],
      states: states.map((resource) => watchState(resource, index)),
    };
  });

const fold = fc.nat(HOURS).map((hours) => (): Operation => {
  return { type: "fold", now: MONDAY + hours * HOUR_MS, retention: RETENTION };
});

/** What is sent to one process, and when it is killed. */
export const round: fc.Arbitrary<Round> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: commit },
      { weight: 4, arbitrary: record },
      { weight: 1, arbitrary: fold },
    ),
    { minLength: 5, maxLength: 25 },
  )
  .chain((operations) =>
    fc.record({ operations: fc.constant(operations), killAfter: fc.nat(operations.length) }),
  );

/** Tells whether an operation has happened: each commit and each batch carries something that no other does. */
export async function hasHappened(store: Store, { index, operation }: Traced): Promise<boolean> {
  if (operation.type === "commit") {
    const [found] = await store.events({ after: index - 1, limit: 1 });
    return found?.id === index;
  }
  // Folded or not, what is read is the same.
  if (operation.type === "fold") return true;
  const at = MONDAY + index;
  return (await store.results({ resource: "marker", from: at, to: at + 1 })).length === 1;
}

/** Carries out an operation. */
export async function replay(store: Store, operation: Operation): Promise<void> {
  if (operation.type === "commit") await store.commit(operation.changes);
  else if (operation.type === "record") {
    store.record(operation);
    await store.flush();
  } else await store.fold(operation);
}

/** All that can be read of a store. */
export async function contentsOf(store: Store): Promise<unknown> {
  const histories = [...NAMES, "marker"].map(async (resource) => {
    const query = { resource, from: 0, to: Infinity };
    // Of the same millisecond, those that came first may not have been written first.
    const rows = (await store.results(query)).map((row) => JSON.stringify(row)).sort();
    const counted = (["minute", "hour", "day"] as const).map((resolution) =>
      store.rollUps({ ...query, resolution }),
    );
    return [rows, await Promise.all(counted)];
  });
  const pulses = NAMES.map((resource) => store.pulse(resource));
  const { states, ...watching } = await store.watching();
  return {
    snapshot: await store.snapshot(),
    watching: { ...watching, states: new Map([...states].sort()) },
    incidents: await store.incidents(),
    repairs: await store.repairs(),
    events: await store.events({ limit: 10_000 }),
    deliveries: await store.deliveries(),
    audit: await store.audit({ limit: 10_000 }),
    pulses: await Promise.all(pulses),
    histories: await Promise.all(histories),
  };
}
