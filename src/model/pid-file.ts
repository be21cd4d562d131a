/** What Linux allows at most on 64-bit machines. */
const MOST_PID = 4_194_304;

/**
 * Reads what a program has written to its pid file.
 *
 * @param text - What the file holds: a number on its first line, whatever follows.
 * @returns The pid; null when there is none, or one that no program of its own has: 0, 1, or more than there are.
 */
export function pidIn(text: string): number | null {
  const [, digits] = /^\s{0,100}(\d{1,7})[ \t\r]*(?:\n|$)/u.exec(text) ?? [];
  const pid = Number(digits ?? 0);
  return pid > 1 && pid <= MOST_PID ? pid : null;
}
