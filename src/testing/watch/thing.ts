import type { Finding, Look } from "../../model/watch-state.ts";

/** How a simulated thing is. `ended` and `missing` are conclusive; `hanging` answers nothing; `warned` is well all the same. */
export type Condition = "well" | "warned" | "failing" | "hanging" | "ended" | "missing";

/** What a simulated thing is, which never changes. */
export interface ThingTraits {
  readonly name: string;
  /** Where it is asked: what lives at one place cannot be looked at when that cannot be asked. */
  readonly place: string;
  /** What it needs to work. */
  readonly needs: readonly Thing[];
  /** False for what is only watched: it was never deployed. */
  readonly isManaged: boolean;
}

/** Actions that do nothing for a thing that cannot be mended. */
const MENDS: Readonly<Record<string, ReadonlySet<Condition>>> = {
  reconcile: new Set(["missing", "ended"]),
  restart: new Set(["ended", "failing", "hanging"]),
  recreate: new Set(["ended", "failing", "hanging", "missing"]),
};

/** One thing of a simulated world, as it really is. */
export class Thing {
  readonly traits: ThingTraits;
  readonly #elapsedMs: () => number;
  #condition: Condition = "well";
  #isDrifted = false;
  #isStubborn = false;
  #sinceMs = 0;

  /**
   * Makes a thing that is well.
   *
   * @param traits - What it is.
   * @param elapsedMs - The time.
   */
  constructor(traits: ThingTraits, elapsedMs: () => number) {
    this.traits = traits;
    this.#elapsedMs = elapsedMs;
    this.#sinceMs = elapsedMs();
  }

  /**
   * What people call it.
   *
   * @returns Its name.
   */
  get name(): string {
    return this.traits.name;
  }

  /**
   * How it is by itself.
   *
   * @returns Its condition, whatever it needs.
   */
  get condition(): Condition {
    return this.#condition;
  }

  /**
   * Whether it is as it was deployed.
   *
   * @returns True when somebody has changed it.
   */
  get isDrifted(): boolean {
    return this.#isDrifted;
  }

  /**
   * Whether it is well by itself and as it was deployed.
   *
   * @returns False when there is something to mend about it.
   */
  get isWell(): boolean {
    return this.doesWork && !this.#isDrifted;
  }

  /**
   * Whether it works by itself.
   *
   * @returns True however it differs from what was deployed.
   */
  get doesWork(): boolean {
    return this.#condition === "well" || this.#condition === "warned";
  }

  /**
   * Whether it works, and all that it needs does.
   *
   * @returns True when whoever looks at it sees that it works.
   */
  get doesAllWork(): boolean {
    return this.doesWork && this.traits.needs.every((need) => need.doesAllWork);
  }

  /**
   * When it last became well, or not.
   *
   * @returns Milliseconds of the clock.
   */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /**
   * Breaks it, or heals it.
   *
   * @param condition - How it is from now on.
   * @param isStubborn - True when nothing that anybody does helps.
   */
  become(condition: Condition, isStubborn = false): void {
    this.#change(() => {
      this.#condition = condition;
      this.#isStubborn = isStubborn;
      if (condition === "missing") this.#isDrifted = false;
    });
  }

  /** Changes it behind the back of who deployed it. */
  drift(): void {
    this.#change(() => {
      if (this.#condition !== "missing") this.#isDrifted = true;
    });
  }

  /** Makes it as it was deployed, whatever was wrong. */
  heal(): void {
    this.#change(() => {
      this.#condition = "well";
      this.#isDrifted = false;
      this.#isStubborn = false;
    });
  }

  /**
   * Does what an action would do to it.
   *
   * @param action - Its kind.
   */
  apply(action: string): void {
    if (this.#isStubborn) return;
    this.#change(() => {
      if (action !== "restart") this.#isDrifted = false;
      if (MENDS[action]?.has(this.#condition) === true) this.#condition = "well";
    });
  }

  /**
   * Tells what a look at it sees.
   *
   * @param at - When it began, in milliseconds since 1970-01-01 UTC.
   * @param durationMs - How long it took.
   * @returns The look.
   */
  seen(at: number, durationMs: number): Look {
    const sync = this.#sync();
    const verdict = this.doesAllWork ? "pass" : "fail";
    const isDegraded = verdict === "pass" && this.#condition === "warned";
    const isConclusive = this.#condition === "ended" || this.#condition === "missing";
    const findings: Finding[] = [];
    if (verdict === "fail" || isDegraded) {
      const actual = this.doesWork && !isDegraded ? "what it needs does not" : this.#condition;
      findings.push({ ...FINDING, severity: isDegraded ? "warn" : "fail", actual });
    }
    if (sync === "drifted") findings.push({ ...FINDING, name: "value", actual: "another one" });
    return { at, verdict, isDegraded, sync, isConclusive, findings, durationMs };
  }

  #sync(): Look["sync"] {
    if (!this.traits.isManaged) return "unknown";
    if (this.#condition === "missing") return "missing";
    return this.#isDrifted ? "drifted" : "in_sync";
  }

  #change(make: () => void): void {
    const was = this.isWell;
    make();
    if (this.isWell !== was) this.#sinceMs = this.#elapsedMs();
  }
}

const FINDING = {
  name: "WorksAssert",
  verdict: "fail",
  severity: "fail",
  claim: "it works",
  expected: "well",
} as const;
