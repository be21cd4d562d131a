import { StateError } from "../../model/deploy-errors.ts";
import type { Change, StepResult } from "../../model/deployment.ts";
import { Limiter } from "../limiter.ts";
import { needsOf, type Need } from "./order.ts";
import { proveItself } from "./prove.ts";
import { runStep } from "./run-step.ts";
import type { RunContext } from "./run-context.ts";

/** Steps under way at once: more would only wait for the same engine or disk. */
const STEPS_AT_ONCE = 32;

/**
 * Carries out changes, independent ones side by side, each once what it needs has met its condition.
 *
 * @param changes - All of a plan, `keep` included.
 * @param context - The world, the journal, and what happens when something fails.
 * @returns One result for each change but for what is kept, in the order in which they ended.
 * @throws {@link StateError} When the state cannot be written any more; whatever was under way has come to its end by then.
 */
export async function execute(
  changes: readonly Change[],
  context: RunContext,
): Promise<readonly StepResult[]> {
  return await new Execution(changes, context).run();
}

/** How far a change has come, for those that wait for it. */
interface Turn {
  readonly change: Change;
  readonly needs: readonly Need[];
  /** True when it was made, false when it never will be. */
  readonly started: PromiseWithResolvers<boolean>;
  /** True when it holds. */
  readonly ended: PromiseWithResolvers<boolean>;
}

class Execution {
  readonly #context: RunContext;
  readonly #limiter = new Limiter(STEPS_AT_ONCE);
  readonly #turns = new Map<string, Turn>();
  readonly #results: StepResult[] = [];
  /** What must run to its end, as others say. */
  readonly #completing = new Set<string>();
  /** What others need to be healthy although it is kept. */
  readonly #awaited = new Set<string>();
  #isStopping = false;
  #fatal: StateError | null = null;

  constructor(changes: readonly Change[], context: RunContext) {
    this.#context = context;
    const needs = needsOf(changes);
    for (const change of changes) {
      const own = needs.get(change.resource) ?? [];
      this.#turns.set(change.resource, {
        change,
        needs: own,
        started: Promise.withResolvers<boolean>(),
        ended: Promise.withResolvers<boolean>(),
      });
      if (change.action === "keep") continue;
      for (const { resource, condition } of own) {
        if (condition === "completed") this.#completing.add(resource);
        if (condition === "completed" || condition === "healthy") this.#awaited.add(resource);
      }
    }
  }

  async run(): Promise<readonly StepResult[]> {
    await Promise.all([...this.#turns.values()].map((turn) => this.#take(turn)));
    if (this.#fatal !== null) throw this.#fatal;
    return this.#results;
  }

  async #take(turn: Turn): Promise<void> {
    const { change, started, ended } = turn;
    try {
      const isMet = await this.#isMet(turn.needs);
      const isDone = isMet ? await this.#limiter.run(() => this.#work(turn)) : this.#skip(change);
      started.resolve(isDone);
      ended.resolve(isDone);
    } catch (error) {
      this.#isStopping = true;
      this.#fatal ??=
        error instanceof StateError
          ? error
          : new StateError(`unexpected ${String(error)}`, { cause: error });
      started.resolve(false);
      ended.resolve(false);
    }
  }

  async #isMet(needs: readonly Need[]): Promise<boolean> {
    const met = await Promise.all(
      needs.map(async ({ resource, condition }) => {
        const needed = this.#turns.get(resource);
        if (needed === undefined) return true;
        return await (condition === "started" ? needed.started : needed.ended).promise;
      }),
    );
    return met.every(Boolean);
  }

  async #work(turn: Turn): Promise<boolean> {
    const { change, started } = turn;
    const { action, resource } = change;
    if (action === "keep") return await this.#keep(change);
    if (this.#isStopping || this.#context.cancellation.reason() !== null) return this.#skip(change);
    const result = await runStep({ ...change, action }, this.#context, {
      onStarted: () => {
        started.resolve(true);
      },
      mustComplete: this.#completing.has(resource),
      isAwaited: this.#awaited.has(resource),
    });
    this.#results.push(result);
    const isDone = result.outcome === "done";
    if (!isDone && this.#context.mode !== "notify") this.#isStopping = true;
    return isDone;
  }

  // What is kept is looked at only where something that changes needs it.
  async #keep({ resource, wanted, recorded }: Change): Promise<boolean> {
    if (!this.#awaited.has(resource) || this.#isStopping) return true;
    const proof = await proveItself(
      { resource, wanted, marks: recorded?.marks ?? null },
      recorded?.physical ?? null,
      { context: this.#context, mustComplete: this.#completing.has(resource) },
    ).catch((error: unknown) => ({
      isPassed: false,
      verdicts: [],
      problems: [this.#reason(error)],
    }));
    if (proof.isPassed) return true;
    const { verdicts, problems } = proof;
    const isStopped = this.#context.cancellation.reason() !== null;
    const result: StepResult = {
      resource,
      action: "update",
      outcome: isStopped ? "aborted" : "failed",
      durationMs: 0,
      problems: ["is as it was, and others need it", ...problems],
      verdicts,
    };
    this.#results.push(result);
    this.#context.onEvent({ type: "ended", result });
    if (this.#context.mode !== "notify") this.#isStopping = true;
    return false;
  }

  #reason(error: unknown): string {
    if (error instanceof StateError) throw error;
    if (error === this.#context.cancellation.reason()) return "interrupted";
    return error instanceof Error ? error.message : String(error);
  }

  #skip({ action, resource }: Change): boolean {
    if (action === "keep") return true;
    const result: StepResult = {
      resource,
      action,
      outcome: "skipped",
      durationMs: 0,
      problems: [],
      verdicts: [],
    };
    this.#results.push(result);
    this.#context.onEvent({ type: "ended", result });
    return false;
  }
}
