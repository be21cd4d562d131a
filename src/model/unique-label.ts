/**
 * Makes a label unlike those before it, for formats whose readers take two of the same label for one and the same thing.
 *
 * @param wanted - The label.
 * @param taken - Those before it; the new one is added.
 * @returns The label, or with the first number from 2 on that makes it unique: `api 2`.
 */
export function uniqueLabel(wanted: string, taken: Set<string>): string {
  let label = wanted;
  for (let number = 2; taken.has(label); number += 1) label = `${wanted} ${String(number)}`;
  taken.add(label);
  return label;
}
