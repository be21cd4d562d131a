import { memoryStore } from "../../adapters/memory/store.ts";
import { Cancellation } from "../../engine/cancellation.ts";
import { runPlans, type ResourceOutcome } from "../../engine/run-plans.ts";
import type { Entry } from "../../engine/watch/entry.ts";
import { Monitor } from "../../engine/watch/monitor.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { Message } from "../../model/incident.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look } from "../../model/watch-state.ts";
import type { Channel } from "../../ports/channel.ts";
import type { HintSubscription } from "../../ports/hints.ts";
import type { Store } from "../../ports/store.ts";
import { mortalClock } from "../../testing/mortal-clock.ts";
import { Life } from "../../testing/mortal.ts";
import type { SeededRandom } from "../../testing/seeded-random.ts";
import type { SimulatedWorld } from "../../testing/world/simulated-world.ts";
import { preparingApply, type Declared } from "../deploy/prepare.ts";
import type { ApplyOutcome } from "../deploy/deployment.ts";
import type { Workspace } from "../deploy/workspace.ts";
import { watchedDeployed, type DeployedContext } from "../watching/deployed-subjects.ts";
import { ProjectHost } from "../watching/project-host.ts";
import type { AssumingKinds } from "./assumptions.ts";
import { SIMULATED_LOCK, simulatedWorkspace } from "./simulated-workspace.ts";

/** What a project is rehearsed with. */
export interface RehearsalParts {
  readonly root: string;
  readonly name: string;
  readonly declared: Declared;
  readonly world: SimulatedWorld;
  readonly kinds: AssumingKinds;
  readonly random: SeededRandom;
  readonly onEvent: (event: WatchEvent) => void;
  readonly onLook: (resource: string, look: Look) => void;
  readonly onMessage: (message: Message) => void;
  /** Told when something of our own fails, in words. */
  readonly onTrouble: (words: string) => void;
}

/** Looks at one resource at once. */
const CONCURRENCY = 64;
/** Within the clock's steps everything that was begun goes on. */
const STEP_MS = 10;
/** Nobody deploys for longer than that in a simulation. */
const LIMIT_DEPLOY_MS = 4 * 3_600_000;

/** Our own process in a simulation: it deploys, watches, is killed, and begins again on what was stored. */
export class Rehearsal {
  readonly store: Store = memoryStore();
  readonly #parts: RehearsalParts;
  #life = new Life();
  #controller = new AbortController();
  #monitor: Monitor | null = null;
  #hints: HintSubscription | null = null;

