import { unknownTarget } from "../../engine/deploy/pair-up.ts";
import { initialState } from "../../engine/watch/believe.ts";
import { holdsOn } from "../../engine/watch/holds.ts";
import { whatsNext } from "../../engine/watch/whats-next.ts";
import type {
  Explanation,
  ProjectStatus,
  ResourceStatus,
  WatchControl,
} from "../../model/control.ts";
import type { DeployedResource } from "../../model/deployment.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ProjectLock } from "../../ports/project-lock.ts";
import type { Store } from "../../ports/store.ts";
import type { WatchSnapshot } from "../../ports/watch-store.ts";
import { acknowledging, holding, releasing, type Held } from "./hold-changes.ts";

/** What stands for a `clockwork up` that does not run. */
export interface OfflineOptions {
  readonly project: string;
  /** The absolute path of its folder. */
  readonly folder: string;
  readonly store: Pick<
    Store,
    "snapshot" | "watching" | "commit" | "repairs" | "events" | "incidents"
  >;
  readonly lock: Pick<ProjectLock, "acquire">;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly signal: AbortSignal;
  /** What others are told who find the project locked meanwhile: `clockwork pause`. */
  readonly command: string;
  /** How a resource is watched, as far as that is recorded; null for one that nothing is recorded of. */
  readonly policyOf: (resource: DeployedResource | null) => WatchPolicy;
  /** Watches for as long as one request takes: for looking and repairing. */
  readonly inProcess: () => Promise<WatchControl & AsyncDisposable>;
}

/** From one look for new events to the next. */
const POLL_MS = 1_000;

/** So long it may take somebody else to store what they are about. */
const LOCK_TIMEOUT_MS = 2_000;

const EVENTS_AT_ONCE = 10_000;
const RECENT_REPAIRS = 20;
const RECENT_EVENTS = 20;

/**
 * Answers from what is stored, while no `clockwork up` runs: what was last known, and what it is to find once it does.
 *
 * @param options - Where it is stored.
 * @returns What can be asked. Changes take the lock of the project.
 */
export function offlineControl(options: OfflineOptions): WatchControl {
  const { inProcess } = options;
  return {
    status: () => statusOf(options),
    explain: (resource) => explain(resource, options),
    checkNow: async (resource) => {
      await using control = await inProcess();
      return await control.checkNow(resource);
    },
    repair: async (resource, asked) => {
      await using control = await inProcess();
      return await control.repair(resource, asked);
    },
    hold: (request) =>
      changing(request.resource, options, (known, now) => holding(request, known, now)),
    release: (request) =>
      changing(request.resource, options, (known, now) => releasing(request, known, now)),
    acknowledge: (request) =>
      changing(request.resource, options, (known, now) => acknowledging(request, known, now)),
    follow: (wanted, onEvent) => follow(wanted, onEvent, options),
  };
}

async function statusOf({ project, folder, store, clock }: OfflineOptions): Promise<ProjectStatus> {
  const { resources, known } = await read(store);
  const now = clock.now();
  return {
    project,
    folder,
    runningSince: null,
    pid: null,
    resources: namesOf(resources, known).map((name) =>
      resourceStatus(name, { resources, known, now }),
    ),
    holds: known.holds.filter((hold) => hold.resource === null && isInForce(hold, now)),
    pendingChanges: [],
    pendingDeliveries: known.deliveries.length,
    latenessMs: null,
  };
}

async function explain(
  name: string,
  { store, clock, policyOf }: OfflineOptions,
): Promise<Explanation> {
  const { resources, known } = await read(store);
  refuseUnknown(name, namesOf(resources, known));
  const now = clock.now();
  const status = resourceStatus(name, { resources, known, now });
  const [repairs, events] = await Promise.all([
    store.repairs({ resource: name, limit: RECENT_REPAIRS }),
    store.events({ resource: name, limit: RECENT_EVENTS }),
  ]);
  const deployed = resources.get(name) ?? null;
  const policy = policyOf(deployed);
  return {
    ...status,
    policy,
    dependsOn: deployed?.spec.dependsOn.map(({ resource }) => resource) ?? [],
    repairs,
    events,
    next: whatsNext({ ...status, policy, repairs, now, isWatched: false }),
    passing: [],
  };
}

interface Stored {
  readonly resources: ReadonlyMap<string, DeployedResource>;
  readonly known: WatchSnapshot;
}

async function read(store: OfflineOptions["store"]): Promise<Stored> {
  const [{ resources }, known] = await Promise.all([store.snapshot(), store.watching()]);
  return { resources, known };
}

// Services of a file and tasks are known by what was seen of them alone.
function namesOf(resources: Stored["resources"], known: WatchSnapshot): readonly string[] {
  return [...new Set([...resources.keys(), ...known.states.keys()])];
}

function resourceStatus(
  name: string,
  { resources, known, now }: Stored & { readonly now: number },
): ResourceStatus {
  const { spec = null, destroyAt = null } = resources.get(name) ?? {};
  return {
    resource: name,
    kind: spec === null ? "" : spec.kind,
    group: spec === null ? null : spec.policy.group,
    state: known.states.get(name) ?? initialState(name, spec === null ? "" : spec.specHash),
    nextLookAt: null,
    isLooking: false,
    isDeploying: false,
    holds: holdsOn(known.holds, name, now),
    incidents: known.incidents.filter(({ resource }) => resource === name),
    destroyAt,
  };
}

function isInForce({ until }: { readonly until: number | null }, now: number): boolean {
  return until === null || until > now;
}

function refuseUnknown(name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw new ConfigurationError([unknownTarget(name, names)]);
}

async function changing<T>(
  resource: string | null,
  { store, lock, clock, signal, command }: OfflineOptions,
  decide: (known: WatchSnapshot, now: number) => Held<T>,
): Promise<T> {
  const { resources, known: before } = await read(store);
  // A wrong name need not wait for anybody.
  if (resource !== null) refuseUnknown(resource, namesOf(resources, before));
  await using held = await lock.acquire({ command, timeoutMs: LOCK_TIMEOUT_MS, signal });
  const { changes, result } = decide(await store.watching(), clock.now());
  held.verify();
  if (changes.length > 0) await store.commit(changes);
  return result;
}

// Others may store something: who applies, or an `up` that was started meanwhile.
async function follow(
  { after, signal }: Parameters<WatchControl["follow"]>[0],
  onEvent: Parameters<WatchControl["follow"]>[1],
  { store, clock }: OfflineOptions,
): Promise<void> {
  let last = after ?? (await store.watching()).lastEvent;
  while (!signal.aborted) {
    for (const event of await store.events({ after: last, limit: EVENTS_AT_ONCE })) {
      last = event.id;
      onEvent(event);
    }
    await clock.sleep(POLL_MS, signal).catch(ignore);
  }
}

function ignore(): void {
  // The loop ends by itself.
}
