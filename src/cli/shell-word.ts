/**
 * Writes a word such that it can be pasted into a shell.
 *
 * @param word - Any text.
 * @returns The word, in single quotes where it needs them.
 */
export function shellWord(word: string): string {
  return /^[\w./+@%:-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