  /**
   * Begins with nothing deployed.
   *
   * @param parts - The project, and the world.
   */
  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  /**
   * What is believed of everything; nothing while nobody watches.
   *
   * @returns By name.
   */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#monitor?.entries ?? new Map();
  }

  /**
   * Deploys everything that is declared.
   *
   * @returns What became of it.
   * @throws As {@link ProjectHost.deploy} does.
   */
  async deploy(): Promise<ApplyOutcome> {
    const workspace = this.#workspace();
    const host = await this.#drive(this.#host(workspace));
    // The files of the project stay where they are: nothing of a simulation outlives it.
    const prepare = preparingApply({ ...this.#parts.declared, files: [] }, {});
    return await this.#drive(host.deploy({ prepare, of: null, mode: "rollback" }, {}));
  }

  /**
   * Begins to watch, on what is stored.
   *
   * @throws {@link StateError} When what is stored cannot be read.
   */
  async begin(): Promise<void> {
    this.#life = new Life();
    this.#controller = new AbortController();
    const { world, random, root, name, onEvent, onMessage, onTrouble } = this.#parts;
    const life = this.#life;
    const { signal } = this.#controller;
    const clock = mortalClock(world.clock, life);
    const workspace = this.#workspace();
    const host = await this.#host(workspace);
    const context: DeployedContext = {
      ...{ project: name, root, world: workspace.context().world, clock, signal, workspace, host },
      runPlan: (plan) => this.#runPlan(plan, workspace),
      recorded: async (resource) =>
        (await workspace.store.snapshot()).resources.get(resource) ?? null,
      isFailing: (resource) => this.entries.get(resource)?.state.health === "unhealthy",
      onDeployed: () => {
        void this.#watchOthers(context);
      },
    };
    const watched = await watchedDeployed(context);
    const monitor = new Monitor({
      project: name,
      subjects: watched.map(({ subject }) => this.#seen(subject)),
      store: workspace.store,
      clock,
      random: random.part(`watching ${String(world.clock.elapsedMs())}`),
      channels: [channelTo(onMessage)],
      onEvent,
      onStoreFailure: (error) => {
        onTrouble(`could not write: ${String(error)}`);
      },
    });
    if (life.isOver) return;
    this.#monitor = monitor;
    await monitor.start();
    const targets = watched.flatMap(({ hints }) => (hints === null ? [] : [hints]));
    this.#hints = world.hints.watch(targets, ({ resource }) => {
      if (!life.isOver) monitor.hint(resource);
    });
  }

  /**
   * Kills it, and lets it begin again.
   *
   * @param awayMs - After so long, in milliseconds.
   */
  kill(awayMs: number): void {
    const { world, onTrouble } = this.#parts;
    this.#life.end();
    this.#monitor = null;
    void this.#hints?.[Symbol.asyncDispose]();
    this.#hints = null;
    world.processes.orphan();
    world.clock.after(awayMs, () => {
      this.begin().catch((error: unknown) => {
        onTrouble(`could not begin again: ${String(error)}`);
      });
    });
  }

  /** Ends it as a person would. */
  async stop(): Promise<void> {
    const { clock } = this.#parts.world;
    this.#controller.abort(new Error("stopped"));
    const stopping = this.#monitor?.stop() ?? Promise.resolve();
    await clock.advance(STEP_MS);
    await stopping;
  }

  // After a deadline has passed, what was destroyed is not watched any more.
  async #watchOthers(context: DeployedContext): Promise<void> {
    try {
      const watched = await watchedDeployed(context);
      await this.#monitor?.replace(watched.map(({ subject }) => this.#seen(subject)));
    } catch (error) {
      this.#parts.onTrouble(`could not watch what is deployed now: ${String(error)}`);
    }
  }

  // What was seen is told before what follows from it.
  #seen(subject: Subject): Subject {
    const life = this.#life;
    return {
      ...subject,
      look: async (signal) => {
        const look = await subject.look(signal);
        if (!life.isOver) this.#parts.onLook(subject.name, look);
        return look;
      },
    };
  }

  #workspace(): Workspace {
    const { root, name, world, kinds, random } = this.#parts;
    const { store } = this;
    const { signal } = this.#controller;
    return simulatedWorkspace({
      ...{ root, name, world, kinds, store, signal, life: this.#life },
      random: random.part(`deploying ${String(world.clock.elapsedMs())}`),
    });
  }

  async #host(workspace: Workspace): Promise<ProjectHost> {
    return await ProjectHost.takeOver({
      workspace,
      lock: SIMULATED_LOCK,
      signal: this.#controller.signal,
      exclude: async (names, by) => (await this.#monitor?.exclude(names, by)) ?? NOBODY,
      onEvent: () => undefined,
    });
  }

  async #runPlan(plan: CheckPlan, workspace: Workspace): Promise<ResourceOutcome> {
    const { kinds, world } = workspace.context();
    using cancellation = new Cancellation(this.#controller.signal);
    const context = { kinds, world, cancellation, concurrency: CONCURRENCY };
    const [outcome] = await runPlans([{ ...plan, dependsOn: [] }], context);
    if (outcome === undefined) throw new RangeError(`${plan.resource} was not looked at`);
    return { ...outcome, plan };
  }

  // Time goes on as long as something waits for it.
  async #drive<T>(task: Promise<T>): Promise<T> {
    const { clock } = this.#parts.world;
    const waiting = new Set([task]);
    const end = (): void => {
      waiting.clear();
    };
    task.then(end, end);
    for (let passedMs = 0; waiting.size > 0 && passedMs < LIMIT_DEPLOY_MS; passedMs += STEP_MS) {
      await clock.advance(STEP_MS);
    }
    return await task;
  }
}

function channelTo(onMessage: RehearsalParts["onMessage"]): Channel {
  return {
    name: "people",
    deliver: (message) => {
      onMessage(message);
      return Promise.resolve();
    },
  };
}

const NOBODY: Disposable = { [Symbol.dispose]: () => undefined };
