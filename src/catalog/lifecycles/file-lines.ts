/** Where two texts part, and how many lines of each do. */
export interface DifferingLines {
  /** Counted from 1. */
  readonly first: number;
  /** How many lines of the one there are between what both begin and what both end with. */
  readonly live: number;
  readonly wanted: number;
}

/** Lines of larger texts are not compared. */
export const LIMIT_COMPARED_BYTES = 256 * 1024;

/**
 * Counts the lines between what two texts begin with and what they end with.
 *
 * @param live - One text, as bytes.
 * @param wanted - The other.
 * @returns Null when they are the same; `incomparable` when one of them is too large, or no text.
 */
export function differingLines(
  live: Uint8Array,
  wanted: Uint8Array,
): DifferingLines | "incomparable" | null {
  if (sharedStart(live, wanted) === Math.max(live.length, wanted.length)) return null;
  const isLarge = Math.max(live.length, wanted.length) > LIMIT_COMPARED_BYTES;
  if (isLarge || live.includes(0) || wanted.includes(0)) return "incomparable";
  const [were, are] = [linesOf(live), linesOf(wanted)];
  const first = sharedStart(were, are);
  const last = sharedStart(were.slice(first).reverse(), are.slice(first).reverse());
  return { first: first + 1, live: were.length - first - last, wanted: are.length - first - last };
}

function sharedStart<T>(one: ArrayLike<T>, other: ArrayLike<T>): number {
  const most = Math.min(one.length, other.length);
  let shared = 0;
  while (shared < most && one[shared] === other[shared]) shared += 1;
  return shared;
}

// A line is what it holds with its newline, so that one without at the end is another. In this encoding each byte is a
// character of its own: what is no UTF-8 differs too.
function linesOf(bytes: Uint8Array): readonly string[] {
  return new TextDecoder("latin1").decode(bytes).match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}
