import { InvalidOption } from "./options.ts";

/**
 * Insists that at least one of several options is given.
 *
 * @param values - These options, null where not given.
 * @throws {@link InvalidOption} When none is.
 */
export function requireAny(values: Readonly<Record<string, unknown>>): void {
  if (given(values).length > 0) return;
  const names = Object.keys(values);
  throw new InvalidOption(`needs ${listed(names)}`, { code: "option-missing" });
}

/**
 * Insists that at most one of several options is given.
 *
 * @param values - These options, null where not given.
 * @throws {@link InvalidOption} When more are.
 */
export function requireAtMostOne(values: Readonly<Record<string, unknown>>): void {
  const names = given(values);
  if (names.length <= 1) return;
  throw new InvalidOption(`takes only one of ${names.join(", ")}`);
}

/**
 * Insists that a least value is not above a greatest one.
 *
 * @param least - The name and value of the lower bound; null when there is none.
 * @param most - The name and value of the upper bound; null when there is none.
 * @throws {@link InvalidOption} When nothing could lie between them.
 */
export function requireOrder(
  least: readonly [name: string, value: number | null],
  most: readonly [name: string, value: number | null],
): void {
  if (least[1] === null || most[1] === null || least[1] <= most[1]) return;
  throw new InvalidOption(
    `needs ${least[0]} to be at most ${most[0]}: got ${String(least[1])} and ${String(most[1])}`,
  );
}

function given(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(values).filter((name) => values[name] !== null && values[name] !== undefined);
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}
