import { memoryStore } from "../../adapters/memory/store.ts";
import { Monitor, type MonitorOptions } from "../../engine/watch/monitor.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { Store } from "../../ports/store.ts";
import { mortalClock } from "../mortal-clock.ts";
import { Life, mortal } from "../mortal.ts";
import { seededRandom, type SeededRandom } from "../seeded-random.ts";
import { simulatedClock, type SimulatedClock } from "../simulated-clock.ts";
import { checkBounds, checkEnd } from "./bounds.ts";
import { Disturber, type Disturbances } from "./disturb.ts";
import { Judge, type Violation } from "./judge.ts";
import { simulatedChannel, type SimulatedChannel } from "./telling.ts";
import { askingOf, People, type Watched } from "./people.ts";
import { drawPolicy } from "./thing-policy.ts";
import { thingSubject, type ThingWorld, type WatchedThing } from "./thing-subject.ts";
import { Thing } from "./thing.ts";
import { Trace } from "./trace.ts";
import { watchedStore } from "./watched-store.ts";

const STEP_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** So long all is well in the end: enough for whatever waits the longest. */
const QUIET_MS = 3 * 3_600_000;
const LONGEST_AWAY_MS = 60_000;
/** Somebody asks something, or holds something, so often on average. */
const PEOPLE_MS = 5 * 3_600_000;
const PLACES = ["engine", "host", "network"] as const;

/** Who watches in a simulation. */
export interface Watcher {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly hint: (resource: string) => void;
  /** What people can ask of it; null for what takes no questions. */
  readonly asked: Watched | null;
}

/** What is simulated. */
export interface SimulationOptions {
  /** The same one gives the same simulation. */
  readonly seed: number;
  readonly days: number;
  /** So many things are watched; 20 by default. */
  readonly resources?: number;
  readonly disturbances?: Disturbances;
  /** Makes who watches; our own monitor by default. Something else shows that the laws can be broken. */
  readonly watch?: (options: MonitorOptions) => Watcher;
  /** Changes how a thing is watched, to the same end. */
  readonly subject?: (subject: Subject) => Subject;
}

/** What a simulation came to. */
export interface SimulationResult {
  readonly seed: number;
  /** The laws that were broken; the simulation ends with the first ones. */
  readonly violations: readonly Violation[];
  readonly trace: Trace;
  readonly looks: number;
  readonly incidents: number;
  readonly attempts: number;
  readonly messages: number;
  /** So often whoever watches was killed and started again. */
  readonly kills: number;
}

/**
 * Simulates weeks of watching, with whatever may go wrong, and holds all that happens to the laws of watching.
 *
 * @param options - What is simulated.
 * @returns What it came to.
 */
export async function simulateWatching(options: SimulationOptions): Promise<SimulationResult> {
  return await new Simulation(options).run();
}

/**
 * Watches with our own monitor.
 *
 * @param options - What is watched.
 * @returns Who watches.
 */
