import type { AuditRecord } from "../model/audit.ts";
import type { WatchControl } from "../model/control.ts";
import type { DeployEvent, DeployOutcome } from "../model/deploy-event.ts";
import type { DeployPlan } from "../model/deployment.ts";
import type { Incident } from "../model/incident.ts";
import type { Health } from "../model/verdict.ts";
import type { Look, Sync, WatchState } from "../model/watch-state.ts";
import type { Store } from "./store.ts";
import type { WatchMeter } from "./watch-meter.ts";

/** What is read of the state of a project that is served. */
export type ServedStore = Pick<
  Store,
  | "incidents"
  | "incident"
  | "repairs"
  | "events"
  | "deliveries"
  | "results"
  | "rollUps"
  | "versions"
  | "version"
  | "heartbeat"
  | "audit"
>;

/** Who asks for a change over HTTP, as the audit log and the event log name them. */
export interface ChangeOptions {
  readonly by: string;
  readonly signal: AbortSignal;
}

/** How a project that is served is deployed. */
export interface ServedDeploys {
  /**
   * Plans an apply, and changes nothing. The hash of the plan is of its steps as well: with it, exactly this is applied.
   *
   * @throws {@link ConfigurationError} When what is declared is wrong.
   */
  readonly plan: (options: { readonly signal: AbortSignal }) => Promise<DeployPlan>;
  /**
   * Plans, and carries it out.
   *
   * @throws {@link DeployError} With the code `plan-stale` when a hash is given and the plan is another one.
   */
  readonly apply: (
    order: {
      readonly hash: string | null;
      readonly rollback: "off" | "notify" | "rollback";
      readonly mayRetry: boolean;
      readonly mayDeleteData: boolean;
    },
    options: ChangeOptions & { readonly onEvent?: (event: DeployEvent) => void },
  ) => Promise<DeployOutcome>;
  /**
   * Brings back a version.
   *
   * @throws {@link ConfigurationError} When there is none of that number.
   */
  readonly rollback: (
    order: { readonly version: number; readonly mayDeleteData: boolean },
    options: ChangeOptions,
  ) => Promise<DeployOutcome>;
}

/** How many resources of a project are how. */
export interface ServedCounts {
  readonly resources: number;
  readonly health: Readonly<Record<Health, number>>;
  readonly sync: Readonly<Record<Sync, number>>;
  readonly openIncidents: number;
}

/** One project that is served: watched here, or only read from its state. It is the same object for as long as it is served. */
export interface ServedProject {
  readonly name: string;
  /** The absolute path of its folder. */
  readonly folder: string;
  /** What can be asked of it. Where nobody watches, only what reads is called. */
  readonly control: WatchControl;
  readonly store: ServedStore;
  /** Null where this process does not watch it: then nothing can be changed here. */
  readonly watching: ServedWatching | null;
}

/** One resource while it is watched. It changes in place. */
export interface WatchedEntry {
  readonly subject: { readonly name: string };
  readonly state: WatchState;
  /** What the last look came to; null before the first one. */
  readonly look: Look | null;
  /** Those that are open. */
  readonly incidents: readonly Incident[];
}

/** What only whoever watches a project can do. */
export interface ServedWatching {
  readonly meter: WatchMeter;
  /** Counts what is watched, without making anything of each resource: it is asked several times a second. */
  readonly counts: () => ServedCounts;
  /** All that is watched, by name, as it is just now: asking costs nothing, whatever their number. */
  readonly entries: () => ReadonlyMap<string, WatchedEntry>;
  /** What a resource is. */
  readonly describe: (resource: string) => {
    readonly kind: string;
    readonly group: string | null;
  };
  /** How late looks began, at worst, over the last minute, in milliseconds. */
  readonly latenessMs: () => number;
  /** The claims of a resource; empty for one that is not known. */
  readonly claims: (
    resource: string,
  ) => readonly { readonly name: string; readonly claim: string }[];
  /** URLs that are asked over HTTP, which may hold secrets; left out where none are. */
  readonly urls?: () => readonly string[];
  /** Null when nothing of it is deployed from here: a services or a task file. */
  readonly deploys: ServedDeploys | null;
  /**
   * Takes a heartbeat of a job, and brings the look at its resource forward.
   *
   * @returns False when the resource expects none.
   * @throws {@link ConfigurationError} When there is no such resource.
   */
  readonly beat: (beat: {
    readonly resource: string;
    readonly isOk: boolean;
    readonly comment: string;
    readonly by: string;
  }) => Promise<boolean>;
  /** Writes an entry of the audit log. */
  readonly audit: (entry: Omit<AuditRecord, "id" | "at">) => Promise<void>;
}

/** All that is served. */
export interface Served {
  /** In the order in which they were named. */
  readonly projects: () => readonly ServedProject[];
  /** When this process began, in milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  /** Of Clockwork. */
  readonly version: string;
  readonly nodeVersion: string;
  readonly phase: () => "starting" | "ok" | "stopping";
  /** Null where this only reads. */
  readonly registry: ServedRegistry | null;
  /** Blackbox probes; null where there are none. */
  readonly prober: Prober | null;
}

/** How further projects come to be watched. */
export interface ServedRegistry {
  /**
   * Watches another project.
   *
   * @param path - A file or folder.
   * @returns The project.
   * @throws {@link DeployError} When the path is not allowed (`path-forbidden`), or is watched already (`project-watched`).
   * @throws {@link ConfigurationError} When it cannot be loaded.
   */
  readonly register: (path: string, options: ChangeOptions) => Promise<ServedProject>;
  /**
   * Stops watching a project that was registered.
   *
   * @returns False when it was not registered.
   */
  readonly unregister: (project: string, options: ChangeOptions) => Promise<boolean>;
}

/** What one probe came to: lines of metrics, or why there was none. */
export type ProbeOutcome =
  | { readonly type: "metrics"; readonly text: string }
  | { readonly type: "forbidden" | "no-module" | "busy"; readonly message: string };

/** What a probe is asked for. */
export interface ProbeAsked {
  readonly target: string;
  readonly module: string;
  /** What goes into the `Host` header and the TLS handshake instead of the target's own name; null for that. */
  readonly hostname: string | null;
  /** Who asks, for fairness among them. */
  readonly client: string;
  /** How long whoever asks waits, in milliseconds; null when that is not known. */
  readonly patienceMs: number | null;
  /** True for readable text about the probe, its metrics included. */
  readonly isDebug: boolean;
}

/** Probes targets as blackbox_exporter does. */
export interface Prober {
  readonly probe: (asked: ProbeAsked, signal: AbortSignal) => Promise<ProbeOutcome>;
}
