import { onTestFinished } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import type { Route } from "../../src/api/route.ts";
import { ROUTES, type RouteName } from "../../src/api/routes.ts";
import { countsOf } from "../../src/engine/watch/counts.ts";
import { Followers } from "../../src/engine/watch/followers.ts";
import { Monitor } from "../../src/engine/watch/monitor.ts";
import { monitorControl } from "../../src/engine/watch/monitor-control.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { AuditRecord } from "../../src/model/audit.ts";
import { ConfigurationError } from "../../src/model/diagnostic.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type {
  Served,
  ServedDeploys,
  ServedProject,
  ServedWatching,
} from "../../src/ports/served.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Cycle } from "../../src/ports/watch-meter.ts";
import { Special, type Handler, type Requested } from "../../src/server/handler.ts";
import { HANDLERS } from "../../src/server/handlers.ts";
import { Refusal } from "../../src/server/refusal.ts";
import { simulatedClock, type SimulatedClock } from "../../src/testing/simulated-clock.ts";

/** A project that is served, watched by a real monitor on a simulated clock. */
export interface ServedLabProject extends ServedProject {
  readonly monitor: Monitor;
  readonly store: Store;
  readonly watching: ServedWatching;
  /** What jobs reported. */
  readonly beats: readonly Parameters<ServedWatching["beat"]>[0][];
  /** What was written to the audit log. */
  readonly audited: readonly Omit<AuditRecord, "id" | "at">[];
}

/** Makes a project, and watches it for as long as the test lasts. */
export async function servedProject(
  name: string,
  clock: Clock,
  {
    subjects,
    deploys = null,
    cycle = null,
  }: {
    readonly subjects: readonly Subject[];
    readonly deploys?: ServedDeploys | null;
    readonly cycle?: Cycle | null;
  },
): Promise<ServedLabProject> {
  const store = memoryStore();
  const followers = new Followers();
  const monitor = new Monitor({
    project: name,
    subjects,
    store,
    clock,
    random: { next: () => 0.5 },
    channels: [],
    onEvent: followers.tell,
    onStoreFailure: (error) => {
      throw error;
    },
  });
  await monitor.start();
  onTestFinished(() => monitor.stop());
  const claims = (): readonly { readonly name: string; readonly claim: string }[] => [
    { name: "HTTPStatusAssert", claim: "it answers 200" },
  ];
  const describe: ServedWatching["describe"] = (resource) => ({
    kind: "docker",
    group: resource === "db" ? "back" : null,
  });
  const folder = `/srv/${name}`;
  const beats: Parameters<ServedWatching["beat"]>[0][] = [];
  const audited: Omit<AuditRecord, "id" | "at">[] = [];
  const nothing = { bounds: [], counts: [0], sum: 0 };
  return {
    name,
    folder,
    monitor,
    store,
    beats,
    audited,
    control: monitorControl({
      monitor,
      followers,
      clock,
      store,
      describe,
      claims,
      about: () => ({ project: name, folder, runningSince: 0, pid: 1, pendingChanges: [] }),
      unknown: unknownResource,
    }),
    watching: {
      meter: {
        resource: () => null,
        cycle: () => cycle,
        lateness: () => nothing,
        durations: () => new Map(),
        remediations: () => [],
        notifications: () => [],
      },
      entries: () => monitor.entries,
      describe,
      counts: () => countsOf(monitor.entries.values()),
      latenessMs: () => monitor.lateness.worstMs,
      claims,
      deploys,
      beat: (beat) => {
        if (!monitor.entries.has(beat.resource)) throw unknownResource(beat.resource);
        beats.push(beat);
        return Promise.resolve(beat.resource === "job");
      },
      audit: (entry) => {
        audited.push(entry);
        return Promise.resolve();
      },
    },
  };
}

function unknownResource(resource: string): ConfigurationError {
  const place = { file: "", line: null, column: null, property: null, hint: null };
  return new ConfigurationError([{ code: "usage-invalid", message: `no ${resource}`, ...place }]);
}

/** Serves projects, as a process would that began an hour ago. */
export function servedOf(
  projects: readonly ServedProject[],
  clock: Clock,
  more: Partial<Served> = {},
): Served {
  return {
    projects: () => projects,
    startedAt: clock.now() - 3_600_000,
    version: "1.2.3",
    nodeVersion: "v24.0.0",
    phase: () => "ok",
    registry: null,
    prober: null,
    ...more,
  };
}

/** What is sent back. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Null for what is not JSON. */
  readonly json: unknown;
}

/** What is asked, as a client sends it. */
export interface Asking {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Makes what asks handlers as a request would, without a network; a refusal is answered by its problem. */
export function asking(
  served: Served,
  clock: SimulatedClock,
): (name: RouteName, asking?: Asking) => Promise<Answered> {
  return async (name, asked = {}) => {
    const route: Route = ROUTES[name];
    const handle = HANDLERS[name] as unknown as Handler<Route>;
    try {
      const given = await handle(readAsked(route, asked), requestedBy(asked), { served, clock });
      const special = given instanceof Special ? given : new Special<unknown>(given);
      const pieces: string[] = [];
      if (isPieces(special.value)) for await (const piece of special.value) pieces.push(piece);
      else pieces.push(textOf(special.value));
      return answered(special.status ?? route.status ?? 200, special.headers, pieces.join(""));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return answered(error.problem.status, {}, JSON.stringify(error.problem));
    }
  };
}

function readAsked({ params, query, body }: Route, asked: Asking): Parameters<Handler<Route>>[0] {
  return {
    params: params.parse(asked.params ?? {}),
    query: query.parse(asked.query ?? {}),
    body: (body?.parse(asked.body ?? {}) ?? null) as null,
  };
}

function requestedBy({ headers = {}, signal = new AbortController().signal }: Asking): Requested {
  return {
    caller: { who: "CN=alice", role: "admin", from: "127.0.0.1" },
    headers,
    outside: { baseUrl: "https://status.example.org/wm" },
    signal,
    ending: new AbortController().signal,
  } as unknown as Requested;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isPieces(value: unknown): value is AsyncIterable<string> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function answered(status: number, headers: Answered["headers"], text: string): Answered {
  return { status, headers, text, json: text.startsWith("{") ? JSON.parse(text) : null };
}

/** A clock that only a test moves. */
export function officeClock(): SimulatedClock {
  return simulatedClock({ auto: false });
}