export function watchWithMonitor(options: MonitorOptions): Watcher {
  const monitor = new Monitor(options);
  return {
    start: () => monitor.start(),
    stop: () => monitor.stop(),
    hint: (resource) => {
      monitor.hint(resource);
    },
    asked: askingOf(monitor, options.clock),
  };
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: SeededRandom;
  readonly #clock: SimulatedClock = simulatedClock({ auto: false });
  readonly #trace: Trace = new Trace(() => this.#clock.elapsedMs());
  readonly #judge: Judge = new Judge({ clock: this.#clock, trace: this.#trace });
  readonly #store: Store = watchedStore(memoryStore(), this.#judge);
  readonly #things: readonly WatchedThing[];
  readonly #channel: SimulatedChannel;
  readonly #disturber: Disturber;
  readonly #people: People;
  #life = new Life();
  #watcher: Watcher | null = null;
  #kills = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#things = this.#drawThings(options.resources ?? 20);
    this.#channel = simulatedChannel({ clock: this.#clock, random: this.#random.part("channel") });
    const parts = {
      clock: this.#clock,
      random: this.#random.part("disturbances"),
      trace: this.#trace,
      judge: this.#judge,
      things: this.#things.map(({ thing }) => thing),
      hint: (resource: string): void => {
        this.#watcher?.hint(resource);
      },
      kill: (crossings: number): void => {
        this.#life.endAfter(crossings);
      },
    };
    this.#disturber = new Disturber(parts, options.disturbances);
    this.#people = new People({
      clock: this.#clock,
      random: this.#random.part("people"),
      trace: this.#trace,
      names: this.#things.map(({ thing }) => thing.name),
      watched: () => this.#watcher?.asked ?? null,
    });
  }

  async run(): Promise<SimulationResult> {
    for (const { thing, policy } of this.#things) this.#judge.add(thing, policy);
    this.#begin();
    this.#disturber.start();
    this.#people.start(PEOPLE_MS);
    await this.#pass(this.#options.days * DAY_MS);
    this.#disturber.stop();
    this.#people.stop();
    await this.#pass(QUIET_MS);
    await this.#end();
    const { ledger, violations, looks } = this.#judge;
    return {
      seed: this.#options.seed,
      violations,
      trace: this.#trace,
      looks,
      incidents: ledger.incidents.size,
      attempts: ledger.attempts,
      messages: ledger.messages,
      kills: this.#kills,
    };
  }

  async #pass(durationMs: number): Promise<void> {
    const { violations } = this.#judge;
    const { isReachable } = this.#disturber;
    for (let leftMs = durationMs; leftMs > 0 && violations.length === 0; leftMs -= STEP_MS) {
      await this.#clock.advance(Math.min(STEP_MS, leftMs));
      if (this.#life.isOver) continue;
      checkBounds({ judge: this.#judge, clock: this.#clock, isReachable });
    }
  }

  async #end(): Promise<void> {
    if (this.#judge.violations.length > 0) return;
    const stopping = this.#watcher?.stop();
    await this.#clock.advance(STEP_MS);
    await stopping;
    checkEnd(this.#judge);
    const { messages } = this.#judge.ledger;
    if (this.#channel.arrived.size < messages) {
      this.#judge.complain("project", "a message never arrived");
    }
    const [late] = this.#channel.late;
    if (late !== undefined) {
      const text = `message ${String(late)} arrived after a later one of its incident`;
      this.#judge.complain("project", text);
    }
  }

  // A process of its own, that knows nothing but what is stored.
  #begin(): void {
    const life = new Life(() => {
      this.#killed();
    });
    this.#life = life;
    this.#judge.restarted();
    this.#trace.add("world", "whoever watches begins");
    const world: ThingWorld = {
      clock: this.#clock,
      random: this.#random.part(`looks ${String(this.#kills)}`),
      judge: this.#judge,
      isReachable: this.#disturber.isReachable,
    };
    const change = this.#options.subject ?? ((subject: Subject): Subject => subject);
    const watch = this.#options.watch ?? watchWithMonitor;
    const watcher = watch({
      project: "simulated",
      subjects: this.#things.map((each) => change(thingSubject(each, world, life))),
      store: mortal(this.#store, life),
      clock: mortalClock(this.#clock, life),
      random: this.#random.part(`watching ${String(this.#kills)}`),
      channels: [mortal<SimulatedChannel>(this.#channel, life)],
      onEvent: () => undefined,
      onStoreFailure: (error) => {
        this.#judge.complain("project", `what was decided could not be stored: ${String(error)}`);
      },
    });
    this.#watcher = watcher;
    watcher.start().catch((error: unknown) => {
      this.#judge.complain("project", `could not begin to watch: ${String(error)}`);
    });
  }

  #killed(): void {
    this.#kills += 1;
    this.#watcher = null;
    this.#trace.add("world", "whoever watches is killed");
    this.#judge.restarted();
    this.#clock.after(this.#random.between(0, LONGEST_AWAY_MS), () => {
      this.#begin();
    });
  }

  // Some need others that come before them.
  #drawThings(count: number): readonly WatchedThing[] {
    const random = this.#random.part("things");
    const drawn: WatchedThing[] = [];
    for (let index = 0; index < count; index += 1) {
      const isManaged = random.chance(0.75);
      const others = drawn.map(({ thing }) => thing);
      const needs = others.length > 0 && random.chance(0.3) ? [random.pick(others)] : [];
      const place = random.pick(PLACES);
      const name = `${isManaged ? "thing" : "service"}-${String(index + 1)}`;
      const thing = new Thing({ name, place, needs, isManaged }, () => this.#clock.elapsedMs());
      drawn.push({ thing, policy: drawPolicy(random, isManaged) });
    }
    return drawn;
  }
}
