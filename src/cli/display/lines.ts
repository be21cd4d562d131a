import { pendingChange, type Observation, type WatchedService } from "../../app/watch-services.ts";
import { singleLine } from "../../model/text.ts";
import type { Output } from "../command.ts";
import type { Display } from "./display.ts";

/**
 * Shows a watch as one plain line for each change, for pipes and logs.
 *
 * @param project - What the whole is called; every line names it.
 * @param output - Where to.
 * @param now - The wall clock, in milliseconds since 1970-01-01 UTC.
 * @returns The display.
 */
export function showLines(project: string, output: Output, now: () => number): Display {
  const lastVerdicts = new Map<number, Observation["verdict"]>();
  return {
    onObservation: (observation, watched) => {
      const { index, verdict, before, after } = observation;
      const isNews = lastVerdicts.get(index) !== verdict || before.health !== after.health;
      lastVerdicts.set(index, verdict);
      if (!isNews) return;
      const time = new Date(now()).toISOString();
      const name = singleLine(`${project}/${watched.name}`);
      output.write(`${time} ${name} ${describe(observation, watched)}\n`);
    },
    [Symbol.dispose]: () => undefined,
  };
}

function describe({ before, after }: Observation, watched: WatchedService): string {
  const seen = singleLine(
    watched.responseTimeMs === null
      ? (watched.detail ?? "")
      : `${watched.detail ?? ""} in ${String(Math.round(watched.responseTimeMs))} ms`,
  );
  if (before.health === after.health) return `${pendingChange(after) ?? after.health}: ${seen}`;
  return `${before.health} -> ${after.health}: ${seen}`;
}
