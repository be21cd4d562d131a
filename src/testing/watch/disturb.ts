import type { SeededRandom } from "../seeded-random.ts";
import type { SimulatedClock } from "../simulated-clock.ts";
import type { Judge } from "./judge.ts";
import type { Condition, Thing } from "./thing.ts";
import type { Trace } from "./trace.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often things go wrong on average, in milliseconds from one to the next. */
export interface Disturbances {
  /** With each thing. */
  readonly breakMs: number;
  /** With each place where things are looked at. */
  readonly unreachableMs: number;
  /** With whoever watches: it is killed. */
  readonly killMs: number;
  /** With the clock: it is set. */
  readonly jumpMs: number;
}

/** Enough of everything within two weeks. */
const USUAL_DISTURBANCES: Disturbances = {
  breakMs: 8 * HOUR_MS,
  unreachableMs: 16 * HOUR_MS,
  killMs: 9 * HOUR_MS,
  jumpMs: 3 * DAY_MS,
};

/** What can be disturbed. */
export interface Disturbed {
  readonly clock: SimulatedClock;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly judge: Judge;
  readonly things: readonly Thing[];
  /** Tells whoever watches that something happened. */
  readonly hint: (resource: string, reason: string) => void;
  /** Kills whoever watches, at once or at one of the next moments in which it asks the world for something. */
  readonly kill: (crossings: number) => void;
}

const CONDITIONS: readonly (readonly [Condition | "drift" | "blip", number])[] = [
  ["ended", 25],
  ["failing", 18],
  ["hanging", 8],
  ["missing", 9],
  ["drift", 14],
  ["warned", 4],
  ["blip", 22],
];

/** Lets things go wrong, as often and as badly as chance will have it. */
export class Disturber {
  readonly #parts: Disturbed;
  readonly #often: Disturbances;
  readonly #unreachable = new Map<string, number>();
  #isOver = false;

  /**
   * Begins; nothing goes wrong yet.
   *
   * @param parts - What can be disturbed.
   * @param often - How often.
   */
  constructor(parts: Disturbed, often: Disturbances = USUAL_DISTURBANCES) {
    this.#parts = parts;
    this.#often = often;
  }

  /** Lets it begin. */
  start(): void {
    const { things } = this.#parts;
    for (const thing of things) {
      this.#again(this.#often.breakMs, () => {
        this.#breakOne(thing);
      });
    }
    for (const place of new Set(things.map(({ traits }) => traits.place))) {
      this.#again(this.#often.unreachableMs, () => {
        this.#loseSight(place);
      });
    }
    this.#again(this.#often.killMs, () => {
      const { random, kill } = this.#parts;
      kill(random.chance(0.5) ? 1 : Math.ceil(random.between(1, 400)));
    });
    this.#again(this.#often.jumpMs, () => {
      this.#jump();
    });
  }

  /** Ends it: all is well from now on, and stays so. */
  stop(): void {
    const { things, trace, judge } = this.#parts;
    this.#isOver = true;
    this.#unreachable.clear();
    for (const thing of things) if (!thing.isWell) thing.heal();
    judge.disturbed(null);
    trace.add("world", "all is well from now on");
  }

  /**
   * Tells whether what lives at a place can be looked at.
   *
   * @param place - The place.
   * @returns False while it cannot.
   */
  readonly isReachable = (place: string): boolean => (this.#unreachable.get(place) ?? 0) === 0;

  #again(meanMs: number, happen: () => void): void {
    const { clock, random } = this.#parts;
    clock.after(random.wait(meanMs), () => {
      if (this.#isOver) return;
      happen();
      this.#again(meanMs, happen);
    });
  }

  #breakOne(thing: Thing): void {
    const { random, trace } = this.#parts;
    if (!thing.isWell) return;
    const what = this.#draw(thing);
    const isStubborn = what !== "blip" && random.chance(0.15);
    const lastsMs =
      what === "blip"
        ? random.between(SECOND_MS, 40 * SECOND_MS)
        : random.between(MINUTE_MS, isStubborn ? 9 * HOUR_MS : 5 * HOUR_MS);
    if (what === "drift") thing.drift();
    else thing.become(what === "blip" ? "failing" : what, isStubborn);
    trace.add("world", `${thing.name} ${what}${isStubborn ? ", whatever anybody does" : ""}`);
    this.#disturbed(thing);
    if (what === "ended" || what === "missing") this.#hint(thing, what);
    this.#healLater(thing, lastsMs);
  }

  #draw({ traits }: Thing): Condition | "drift" | "blip" {
    const { random } = this.#parts;
    const all = CONDITIONS.filter(
      ([what]) => traits.isManaged || (what !== "drift" && what !== "missing"),
    );
    let left = random.between(
      0,
      all.reduce((sum, [, share]) => sum + share, 0),
    );
    for (const [what, share] of all) {
      left -= share;
      if (left < 0) return what;
    }
    return "failing";
  }

  // Whatever nobody repairs becomes well at some time: by itself, or somebody came.
  #healLater(thing: Thing, lastsMs: number): void {
    const { clock, trace } = this.#parts;
    const since = thing.sinceMs;
    clock.after(lastsMs, () => {
      if (this.#isOver || thing.sinceMs !== since || thing.isWell) return;
      thing.heal();
      trace.add("world", `${thing.name} is well again by itself`);
      this.#disturbed(thing);
    });
  }

  // What needs it has to get over it as well.
  #disturbed(thing: Thing): void {
    const { judge, things } = this.#parts;
    judge.disturbed(thing.name);
    for (const each of things) if (each.traits.needs.includes(thing)) this.#disturbed(each);
  }

  // Some hints are lost.
  #hint({ name }: Thing, reason: string): void {
    const { clock, random, hint } = this.#parts;
    if (random.chance(0.2)) return;
    clock.after(random.between(5, 100), () => {
      hint(name, reason);
    });
  }

  #loseSight(place: string): void {
    const { clock, random, trace, judge } = this.#parts;
    const lastsMs = random.between(SECOND_MS, random.chance(0.5) ? 20 * SECOND_MS : 25 * MINUTE_MS);
    trace.add("world", `${place} cannot be asked`);
    this.#unreachable.set(place, (this.#unreachable.get(place) ?? 0) + 1);
    clock.after(lastsMs, () => {
      if (this.#isOver) return;
      this.#unreachable.set(place, (this.#unreachable.get(place) ?? 1) - 1);
      trace.add("world", `${place} can be asked again`);
      judge.disturbed(null);
    });
  }

  #jump(): void {
    const { clock, random, trace, judge } = this.#parts;
    const byMs = Math.round(random.between(-2 * HOUR_MS, 3 * HOUR_MS));
    trace.add("world", `the clock jumps by ${String(byMs)} ms`);
    clock.jump(byMs);
    judge.jumped();
  }
}
