import { painter, type Paint } from "../../model/color.ts";
import { detailLines } from "../../model/detail-lines.ts";
import type { GateVerdict, Purpose, StepResult } from "../../model/deployment.ts";
import { singleLine, truncate, wrap } from "../../model/text.ts";
import type { ApplyOutcome } from "../../app/deploy/deployment.ts";
import { shellWord } from "../shell-word.ts";
import { doneSummary } from "./actions.ts";
import { strayNotes } from "./plan-text.ts";
import { counted, shownTime, type ShownOptions } from "./shown.ts";
import { namesText, OUTCOMES, resultText } from "./step-text.ts";

/** How what was done is told. */
export interface OutcomeOptions extends ShownOptions {
  readonly durationMs: number;
  /** The project as it was named on the command line, for commands to copy. */
  readonly project?: string | undefined;
}

const INDENT = "    ";

const DONE: Readonly<Record<Purpose, string>> = {
  apply: "Deployed",
  rollback: "Rolled back",
  destroy: "Destroyed",
  import: "Imported",
};

/**
 * Tells what became of a plan: what went wrong and why, what was done in which time, and what to do next.
 *
 * @param outcome - What became of it.
 * @param options - Colour, width and time.
 * @returns Text with a trailing newline.
 */
export function outcomeText(outcome: ApplyOutcome, options: OutcomeOptions): string {
  const paint = painter(options.hasColor);
  const troubles = outcome.results.filter(({ outcome: ended }) => ended !== "done");
  const wide = options.columns ?? Infinity;
  const told = [...endLines(outcome, options), ...adviceLines(outcome, options)];
  return [
    ...troubles.flatMap((result) => [...troubleLines(result, options, paint)]),
    ...(troubles.length === 0 ? [] : [""]),
    // Commands are copied: they stay on one line.
    ...told.flatMap((line) => (line.startsWith(" ") ? [line] : wrap(line, Math.max(20, wide)))),
    "",
  ].join("\n");
}

/**
 * Tells what went wrong with one step.
 *
 * @param result - What became of it.
 * @param options - Width.
 * @param paint - Sets colours.
 * @returns Lines, without newlines.
 */
export function troubleLines(
  result: StepResult,
  { columns }: ShownOptions,
  paint: Paint,
): readonly string[] {
  const { sign, color } = OUTCOMES[result.outcome];
  const room = Math.max(20, (columns ?? Infinity) - INDENT.length);
  const unmet = result.verdicts.filter(({ verdict }) => verdict !== "pass");
  return [
    `${paint(color, sign)} ${truncate(resultText(result), Math.max(1, (columns ?? Infinity) - 2))}`,
    ...result.problems
      .flatMap((problem) => detailLines(problem, room))
      .map((line) => INDENT + line),
    ...unmet.flatMap((verdict) => verdictLines(verdict, room)).map((line) => INDENT + line),
  ];
}

/**
 * Tells what one assertion of a gate said.
 *
 * @param verdict - What it said.
 * @param columns - How wide a line may be.
 * @returns Lines, without newlines.
 */
export function verdictLines(
  { name, claim, verdict, expected, actual }: GateVerdict,
  columns: number,
): readonly string[] {
  const seen = expected === "" ? actual : `expected ${expected}, got ${actual}`;
  const text = `${verdict}: ${name}: ${claim}: ${seen}`;
  const [first = "", ...rest] = wrap(singleLine(text), columns - 2);
  return [first, ...rest.map((line) => `  ${line}`)];
}

function endLines(outcome: ApplyOutcome, { durationMs }: OutcomeOptions): readonly string[] {
  const { plan, results, version } = outcome;
  const time = shownTime(durationMs);
  const done = results.filter((result) => result.outcome === "done");
  const number = version === null ? "" : ` as version ${String(version)}`;
  const failed = version === null ? "It failed" : `Version ${String(version)} failed`;
  const kept = keptNames(results);
  switch (outcome.status) {
    case "unchanged":
      return [unchangedText(plan.changes.length), ...strayNotes(plan)];
    case "declined":
      return ["Nothing was changed."];
    case "deployed":
      return [`${DONE[plan.purpose]}${number} in ${time}: ${doneSummary(done)}.`];
    case "failed":
      return [
        `${failed} after ${time}.`,
        ...(kept.length === 0 ? [] : [`What was done stays: ${namesText(kept)}.`]),
      ];
    case "rolled-back":
      return [`${failed} after ${time} and was rolled back: what was there before is there again.`];
    case "interrupted":
      return [
        `Stopped after ${time}, ${String(done.length)} of ${counted(countOf(outcome), "step")} done.`,
        "The next apply continues where this one stopped.",
      ];
  }
}

function unchangedText(count: number): string {
  return count === 0 ? "Nothing to do." : `Nothing to do: ${counted(count, "resource")} unchanged.`;
}

// What has a second result was undone again.
function keptNames(results: readonly StepResult[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { resource } of results) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return results
    .filter(({ resource, outcome }) => outcome === "done" && counts.get(resource) === 1)
    .map(({ resource }) => resource);
}

/**
 * Counts what there was to do.
 *
 * @param outcome - What became of a plan.
 * @returns Changes, without what is kept.
 */
export function countOf({ plan }: Pick<ApplyOutcome, "plan">): number {
  return plan.changes.filter(({ action }) => action !== "keep").length;
}

function adviceLines(outcome: ApplyOutcome, { project }: OutcomeOptions): readonly string[] {
  const suffix = project === undefined ? "" : ` --project ${shellWord(project)}`;
  const hasFailed = outcome.status === "failed" || outcome.status === "rolled-back";
  const number = String(outcome.version);
  const commands = [
    [`clockwork show ${number}${suffix}`, "all that is known of it"],
    [`clockwork plan${suffix}`, "what is to be done now"],
    [`clockwork apply --retry${suffix}`, "try the same declaration again"],
  ] as const;
  const shown = outcome.version === null ? commands.slice(1) : commands;
  const columns = Math.max(...shown.map(([command]) => command.length)) + 2;
  return [
    ...(outcome.isNewIdentity
      ? ["clockwork.yaml was written: commit it, it tells what belongs to this project."]
      : []),
    ...outcome.planProblems.map((problem) => singleLine(problem)),
    ...(hasFailed
      ? ["", "Next:", ...shown.map(([command, why]) => `  ${command.padEnd(columns)}${why}`)]
      : []),
  ];
}
