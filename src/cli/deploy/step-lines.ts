import { painter } from "../../model/color.ts";
import type { Output } from "../command.ts";
import type { DeployDisplay } from "./deploy-display.ts";
import { eventText } from "./step-text.ts";

/**
 * Shows a deployment as one plain line for each event, for pipes and logs.
 *
 * @param output - Where to.
 * @returns The display.
 */
export function showStepLines(output: Output): DeployDisplay {
  const paint = painter(output.hasColor);
  return {
    onEvent: (event) => {
      const isFailure = event.type === "ended" && event.result.outcome === "failed";
      output.write(`${paint(isFailure ? "red" : "plain", eventText(event))}\n`);
    },
    clear: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}
