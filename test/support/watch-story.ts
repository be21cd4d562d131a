import fc from "fast-check";
import type { Incident, Message, RepairAttempt } from "../../src/model/incident.ts";
import type { WatchPolicy } from "../../src/model/watch-policy.ts";
import type { Look, WatchState } from "../../src/model/watch-state.ts";
import type { WatchChange } from "../../src/ports/watch-store.ts";
import { decideLook } from "../../src/engine/watch/decide-look.ts";
import { decideActed, decideRequested } from "../../src/engine/watch/decide-other.ts";
import type { Circumstances, Decision, RepairOrder } from "../../src/engine/watch/decision.ts";
import type { Numbers } from "../../src/engine/watch/numbers.ts";
import { changedState } from "../../src/engine/watch/starting-state.ts";
import { anyLook, NOW, state } from "./watch-decisions.ts";
import { look, subject } from "./watch-lab.ts";

const MINUTE_MS = 60_000;

/** What happens next to something that is watched. */
export interface Step {
  readonly type: "look" | "request" | "hold" | "version" | "acknowledge" | "cause";
  /** How long after what happened before. */
  readonly afterMs: number;
  readonly look: Look;
  readonly isOn: boolean;
  readonly chance: number;
}

/** Stories of some hours: mostly looks, of which many in a row see the same. */
export const anyStory: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.record({
      type: fc.oneof(
        { arbitrary: fc.constant("look" as const), weight: 40 },
        {
          arbitrary: fc.constantFrom("request", "hold", "version", "acknowledge", "cause"),
          weight: 3,
        },
      ),
      afterMs: fc.constantFrom(100, 2_000, 5_000, 30_000, 2 * MINUTE_MS, 6 * MINUTE_MS),
      look: anyLook,
      times: fc.constantFrom(1, 1, 2, 4, 8),
      isOn: fc.boolean(),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
    { minLength: 5, maxLength: 60 },
  )
  .map((steps) =>
    steps.flatMap(({ times, ...step }) =>
      Array.from({ length: step.type === "look" ? times : 1 }, () => step),
    ),
  );

/** What is told to those who hold a story to the laws. */
export interface Witness {
  /** A look was judged; `before` is what was believed until then. */
  readonly looked?: (seen: Look, story: Story, before: WatchState) => void;
  /** An attempt is about to be made. */
  readonly acts?: (order: RepairOrder, seen: Look | null, story: Story) => void;
  /** An action has ended. */
  readonly acted?: (story: Story) => void;
  readonly told?: (message: Message, story: Story) => void;
  /** It became another version. */
  readonly changed?: (story: Story) => void;
  readonly ended?: (story: Story) => void;
}

/** One resource, about which everything is decided by the real decisions, and nothing is real. */
export class Story {
  readonly policy: WatchPolicy;
  readonly incidents = new Map<number, Incident>();
  readonly attempts = new Map<number, RepairAttempt>();
  readonly messages: Message[] = [];
  readonly #witness: Witness;
  #numbers: Numbers = { incident: 1, repair: 1, event: 1, message: 1 };
  #open: readonly Incident[] = [];
  #attempt: RepairAttempt | null = null;
  #order: RepairOrder | null = null;
  #version = 1;
  now = NOW;
  state: WatchState = state();
  isHeld = false;
  hasCause = false;

  constructor(policy: WatchPolicy, witness: Witness) {
    this.policy = policy;
    this.#witness = witness;
  }

  /** Lets one step after the other happen. */
  play(steps: readonly Step[]): void {
    for (const step of steps) {
      this.now += step.afterMs;
      const order = this.#order;
      this.#order = null;
      if (order === null) this.#happen(step);
      else this.#end(order, step);
    }
  }

  #happen(step: Step): void {
    switch (step.type) {
      case "look":
        this.#look({ ...step.look, at: this.now }, step);
        break;
      case "request":
        this.#enter(decideRequested(this.state, { ...this.#circumstances(step), by: "ann" }), null);
        break;
      case "hold":
        this.isHeld = step.isOn;
        break;
      case "cause":
        this.hasCause = step.isOn;
        break;
      case "version":
        this.#becomeAnother();
        break;
      case "acknowledge":
        this.#open = this.#open.map((each) => ({
          ...each,
          acknowledged: step.isOn ? { by: "ann", at: this.now, comment: "" } : null,
        }));
    }
  }

  #look(seen: Look, step: Step): void {
    const before = this.state;
    this.#enter(decideLook(before, seen, this.#circumstances(step)), seen);
    this.#witness.looked?.(seen, this, before);
  }

  // While an action is under way nobody looks: it ends.
  #end({ attempt }: RepairOrder, step: Step): void {
    const end = { attempt, detail: step.isOn ? "done" : "no", hasFailed: !step.isOn };
    this.#enter(decideActed(this.state, end, this.#circumstances(step)), null);
    this.#witness.acted?.(this);
  }

  #becomeAnother(): void {
    this.#version += 1;
    const specHash = String(this.#version);
    const other = subject({
      name: "web",
      look: () => Promise.resolve(look()),
      policy: this.policy,
      specHash,
      startedAt: this.now,
    });
    this.state = changedState(this.state, other, this.now);
    this.#witness.changed?.(this);
  }

  #circumstances({ chance }: Pick<Step, "chance">): Circumstances {
    return {
      project: "shop",
      policy: this.policy,
      now: this.now,
      chance,
      mayRepair: !this.isHeld,
      mayTell: !this.isHeld,
      cause: this.hasCause ? "db" : null,
      incidents: this.#open,
      attempt: this.#attempt,
      channels: ["log"],
      numbers: this.#numbers,
    };
  }

  #enter(decision: Decision, seen: Look | null): void {
    for (const change of decision.changes) this.#store(change);
    this.state = decision.state;
    this.#open = decision.incidents;
    this.#attempt = decision.attempt;
    this.#numbers = decision.numbers;
    this.#order = decision.order;
    if (decision.order !== null) this.#witness.acts?.(decision.order, seen, this);
  }

  #store(change: WatchChange): void {
    if (change.type === "put-incident") this.incidents.set(change.incident.id, change.incident);
    if (change.type === "put-repair") this.attempts.set(change.repair.id, change.repair);
    if (change.type !== "put-message") return;
    this.messages.push(change.message);
    this.#witness.told?.(change.message, this);
  }
}
