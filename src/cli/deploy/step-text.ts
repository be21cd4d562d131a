import type { Color } from "../../model/color.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { StepOutcome, StepResult } from "../../model/deployment.ts";
import { singleLine } from "../../model/text.ts";
import { ACTIONS } from "./actions.ts";
import { shownTime } from "./shown.ts";

/** How the end of a step is marked; the signs differ without colour too. */
export const OUTCOMES: Readonly<
  Record<StepOutcome, { readonly sign: string; readonly color: Color }>
> = {
  done: { sign: "✓", color: "green" },
  failed: { sign: "✗", color: "red" },
  undone: { sign: "↩", color: "yellow" },
  skipped: { sign: "-", color: "dim" },
  aborted: { sign: "!", color: "yellow" },
};

const RECOVERED: Readonly<
  Record<Extract<DeployEvent, { readonly type: "recovered" }>["outcome"], string>
> = {
  completed: "was completed",
  undone: "was undone",
  abandoned: "had not begun",
  failed: "could not be brought to its end",
};

/** More names than this are a number. */
const MOST_NAMES = 8;

/**
 * Tells how a step ended.
 *
 * @param result - What became of it.
 * @returns Such as `web: created in 2.1s`.
 */
export function resultText({ resource, action, outcome, durationMs }: StepResult): string {
  const { plan, done } = ACTIONS[action];
  const time = shownTime(durationMs);
  const words: Readonly<Record<StepOutcome, string>> = {
    done: `${done} in ${time}`,
    failed: `${plan} failed after ${time}`,
    undone: `${plan} undone after ${time}: what was before is there again`,
    skipped: `${plan} skipped`,
    aborted: `${plan} stopped after ${time}`,
  };
  return `${singleLine(resource)}: ${words[outcome]}`;
}

/**
 * Tells what happened, on one line.
 *
 * @param event - What happened.
 * @returns Such as `web: creating`, without colour.
 */
export function eventText(event: DeployEvent): string {
  switch (event.type) {
    case "waiting":
      return singleLine(`waiting for ${event.holder}, who works on this project`);
    case "recovered": {
      const { resource, action, outcome, problem } = event;
      const reason = problem === null ? "" : `: ${problem}`;
      return singleLine(`${resource}: an interrupted ${action} ${RECOVERED[outcome]}${reason}`);
    }
    case "started":
      return singleLine(`${event.resource}: ${ACTIONS[event.action].doing}`);
    case "note":
      return singleLine(`${event.resource}: ${event.text}`);
    case "gating":
      return singleLine(`${event.resource}: ${gateText(event.timeoutMs)}`);
    case "ended":
      return resultText(event.result);
    case "rolling-back":
      return singleLine(`something failed: undoing ${namesText(event.resources)}`);
  }
}

/**
 * Tells that something has to prove itself.
 *
 * @param timeoutMs - How long that may take, in milliseconds; 0 for one look.
 * @returns Such as `proving itself, at most 30s`.
 */
export function gateText(timeoutMs: number): string {
  return timeoutMs > 0 ? `proving itself, at most ${shownTime(timeoutMs)}` : "proving itself";
}

/**
 * Lists names in a sentence.
 *
 * @param names - Names of resources.
 * @returns Such as `api, db`; from the ninth on as a number.
 */
export function namesText(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).map(singleLine).join(", ");
  return rest > 0 ? `${shown} and ${String(rest)} more` : shown;
}
