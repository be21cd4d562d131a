import { createLogUpdate } from "log-update";
import type { Watchlist } from "../../app/watching/watchlist.ts";
import { singleLine } from "../../model/text.ts";
import type { Output } from "../command.ts";
import type { Display } from "./display.ts";
import { renderTable } from "./table.ts";

/** The clock in the title goes on even when nothing happens. */
const TICK_MS = 1_000;
/** However many checks end at once, a person sees no more than this. */
const REDRAW_MS = 100;
/** So many lines of what happened stand below the table. */
const TEXTS = 5;
/** Where the time of day stands in a time of ISO 8601. */
const TIME_FROM = 11;
const TIME_TO = 19;
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/**
 * Shows a watch as a table that is drawn anew as it changes, for terminals.
 *
 * @param watchlist - What is known of what is watched.
 * @param output - The terminal.
 * @returns The display; disposing it leaves the last table where it is.
 */
export function showTable(watchlist: Watchlist, output: Output): Display {
  const draw = createLogUpdate(output.stream);
  const startedMs = performance.now();
  let texts: readonly string[] = [];
  let pending: NodeJS.Timeout | null = null;
  const redraw = (): void => {
    pending = null;
    const elapsedMs = performance.now() - startedMs;
    const size = output.size() ?? DEFAULT_SIZE;
    const { hasColor } = output;
    draw(renderTable(watchlist, { ...size, hasColor, elapsedMs, texts }));
  };
  const tick = setInterval(redraw, TICK_MS);
  redraw();
  return {
    onLook: () => {
      pending ??= setTimeout(redraw, REDRAW_MS);
    },
    onText: (text) => {
      const time = new Date().toISOString().slice(TIME_FROM, TIME_TO);
      texts = [...texts, `${time}Z  ${singleLine(text)}`].slice(-TEXTS);
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
