import { replaceUnsafe } from "./text.ts";

/** A longer text is cut: a message is to be read, and a place in the file says where the rest is. */
const LIMIT_CHARACTERS = 80;

/** What may stand before the credentials of a URL. */
const BEFORE_CREDENTIALS = /^\s*(?:[a-z][a-z\d+.-]*:)?[/\\]*/iu;

/**
 * Writes text from a file into a message: in double quotes, on one line, cut when it is long, without credentials.
 *
 * @param text - Anything.
 * @returns The text as JSON would have it, with `***` in place of whatever may be the user and password of a URL.
 */
export function quoted(text: string): string {
  const bare = withoutCredentials(text);
  const cut = bare.length <= LIMIT_CHARACTERS ? bare : `${bare.slice(0, LIMIT_CHARACTERS)}…`;
  return replaceUnsafe(JSON.stringify(cut), (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
  });
}

/**
 * Finds the candidate that a person most likely meant.
 *
 * Case, hyphens and underscores do not count, so that `expectedStatus` is `expected_status`.
 *
 * @param word - What was written.
 * @param candidates - What could have been meant.
 * @returns The candidate with the fewest slips, at most one in three characters; null when none is near.
 */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const written = plain(word);
  let fewest = Math.max(1, Math.floor(written.length / 3)) + 1;
  let best: string | null = null;
  for (const candidate of candidates) {
    const meant = plain(candidate);
    if (Math.abs(meant.length - written.length) >= fewest) continue;
    const slips = editDistance(written, meant);
    if (slips >= fewest) continue;
    fewest = slips;
    best = candidate;
  }
  return best;
}

// A URL that cannot be parsed does not say where its password ends, so everything up to the last `@` goes.
function withoutCredentials(text: string): string {
  const end = text.lastIndexOf("@");
  const colon = text.indexOf(":");
  if (colon === -1 || colon > end) return text;
  const start = BEFORE_CREDENTIALS.exec(text)?.[0].length ?? 0;
  return `${text.slice(0, start)}***${text.slice(end)}`;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[\s_-]+/gu, "");
}

// Counts a character more, less or other, or two neighbours swapped, as one slip (optimal string alignment); the plain
// Levenshtein distance counts the commonest slip, a swap, as two.
function editDistance(one: string, other: string): number {
  let before: readonly number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(above, column) + 1,
          at(current, column - 1) + 1,
          at(above, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    before = above;
    above = current;
  }
  return at(above, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
