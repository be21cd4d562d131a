import { painter } from "../../model/color.ts";
import type { Output } from "../command.ts";
import type { DeployDisplay } from "./deploy-display.ts";
import { eventText } from "./step-text.ts";

/** How far a step has come interests nobody before it has taken so long. */
const QUIET_MS = 1_000;

/**
 * Shows a deployment as one plain line for each event, for pipes and logs. Steps that are quick say only that they began and how
 * they ended.
 *
 * @param output - Where to.
 * @param nowMs - Time that only ever goes forward, in milliseconds.
 * @returns The display.
 */
export function showStepLines(
  output: Output,
  nowMs: () => number = () => performance.now(),
): DeployDisplay {
  const paint = painter(output.hasColor);
  const startedMs = new Map<string, number>();
  return {
    onEvent: (event) => {
      if (event.type === "started") startedMs.set(event.resource, nowMs());
      if (event.type === "note" || event.type === "gating") {
        const since = startedMs.get(event.resource);
        if (since !== undefined && nowMs() - since < QUIET_MS) return;
      }
      const isFailure = event.type === "ended" && event.result.outcome === "failed";
      output.write(`${paint(isFailure ? "red" : "plain", eventText(event))}\n`);
    },
    clear: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}
