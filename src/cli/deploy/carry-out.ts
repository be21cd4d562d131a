import type { ApplyOptions, ApplyOutcome } from "../../app/deploy/deployment.ts";
import { Deadline } from "../../app/deadline.ts";
import type { Code } from "../../model/codes.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployPlan, StepResult } from "../../model/deployment.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { INTERRUPTED, tellDeadline, tellInterrupt } from "../report-output.ts";
import { ask, mayAsk, type Question } from "./confirm.ts";
import type { DeployDisplay } from "./deploy-display.ts";
import type { DataFormat, RollbackMode } from "./deploy-options.ts";
import { jsonText } from "./json-text.ts";
import { countOf, outcomeText } from "./outcome-text.ts";
import { planDocument, type PlanDocument } from "./plan-document.ts";
import { planText } from "./plan-text.ts";
import { tellingProblems } from "./problems.ts";
import { shownOn } from "./shown.ts";
import { showStepLines } from "./step-lines.ts";

/** What people say on the command line about how something is carried out. */
export interface CarryArguments {
  readonly project?: string | undefined;
  readonly target?: readonly string[] | undefined;
  readonly yes?: true | undefined;
  readonly rollback?: RollbackMode | undefined;
  readonly lockTimeout?: number | undefined;
  readonly retry?: true | undefined;
  readonly deleteData?: true | undefined;
  readonly keepFiles?: true | undefined;
  readonly deadline?: number | undefined;
  readonly format: DataFormat;
}

/** What is carried out, once people have agreed. */
export interface Carried {
  /** What others are told who find the project locked: `clockwork apply`. */
  readonly command: string;
  readonly question: (plan: DeployPlan) => Question;
  /** Plans, asks, and does it. */
  readonly carryOut: (
    options: ApplyOptions & { readonly signal: AbortSignal },
  ) => Promise<ApplyOutcome>;
}

/**
 * What a command that changes something prints as JSON, as one object: the plan, and what became of it. `status` is
 * `confirmation-needed` where nobody was there to agree to it.
 */
interface OutcomeDocument {
  readonly status: ApplyOutcome["status"] | typeof NEEDED;
  readonly version: number | null;
  readonly durationMs: number;
  readonly plan: PlanDocument;
  /** `{ resource, action, outcome, durationMs, problems, verdicts: [{ name, claim, verdict, expected, actual }] }` */
  readonly results: readonly StepResult[];
  readonly isNewIdentity: boolean;
  readonly planProblems: readonly string[];
}

const NEEDED = "confirmation-needed" satisfies Code;

/**
 * Carries something out: shows the plan, asks, tells how far it has come, and what became of it.
 *
 * @param carried - What is carried out.
 * @param args - How, as people said it.
 * @param context - Streams, and when to stop.
 * @returns The exit code: 0 done or nothing to do, 1 something failed, 3 not agreed to or not completed, 78 wrong
 *   configuration, 130 interrupted.
 * @throws {@link DeployError} When it cannot be carried out.
 */
export async function carryOut(
  carried: Carried,
  args: CarryArguments,
  context: CommandContext,
): Promise<number> {
  return await tellingProblems(context, "Nothing was changed.", async () => {
    using deadline = new Deadline(args.deadline ?? null);
    const signal = AbortSignal.any([context.signal, deadline.signal]);
    const run = new Run(carried, args, { ...context, signal });
    try {
      const outcome = await run.carryOut();
      return run.tell(outcome, context.signal.aborted);
    } catch (error) {
      const isTold = error instanceof ConfigurationError || error instanceof DeployError;
      if (!signal.aborted || isTold) throw error;
      const progress = run.hasBegun
        ? "the next apply continues where this one stopped"
        : "nothing was changed";
      if (context.signal.aborted) return tellInterrupt(progress, context);
      tellDeadline(progress, context);
      return EXIT_CODES.error;
    }
  });
}

/** One run of a command that changes something. */
class Run {
  readonly #carried: Carried;
  readonly #args: CarryArguments;
  readonly #context: CommandContext;
  #isNeeded = false;
  #startedMs = performance.now();
  /** Whether anything may have been touched. */
  hasBegun = false;

