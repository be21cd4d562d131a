import { systemClock } from "../../adapters/system/clock.ts";
import { systemRandom } from "../../adapters/system/random.ts";
import { unknownTarget } from "../../engine/deploy/pair-up.ts";
import type { Entry } from "../../engine/watch/entry.ts";
import { Followers } from "../../engine/watch/followers.ts";
import { Meter } from "../../engine/watch/meter.ts";
import { Monitor } from "../../engine/watch/monitor.ts";
import { monitorControl, type Claim, type Described } from "../../engine/watch/monitor-control.ts";
import type { WatchControl } from "../../model/control.ts";
import type { Purpose } from "../../model/deployment.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look } from "../../model/watch-state.ts";
import type { Channel } from "../../ports/channel.ts";
import type { HintSource, HintSubscription } from "../../ports/hints.ts";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import type { Store } from "../../ports/store.ts";
import type { DeployOrder, DeployOrderOptions } from "../control/deploy-order.ts";
import { startingControl, stillStarting, switchedControl } from "../control/starting-control.ts";
import { touchedBy } from "../deploy/plan-changes.ts";
import type { ApplyOutcome } from "../deploy/deployment.ts";
import { preparingRest } from "../deploy/prepare.ts";
import { nothingDeployable } from "./nothing-deployable.ts";
import type { ProjectHost } from "./project-host.ts";
import type { Sources } from "./sources.ts";
import type { Settled } from "./project-part.ts";
import { urlsOf, type Watched } from "./watched.ts";

/** Who hears of what is watched. */
export interface WatchListeners {
  /** Told of everything that happens, once it is stored; it must not throw. */
  readonly onEvent: (event: WatchEvent) => void;
  /** Told of each look; it must not throw. */
  readonly onLook: (entry: Entry, look: Look) => void;
  /** Told what goes wrong with watching itself, for people; it must not throw. */
  readonly onProblem: (text: string) => void;
}

/** What a project is watched with. */
export interface WatchedProjectOptions extends WatchListeners {
  readonly name: string;
  readonly root: string;
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly isApplying: boolean;
  /** True when it is watched only for what somebody asks for: nothing else is done; false by default. */
  readonly isOnlyAsked?: boolean;
}

/** A project while it is watched: what can be asked of it, and how it takes over what is new. */
export class WatchedProject {
  readonly #options: WatchedProjectOptions;
  readonly #monitor: Monitor;
  readonly #followers = new Followers();
  readonly #startedAt = systemClock.now();
  #sources: Sources | null = null;
  #host: ProjectHost | null = null;
  #hints: HintSubscription | null = null;
  #watched: ReadonlyMap<string, Watched> = new Map();
  #pending: readonly string[] = [];
  #hasBegun = false;
  #failure = { text: "", toldMs: 0 };
  #stopTending: (() => void) | null = null;
  /** Loads, and deploys that change what is watched, come one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** What can be asked of it. */
  readonly control: WatchControl;
  /** What was counted since it began. */
  readonly meter = new Meter({
    clock: systemClock,
    kindOf: (resource) => this.#watched.get(resource)?.described.kind ?? "",
  });

