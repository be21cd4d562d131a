import { createLogUpdate } from "log-update";
import { painter } from "../../model/color.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { Output } from "../command.ts";
import type { DeployDisplay } from "./deploy-display.ts";
import { RunningSteps } from "./running-steps.ts";
import { eventText, OUTCOMES } from "./step-text.ts";

/** The clocks of the steps go on even when nothing happens. */
const TICK_MS = 1_000;
/** However much happens at once, a person sees no more than this. */
const REDRAW_MS = 100;
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/**
 * Shows a deployment as lines that are drawn anew as its steps go on, for terminals. What has ended stays above them.
 *
 * @param output - The terminal.
 * @returns The display.
 */
export function showLiveSteps(output: Output): DeployDisplay {
  // Somebody may be asked in between, and sees where they type.
  const draw = createLogUpdate(output.stream, { showCursor: true });
  const paint = painter(output.hasColor);
  const steps = new RunningSteps();
  let pending: NodeJS.Timeout | null = null;
  let tick: NodeJS.Timeout | null = null;
  const redraw = (): void => {
    pending = null;
    const size = output.size() ?? DEFAULT_SIZE;
    const options = { ...size, hasColor: output.hasColor, nowMs: performance.now() };
    const lines = steps.lines(options);
    if (lines.length === 0) draw.clear();
    else draw(lines.join("\n"));
  };
  const clear = (): void => {
    if (tick !== null) clearInterval(tick);
    if (pending !== null) clearTimeout(pending);
    pending = tick = null;
    draw.clear();
  };
  return {
    onEvent: (event) => {
      steps.add(event, performance.now());
      if (isLasting(event)) {
        draw.clear();
        output.write(`${lastingLine(event, paint)}\n`);
        redraw();
      }
      tick ??= setInterval(redraw, TICK_MS);
      pending ??= setTimeout(redraw, REDRAW_MS);
    },
    clear,
    [Symbol.dispose]: () => {
      clear();
      draw.done();
    },
  };
}

// What a step is doing at the moment is drawn; everything else is said once, and stays.
function isLasting({ type }: DeployEvent): boolean {
  return type !== "started" && type !== "note" && type !== "gating";
}

function lastingLine(event: DeployEvent, paint: ReturnType<typeof painter>): string {
  if (event.type !== "ended") return paint("yellow", eventText(event));
  const { sign, color } = OUTCOMES[event.result.outcome];
  return `  ${paint(color, sign)} ${eventText(event)}`;
}