  constructor(carried: Carried, args: CarryArguments, context: CommandContext) {
    this.#carried = carried;
    this.#args = args;
    this.#context = context;
  }

  async carryOut(): Promise<ApplyOutcome> {
    const { command, carryOut: begin } = this.#carried;
    const { stderr, signal } = this.#context;
    using display = await displayOn(stderr);
    return await begin({
      ...applyOptionsOf(this.#args),
      signal,
      command,
      confirm: async (plan) => {
        display.clear();
        const isAgreed = await this.#confirm(plan);
        this.#startedMs = performance.now();
        return isAgreed;
      },
      onEvent: (event) => {
        this.hasBegun ||= event.type !== "waiting";
        display.onEvent(event);
      },
    });
  }

  tell(outcome: ApplyOutcome, isInterrupted: boolean): number {
    const { stdout, stderr } = this.#context;
    const durationMs = performance.now() - this.#startedMs;
    if (this.#args.format === "json") {
      stdout.write(jsonText(documentOf(outcome, durationMs, this.#isNeeded)));
    } else if (!this.#isNeeded) {
      const options = { ...shownOn(stdout), durationMs, project: this.#args.project };
      stdout.write(`${this.hasBegun ? "\n" : ""}${outcomeText(outcome, options)}`);
    }
    if (this.#isNeeded) {
      const message = "somebody has to agree to the plan: nobody is there to be asked";
      const hint = "run it with --yes, or on a terminal";
      stderr.write(`${message} (${NEEDED})\n  hint: ${hint}\n\nNothing was changed.\n`);
    }
    if (outcome.status !== "interrupted") return exitCodeOf(outcome);
    const done = outcome.results.filter((result) => result.outcome === "done").length;
    const progress = `${String(done)} of ${String(countOf(outcome))} steps were done`;
    if (isInterrupted) return tellInterrupt(progress, this.#context);
    tellDeadline(progress, this.#context);
    return EXIT_CODES.error;
  }

  async #confirm(plan: DeployPlan): Promise<boolean> {
    const { stdout } = this.#context;
    const { format, yes } = this.#args;
    if (format === "pretty") stdout.write(planText(plan, shownOn(stdout)));
    if (yes === true) return true;
    // Who wants data is a program, and does not see what would be asked.
    this.#isNeeded = format === "json" || !mayAsk(this.#context);
    return !this.#isNeeded && (await ask(this.#carried.question(plan), this.#context));
  }
}

async function displayOn(output: CommandContext["stderr"]): Promise<DeployDisplay> {
  // What draws on terminals loads only where somebody sees it.
  if (!output.isTerminal) return showStepLines(output);
  const { showLiveSteps } = await import("./live-steps.ts");
  return showLiveSteps(output);
}

function applyOptionsOf(args: CarryArguments): ApplyOptions {
  const { target, rollback, lockTimeout } = args;
  return {
    ...(target === undefined ? {} : { targets: target }),
    ...(rollback === undefined ? {} : { rollback }),
    ...(lockTimeout === undefined ? {} : { lockTimeoutMs: lockTimeout }),
    mayRetry: args.retry === true,
    mayDeleteData: args.deleteData === true,
    keepFiles: args.keepFiles === true,
  };
}

function documentOf(outcome: ApplyOutcome, durationMs: number, isNeeded: boolean): OutcomeDocument {
  const { status, version, plan, results, isNewIdentity, planProblems } = outcome;
  return {
    status: isNeeded ? NEEDED : status,
    version,
    durationMs: Math.round(durationMs),
    plan: planDocument(plan),
    results,
    isNewIdentity,
    planProblems,
  };
}

function exitCodeOf({ status }: ApplyOutcome): number {
  switch (status) {
    case "deployed":
    case "unchanged":
      return EXIT_CODES.pass;
    case "failed":
    case "rolled-back":
      return EXIT_CODES.fail;
    case "declined":
      return EXIT_CODES.error;
    case "interrupted":
      return INTERRUPTED;
  }
}