  /**
   * Watches nothing yet.
   *
   * @param options - What it is watched with.
   */
  constructor(options: WatchedProjectOptions) {
    const { name, store, channels, isOnlyAsked, onEvent, onLook } = options;
    this.#options = options;
    this.#monitor = new Monitor({
      project: name,
      subjects: [],
      store,
      clock: systemClock,
      random: systemRandom,
      channels,
      meter: this.meter,
      isDelivering: isOnlyAsked !== true,
      onEvent: (event) => {
        this.#followers.tell(event);
        onEvent(event);
      },
      onLook,
      onStoreFailure: (error) => {
        this.#tellFailure(error instanceof Error ? error.message : String(error));
      },
    });
    this.control = this.#switching(this.#monitorControl());
  }

  #monitorControl(): WatchControl {
    const { name, root, store } = this.#options;
    return monitorControl({
      monitor: this.#monitor,
      followers: this.#followers,
      store,
      clock: systemClock,
      describe: this.describe,
      claims: this.claims,
      about: () => ({
        project: name,
        folder: root,
        runningSince: this.#startedAt,
        pid: process.pid,
        pendingChanges: this.#pending,
      }),
      unknown: (resource, names) => new ConfigurationError([unknownTarget(resource, names)]),
    });
  }

  // Before it watches, only what is stored can be told.
  #switching(watching: WatchControl): WatchControl {
    const { name: project, root: folder, store } = this.#options;
    const { follow } = watching;
    const starting = startingControl({ project, folder, store, clock: systemClock, follow });
    return switchedControl(() => (this.#hasBegun ? watching : starting));
  }

  /**
   * What is watched.
   *
   * @returns By name.
   */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#monitor.entries;
  }

  /**
   * Keeps resources from being judged and repaired while something else works on them.
   *
   * @param names - Which.
   * @param by - The one of them whose repair it is that works on them; null for none.
   * @returns To be disposed.
   */
  exclude(names: readonly string[], by: string | null = null): Promise<Disposable> {
    return this.#monitor.exclude(names, by);
  }

  /**
   * How late looks began, at worst, over the last minute.
   *
   * @returns Milliseconds.
   */
  get latenessMs(): number {
    return this.#monitor.lateness.worstMs;
  }

  /**
   * Tells what a resource is.
   *
   * @param resource - Its name.
   * @returns Nothing for one that is not watched.
   */
  readonly describe = (resource: string): Described =>
    this.#watched.get(resource)?.described ?? NOTHING_DESCRIBED;

  /**
   * Tells what must be true of a resource.
   *
   * @param resource - Its name.
   * @returns Its claims; none for one that is not watched.
   */
  readonly claims = (resource: string): readonly Claim[] =>
    this.#watched.get(resource)?.claims ?? [];

  /**
   * Tells which URLs are asked.
   *
   * @returns Those of all claims over HTTP, some of them more than once.
   */
  urls(): readonly string[] {
    return urlsOf([...this.#watched.values()]);
  }

  /**
   * Refuses the name of what is not watched.
   *
   * @param resource - A name.
   * @throws {@link ConfigurationError} When it is not watched.
   * @throws {@link DeployError} When nothing is watched yet.
   */
  refuseUnknown(resource: string): void {
    if (!this.#hasBegun) throw stillStarting();
    const names = [...this.entries.keys()];
    if (!this.entries.has(resource)) throw new ConfigurationError([unknownTarget(resource, names)]);
  }

  /**
   * Brings the next look at a resource forward: something may have changed.
   *
   * @param resource - Its name.
   */
  hint(resource: string): void {
    this.#monitor.hint(resource);
  }

  /**
   * Tells whether a resource is believed to fail.
   *
   * @param name - The resource.
   * @returns False for one that is not watched.
   */
  isFailing(name: string): boolean {
    return this.#monitor.entries.get(name)?.state.health === "unhealthy";
  }

  /**
   * Tells which supervisord a program is under.
   *
   * @param name - The resource.
   * @returns Its own, or the one that supervisord's configuration names.
   */
  supervisorOf(name: string): SupervisorAddress {
    return this.#watched.get(name)?.supervisor ?? DEFAULT_SUPERVISOR;
  }

  /**
   * Loads what is to be watched, carries out what may be done without asking, and begins to watch.
   *
   * @param parts - Where it is loaded from, who deploys it, and what hints come from.
   * @returns What became of the first deploy.
   * @throws {@link ConfigurationError} With everything that is wrong.
   * @throws {@link DeployError} When it could not be completed.
   */
  async begin(parts: {
    readonly sources: Sources;
    readonly host: ProjectHost | null;
    readonly hints: HintSource;
  }): Promise<Settled> {
    this.#sources = parts.sources;
    this.#host = parts.host;
    await parts.sources.load();
    const settled = await parts.sources.settle(this.#options.isApplying);
    this.#watched = await parts.sources.watched();
    // Before the first looks: what changes after them is told.
    this.#hints = parts.hints.watch(this.#hintTargets(), ({ resource }) => {
      this.#monitor.hint(resource);
    });
    await this.#monitor.start([...this.#watched.values()].map(({ subject }) => subject));
    this.#hasBegun = true;
    this.#tend();
    const count = this.#watched.size;
    if (this.#options.isOnlyAsked === true) return settled;
    await this.#tell("started", watchingText(count));
    await this.#setPending(settled.pending);
    return settled;
  }

  /**
   * Loads the files anew: what is new is made and watched; when anything is wrong, nothing changes.
   *
   * @returns What became of it, in one sentence.
   * @throws {@link ConfigurationError} When it cannot be loaded.
   * @throws {@link DeployError} When what is new could not be made.
   */
  async reload(): Promise<string> {
    if (!this.#hasBegun) throw stillStarting();
    return await this.#inTurn(async (sources) => {
      try {
        await sources.load();
        const { pending, outcome } = await sources.settle(this.#options.isApplying);
        await this.#refresh();
        await this.#setPending(pending);
        if (outcome !== null && outcome.status !== "deployed") {
          const [problem = outcome.status] = outcome.results.flatMap(({ problems }) => problems);
          return await this.#tell("reload_failed", `what is new was not made: ${problem}`);
        }
        return await this.#tell("reloaded", watchingText(this.#watched.size));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const [line = ""] = reason.split("\n");
        await this.#tell("reload_failed", `what was loaded before goes on: ${line}`);
        throw error;
      }
    });
  }

  /**
   * Takes over what was deployed meanwhile; what goes wrong with that is told.
   *
   * @param gone - What was destroyed, and is not to be made again by itself.
   */
  readonly deployed = (gone: readonly string[]): void => {
    const takeOver = async (): Promise<void> => {
      await this.#monitor.setAside(gone);
      await this.#refresh();
    };
    void this.#inTurn(takeOver).catch(this.#onProblem);
  };

  /**
   * Carries out a plan that somebody agreed to.
   *
   * @param order - The plan, and how.
   * @param options - Who hears of it, and what ends it.
   * @returns What became of it.
   * @throws {@link DeployError} When it could not be completed, or the state is another one by now.
   */
  readonly deploy = async (
    order: DeployOrder,
    { signal, onEvent }: DeployOrderOptions,
  ): Promise<ApplyOutcome> => {
    if (!this.#hasBegun) throw stillStarting();
    const host = this.#host;
    if (host === null) throw nothingDeployable();
    const { plan, of, mode, command, by, mayRetry, mayDeleteData, keepFiles } = order;
    const prepare = preparingRest(plan);
    const may = { mayRetry, mayDeleteData, keepFiles };
    // Until what was destroyed is set aside: its absence is no failure.
    const exclusion = await this.exclude(touchedBy(plan));
    try {
      const outcome = await host
        .deploy({ prepare, of, mode, by }, { ...may, plan, command, signal, onEvent })
        .catch(async (error: unknown) => {
          // What was interrupted before may have been brought to its end.
          await this.#inTurn((sources) => this.#catchUp(sources)).catch(this.#onProblem);
          throw error;
        });
      await this.#takeOver(plan.purpose, outcome, by);
      return outcome;
    } finally {
      exclusion[Symbol.dispose]();
    }
  };

  /**
   * Stops watching: what is under way ends, what is left to write is written.
   *
   * @param abort - Ends what is under way; nothing is decided any more by then.
   */
  async end(abort: () => void): Promise<void> {
    this.#stopTending?.();
    this.#stopTending = null;
    const stopping = this.#monitor.stop();
    abort();
    await Promise.all([stopping, this.#hints?.[Symbol.asyncDispose]()]);
    await this.#last.catch(() => null);
    // What never began knows nothing of what was told before.
    const isTold = this.#hasBegun && this.#options.isOnlyAsked !== true;
    if (isTold) await this.#tell("stopped", "stopped");
    this.#followers.close();
  }

  async #takeOver(purpose: Purpose, outcome: ApplyOutcome, by: string): Promise<void> {
    const number = outcome.version === null ? "" : `version ${String(outcome.version)}: `;
    await this.#tell("deployed", `${number}${outcome.status}, by ${by}`);
    await this.#inTurn(async (sources) => {
      const gone = outcome.results.filter(
        (step) => step.action === "delete" && step.outcome === "done",
      );
      // Whoever destroys something does not want it back by itself.
      if (purpose === "destroy") {
        await this.#monitor.setAside(gone.map(({ resource }) => resource));
      }
      await this.#catchUp(sources);
      // Whatever became of it is for whoever asked for it; what goes wrong here is not theirs.
    }).catch(this.#onProblem);
  }

  async #catchUp(sources: Sources): Promise<void> {
    await this.#refresh();
    await this.#setPending((await sources.settle(false)).pending);
  }

  readonly #onProblem = (error: unknown): void => {
    this.#options.onProblem(error instanceof Error ? error.message : String(error));
  };

  #inTurn<T>(task: (sources: Sources) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      if (this.#sources === null) throw nothingDeployable();
      return await task(this.#sources);
    };
    const turn = this.#last.then(run, run);
    this.#last = turn;
    return turn;
  }

  // One after the other: it is never urgent.
  #tend(): void {
    this.#stopTending = systemClock.after(TEND_INTERVAL_MS, () => {
      const round = async (): Promise<void> => {
        for (const { tend } of this.#watched.values()) await tend?.().catch(() => null);
        if (this.#stopTending !== null) this.#tend();
      };
      void round();
    });
  }

  async #refresh(): Promise<void> {
    if (this.#sources === null) return;
    this.#watched = await this.#sources.watched();
    await this.#monitor.replace([...this.#watched.values()].map(({ subject }) => subject));
    this.#hints?.update(this.#hintTargets());
  }

  async #setPending(pending: readonly string[]): Promise<void> {
    const isSame = pending.join("\n") === this.#pending.join("\n");
    this.#pending = pending;
    if (isSame || pending.length === 0) return;
    const [first = ""] = pending;
    const more = pending.length > 1 ? ` and ${String(pending.length - 1)} more` : "";
    const text = `waiting for clockwork apply: ${first}${more}`;
    await this.#monitor.ledger.tell("pending_changes", text, { data: { changes: pending } });
  }

  async #tell(
    type: "started" | "stopped" | "reloaded" | "reload_failed" | "deployed",
    text: string,
  ): Promise<string> {
    await this.#monitor.ledger.tell(type, text);
    return text;
  }

  // A disk that is full says so for each of a thousand resources, every few seconds.
  #tellFailure(text: string): void {
    const { text: last, toldMs } = this.#failure;
    const nowMs = systemClock.elapsedMs();
    if (text === last && nowMs - toldMs < FAILURE_AGAIN_MS) return;
    this.#failure = { text, toldMs: nowMs };
    this.#options.onProblem(text);
  }

  #hintTargets(): Parameters<HintSource["watch"]>[0] {
    return [...this.#watched.values()].flatMap(({ hints }) => hints ?? []);
  }
}

const DEFAULT_SUPERVISOR = { serverUrl: null, username: null, password: null };

/** The same failure is told once in so many milliseconds. */
const FAILURE_AGAIN_MS = 60_000;

/** From one round of tending to the next, in milliseconds. */
const TEND_INTERVAL_MS = 60_000;

const NOTHING_DESCRIBED = { kind: "", group: null };

function watchingText(count: number): string {
  return `watching ${String(count)} ${count === 1 ? "resource" : "resources"}`;
}
