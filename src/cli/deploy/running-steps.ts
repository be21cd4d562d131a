import { painter } from "../../model/color.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import { singleLine, truncate } from "../../model/text.ts";
import { ACTIONS } from "./actions.ts";
import { shownTime } from "./shown.ts";
import { gateText } from "./step-text.ts";

/** A step that is under way. */
interface RunningStep {
  readonly doing: string;
  readonly note: string;
  readonly startedMs: number;
}

/** How running steps are drawn. */
export interface DrawOptions {
  readonly columns: number;
  readonly rows: number;
  readonly hasColor: boolean;
  /** On the clock that the events were told with, in milliseconds. */
  readonly nowMs: number;
}

/** Two lines stay free: for the cursor, and for what is above. */
const FREE_ROWS = 2;

/** The steps that are under way at this moment, as events tell it. */
export class RunningSteps {
  readonly #steps = new Map<string, RunningStep>();

  /**
   * Takes in what happened.
   *
   * @param event - What happened.
   * @param nowMs - When, on any clock that only goes forward, in milliseconds.
   */
  add(event: DeployEvent, nowMs: number): void {
    switch (event.type) {
      case "started": {
        const { doing } = ACTIONS[event.action];
        this.#steps.set(event.resource, { doing, note: "", startedMs: nowMs });
        return;
      }
      case "note":
        this.#note(event.resource, event.text, nowMs);
        return;
      case "gating":
        this.#note(event.resource, gateText(event.timeoutMs), nowMs);
        return;
      case "ended":
        this.#steps.delete(event.result.resource);
        return;
      case "rolling-back":
        for (const resource of event.resources) {
          this.#steps.set(resource, { doing: "undoing", note: "", startedMs: nowMs });
        }
        return;
      case "waiting":
      case "recovered":
    }
  }

  /**
   * Draws what is under way, a line for each step.
   *
   * @param options - Size, colour, and the present moment.
   * @returns Lines, no wider and no more than the terminal has room for; none when nothing is under way.
   */
  lines({ columns, rows, hasColor, nowMs }: DrawOptions): readonly string[] {
    const paint = painter(hasColor);
    const room = Math.max(1, rows - FREE_ROWS);
    const lines = [...this.#steps].map(([resource, { doing, note, startedMs }]) => {
      const time = shownTime(Math.floor((nowMs - startedMs) / 1_000) * 1_000).replace(
        /\.0s$/u,
        "s",
      );
      const text = [`${resource}: ${doing}`, ...(note === "" ? [] : [note])].join(", ");
      const left = truncate(singleLine(text), Math.max(1, columns - time.length - 6));
      return `  ${paint("yellow", "…")} ${left} ${paint("dim", time === "0ms" ? "" : time)}`.trimEnd();
    });
    if (lines.length <= room) return lines;
    const hidden = lines.length - room + 1;
    return [...lines.slice(0, room - 1), paint("dim", `  … and ${String(hidden)} more`)];
  }

  #note(resource: string, note: string, nowMs: number): void {
    const { doing = "working", startedMs = nowMs } = this.#steps.get(resource) ?? {};
    this.#steps.set(resource, { doing, note, startedMs });
  }
}
