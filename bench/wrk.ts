import { findProgram } from "../test/support/programs.ts";
import { runProgram, shownEnded } from "./program.ts";

/** What wrk measured. */
export interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };

/**
 * Tells whether wrk is there.
 *
 * @returns True when it is on the path.
 */
export function hasWrk(): boolean {
  return findProgram("wrk") !== null;
}

/**
 * Asks for a URL as often as one thread of wrk can.
 *
 * @param url - Which.
 * @param options - Over how many connections, and for how long.
 * @returns What it measured.
 * @throws When there was an answer with another status than 2xx, or it could not run.
 */
export async function load(
  url: string,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Load> {
  const options = ["-t", "1", "-c", String(connections), "-d", `${String(seconds)}s`, "--latency"];
  const ended = await runProgram(["wrk", ...options, url]);
  const { stdout } = ended;
  const rate = /^Requests\/sec:\s+([\d.]+)$/mu.exec(stdout)?.[1];
  const [, p99 = "", unit = ""] = /^\s+99%\s+([\d.]+)(us|ms|s|m)$/mu.exec(stdout) ?? [];
  const isBad = /Non-2xx|Socket errors/u.test(stdout);
  if (rate === undefined || isBad) throw new Error(`wrk failed: ${shownEnded(ended)}`);
  return { perSecond: Number(rate), p99Ms: Number(p99) * (UNITS[unit] ?? Number.NaN) };
}
