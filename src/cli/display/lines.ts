import type { WatchedRow } from "../../app/watching/watchlist.ts";
import { singleLine } from "../../model/text.ts";
import type { Health, Verdict } from "../../model/verdict.ts";
import type { Output } from "../command.ts";
import type { Display } from "./display.ts";

interface Shown {
  readonly verdict: Verdict | null;
  readonly health: Health;
}

/**
 * Shows a watch as one plain line for each change, for pipes and logs.
 *
 * @param output - Where to.
 * @param now - The wall clock, in milliseconds since 1970-01-01 UTC.
 * @returns The display.
 */
export function showLines(output: Output, now: () => number): Display {
  const last = new Map<string, Shown>();
  const write = (text: string): void => {
    output.write(`${new Date(now()).toISOString()} ${singleLine(text)}\n`);
  };
  return {
    onLook: (row, verdict) => {
      const before = last.get(row.name) ?? { verdict: null, health: "unknown" };
      last.set(row.name, { verdict, health: row.health });
      if (before.verdict === verdict && before.health === row.health) return;
      write(`${row.name} ${describe(row, before.health, verdict)}`);
    },
    onText: write,
    [Symbol.dispose]: () => undefined,
  };
}

function describe(
  { health, pending, detail, durationMs }: WatchedRow,
  before: Health,
  verdict: Verdict,
): string {
  // What is believed may be what is known from before.
  const isContrary = verdict === "fail" && health !== "unhealthy";
  const more = isContrary && pending !== null ? `, ${pending}` : "";
  const change = before === health ? (pending ?? health) : `${before} -> ${health}${more}`;
  const took = durationMs === null ? null : `${String(Math.round(durationMs))} ms`;
  if (detail !== null) return `${change}: ${detail}${took === null ? "" : ` (${took})`}`;
  return took === null ? change : `${change} in ${took}`;
}
