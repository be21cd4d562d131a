import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import type { RouteName } from "../../src/api/routes.ts";
import { countsOf } from "../../src/engine/watch/counts.ts";
import { Followers } from "../../src/engine/watch/followers.ts";
import { Monitor } from "../../src/engine/watch/monitor.ts";
import { monitorControl } from "../../src/engine/watch/monitor-control.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { AuditRecord } from "../../src/model/audit.ts";
import { ConfigurationError } from "../../src/model/diagnostic.ts";
import type {
  Served,
  ServedDeploys,
  ServedProject,
  ServedWatching,
} from "../../src/ports/served.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Cycle } from "../../src/ports/watch-meter.ts";
import { answering, type Outgoing } from "../../src/server/pipeline.ts";
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
  clock: SimulatedClock,
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
      describe: (resource) => ({ kind: "docker", group: resource === "db" ? "back" : null }),
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
  clock: SimulatedClock,
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

/** What is sent back, read as JSON. */
export interface Answered extends Omit<Outgoing, "body"> {
  readonly text: string;
  readonly json: never;
}

/** What is asked, as a client sends it. */
export interface Asking {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes what asks routes as a request would, without a network; a refusal is answered by its problem. */
export function asking(
  served: Served,
  clock: SimulatedClock,
): (name: RouteName, asking?: Asking) => Promise<Answered> {
  return async (name, { params = {}, query = {}, body, headers = {} } = {}) => {
    try {
      const outgoing = await answering(name, { served, clock })({
        sent: { params, query, body },
        caller: { who: "CN=alice", role: "admin", from: "127.0.0.1" },
        outside: { baseUrl: "https://status.example.org/wm" },
        signal: new AbortController().signal,
        request: { headers } as unknown as IncomingMessage,
        response: {} as unknown as ServerResponse,
      });
      if (outgoing === null) throw new Error("the response was taken over");
      const pieces: string[] = [];
      if (typeof outgoing.body === "string") pieces.push(outgoing.body);
      else for await (const piece of outgoing.body) pieces.push(piece);
      const text = pieces.join("");
      return answered(outgoing, text);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { problem } = error;
      return answered({ status: problem.status, headers: {} }, JSON.stringify(problem));
    }
  };
}

function answered({ status, headers }: Omit<Outgoing, "body">, text: string): Answered {
  const isJson = text.startsWith("{");
  return { status, headers, text, json: (isJson ? JSON.parse(text) : null) as never };
}

/** A clock at a time when people work. */
export function officeClock(): SimulatedClock {
  return simulatedClock({ auto: false });
}
