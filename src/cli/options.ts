import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { durationMs } from "../model/duration.ts";

/**
 * Parses an option that is a length of time above zero.
 *
 * @param text - Seconds, or a number with a unit: `500ms`, `60s`, `2h`.
 * @returns Milliseconds.
 * @throws {@link InvalidArgumentError} When it is none.
 */
export function durationOption(text: string): number {
  const valueMs = durationMs(text);
  if (valueMs !== null && valueMs > 0) return valueMs;
  throw new InvalidArgumentError("It takes seconds above 0, or a duration such as 500ms, 30s, 2h.");
}

/**
 * Parses an option that is a length of time, zero included.
 *
 * @param text - Seconds, or a number with a unit.
 * @returns Milliseconds.
 * @throws {@link InvalidArgumentError} When it is none.
 */
export function delayOption(text: string): number {
  const valueMs = durationMs(text);
  if (valueMs !== null) return valueMs;
  throw new InvalidArgumentError("It takes seconds, or a duration such as 0, 500ms, 2s.");
}

/**
 * Makes a parser of options that are whole numbers.
 *
 * @param least - The least value allowed.
 * @param most - The greatest value allowed.
 * @returns A parser that throws {@link InvalidArgumentError} for anything else.
 */
export function integerOption(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/u.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes an integer from ${String(least)} to ${String(most)}.`);
  };
}

/**
 * Parses an option that names a file.
 *
 * @param text - As typed.
 * @returns The same.
 * @throws {@link InvalidArgumentError} When it is empty.
 */
export function fileOption(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It takes the name of a file.");
}

/**
 * The option by which people choose who resolves names.
 *
 * @returns `--resolver`, `dns` by default.
 */
export function resolverOption(): Option<
  "--resolver <name>",
  undefined,
  "dns",
  undefined,
  false,
  "dns" | "system"
> {
  return new Option("--resolver <name>", "who resolves names")
    .choices(["dns", "system"] as const)
    .default("dns" as const);
}
