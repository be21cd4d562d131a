import { onTestFinished } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import { countsOf } from "../../src/engine/watch/counts.ts";
import { Followers } from "../../src/engine/watch/followers.ts";
import { Meter } from "../../src/engine/watch/meter.ts";
import { Monitor } from "../../src/engine/watch/monitor.ts";
import { monitorControl } from "../../src/engine/watch/monitor-control.ts";
import type { Claim } from "../../src/engine/watch/monitor-control.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { Channel } from "../../src/ports/channel.ts";
import type { ServedProject } from "../../src/ports/served.ts";
import type { SimulatedClock } from "../../src/testing/simulated-clock.ts";

/** A project that is watched by a real monitor, whose looks are counted. */
export interface MeteredProject extends ServedProject {
  readonly monitor: Monitor;
  /** Of its resources; `service` for those that are not named. */
  readonly kinds: Map<string, string>;
  /** Of its resources; none for those that are not named. */
  readonly claims: Map<string, readonly Claim[]>;
}

/** Watches something on a simulated clock, for as long as the test lasts. */
export async function meteredProject(
  clock: SimulatedClock,
  {
    name = "shop",
    subjects,
    channels = [],
    kinds = {},
    claims = {},
  }: {
    readonly name?: string;
    readonly subjects: readonly Subject[];
    readonly channels?: readonly Channel[];
    readonly kinds?: Readonly<Record<string, string>>;
    readonly claims?: Readonly<Record<string, readonly Claim[]>>;
  },
): Promise<MeteredProject> {
  const store = memoryStore();
  const followers = new Followers();
  const kindOf = new Map(Object.entries(kinds));
  const claimsOf = new Map(Object.entries(claims));
  const describe = (resource: string): { readonly kind: string; readonly group: null } => ({
    kind: kindOf.get(resource) ?? "service",
    group: null,
  });
  const meter = new Meter({ clock, kindOf: (resource) => describe(resource).kind });
  const monitor = new Monitor({
    project: name,
    subjects,
    store,
    clock,
    random: { next: () => 0.5 },
    channels,
    meter,
    onEvent: followers.tell,
    onStoreFailure: (error) => {
      throw error;
    },
  });
  await monitor.start();
  onTestFinished(() => monitor.stop());
  const none: readonly Claim[] = [];
  const claimed = (resource: string): readonly Claim[] => claimsOf.get(resource) ?? none;
  const folder = `/srv/${name}`;
  return {
    name,
    folder,
    monitor,
    store,
    kinds: kindOf,
    claims: claimsOf,
    control: monitorControl({
      monitor,
      followers,
      clock,
      store,
      describe,
      claims: claimed,
      about: () => ({ project: name, folder, runningSince: 0, pid: 1, pendingChanges: [] }),
      unknown: (resource) => new Error(`no ${resource}`),
    }),
    watching: {
      meter,
      entries: () => monitor.entries,
      describe,
      counts: () => countsOf(monitor.entries.values()),
      latenessMs: () => monitor.lateness.worstMs,
      claims: claimed,
      deploys: null,
      beat: () => Promise.resolve(false),
      audit: () => Promise.resolve(),
    },
  };
}
