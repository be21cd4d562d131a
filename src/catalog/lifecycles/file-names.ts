import type { Marks } from "../../model/marks.ts";

/** Names have a limit, 255 bytes on most file systems: of a long one only the beginning is in the temporary one. */
const LIMIT_CHARACTERS = 60;
const PROJECT_CHARACTERS = 8;

/**
 * Names what is ours and not in its place: not yet, or not any more. As long as it is there, what stands in the place is ours
 * only if it is the very same.
 *
 * @param name - The name in its place.
 * @param marks - Whose it is.
 * @returns A name in the same folder.
 */
export function asideName(name: string, marks: Marks): string {
  return `${temporaryPrefix(name, marks)}${marks.instance}.own`;
}

/**
 * Names what is going to replace what is in its place.
 *
 * @param name - The name in its place.
 * @param marks - Whose it is.
 * @returns A name in the same folder.
 */
export function changedName(name: string, marks: Marks): string {
  return `${temporaryPrefix(name, marks)}${marks.instance}.tmp`;
}

/**
 * Finds what a killed process of the same project left behind of changing something under another instance.
 *
 * @param names - What is in the folder.
 * @param name - The name in its place.
 * @param marks - Whose it is now.
 * @returns Names; none where another file could have the same temporary names.
 */
export function leftoversAmong(
  names: readonly string[],
  name: string,
  marks: Marks,
): readonly string[] {
  if (name.length > LIMIT_CHARACTERS) return [];
  const prefix = temporaryPrefix(name, marks);
  const isLeftover = (each: string): boolean =>
    each.startsWith(prefix) && /^[\da-f]{16}\.tmp$/u.test(each.slice(prefix.length));
  return names.filter(isLeftover);
}

function temporaryPrefix(name: string, { project }: Marks): string {
  const start = name.slice(0, LIMIT_CHARACTERS).toWellFormed();
  return `.${start}.clockwork-${project.slice(0, PROJECT_CHARACTERS)}-`;
}
