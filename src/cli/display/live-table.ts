import { createLogUpdate } from "log-update";
import type { Watchlist } from "../../app/watch-services.ts";
import type { Output } from "../command.ts";
import type { Display } from "./display.ts";
import { renderTable } from "./table.ts";

/** The clock in the title goes on even when nothing happens. */
const TICK_MS = 1_000;
/** However many checks end at once, a person sees no more than this. */
const REDRAW_MS = 100;
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/**
 * Shows a watch as a table that is drawn anew as it changes, for terminals.
 *
 * @param watchlist - What is known of the services.
 * @param output - The terminal.
 * @returns The display; disposing it leaves the last table where it is.
 */
export function showTable(watchlist: Watchlist, output: Output): Display {
  const draw = createLogUpdate(output.stream);
  const startedMs = performance.now();
  let pending: NodeJS.Timeout | null = null;
  const redraw = (): void => {
    pending = null;
    const elapsedMs = performance.now() - startedMs;
    const size = output.size() ?? DEFAULT_SIZE;
    draw(renderTable(watchlist, { ...size, hasColor: output.hasColor, elapsedMs }));
  };
  const tick = setInterval(redraw, TICK_MS);
  redraw();
  return {
    onObservation: () => {
      pending ??= setTimeout(redraw, REDRAW_MS);
    },
    [Symbol.dispose]: () => {
      clearInterval(tick);
      if (pending !== null) clearTimeout(pending);
      redraw();
      draw.done();
    },
  };
}
