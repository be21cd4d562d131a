import type { JsonObject } from "../../model/json.ts";
import { canonicalJson } from "../../model/json.ts";
import type { Lifecycle, Live, Subject } from "../../model/lifecycle.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Manner } from "./manner.ts";

/** Something of which the simulation knows no more than that it was made, and whether it works. */
export interface AssumedThing {
  readonly resource: string;
  /** Null for what is only watched. */
  marks: Marks | null;
  /** What it was made from. */
  made: string;
  isRunning: boolean;
  isDrifted: boolean;
  manner: Manner;
}

const MAKE_MS = 500;

/** Things that the simulation knows no more about: programs under a supervisor, units, repositories, services of others. */
export class SimulatedThings {
  readonly all = new Map<string, AssumedThing>();
  readonly #clock: Clock;

  /**
   * Begins without any.
   *
   * @param clock - The time.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Adds something that is only watched.
   *
   * @param resource - Its name.
   */
  add(resource: string): void {
    const rest = { isRunning: true, isDrifted: false, manner: "normal" } as const;
    this.all.set(resource, { resource, marks: null, made: "", ...rest });
  }

  /**
   * Lets something run again that is only watched: somebody else has seen to it.
   *
   * @param resource - Its name; what we have made is left to us.
   */
  recover(resource: string): void {
    const thing = this.all.get(resource);
    if (thing?.marks === null) thing.isRunning = true;
  }

  /**
   * Says how such things are made, kept and taken away.
   *
   * @param of - How the real ones are.
   * @returns A lifecycle that touches nothing but the simulation.
   */
  lifecycle<World>(of: Lifecycle<World>): Lifecycle<World> {
    const make = (subject: Subject): Promise<JsonObject> => this.#make(subject);
    return {
      ...of,
      resolve: null,
      verify: null,
      read: async (subject) => this.#read(subject),
      create: make,
      update: make,
      remove: async ({ resource, marks }) => {
        if (isSameThing(this.all.get(resource)?.marks ?? null, marks)) this.all.delete(resource);
      },
      data: null,
      setAside: null,
      bringBack: null,
      capture: null,
      restore: null,
      restart: of.restart === null ? null : make,
      diagnose: null,
      list: null,
    };
  }

  async #make({ resource, marks, parameters }: Subject): Promise<JsonObject> {
    await this.#clock.sleep(MAKE_MS);
    const made = canonicalJson(parameters);
    const rest = { isRunning: true, isDrifted: false, manner: "normal" } as const;
    this.all.set(resource, { resource, marks, made, ...rest });
    return { simulated: true };
  }

  #read({ resource, parameters }: Subject): Live | null {
    const thing = this.all.get(resource);
    if (thing === undefined || thing.marks === null) return null;
    const isChanged = thing.isDrifted || thing.made !== canonicalJson(parameters);
    const differences = [
      ...(isChanged ? [{ field: "content", live: "another one", wanted: "as declared" }] : []),
      ...(thing.isRunning ? [] : [{ field: "running", live: "ended", wanted: "running" }]),
    ];
    return {
      marks: thing.marks,
      physical: { simulated: true },
      isComplete: true,
      progress: thing.isRunning ? "running" : "failed",
      differences,
      description: "something simulated",
    };
  }
}
