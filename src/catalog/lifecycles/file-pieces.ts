/** A value that must not be kept. */
export interface HiddenValue {
  /** The variable that it comes from. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A part of a file: bytes as they are, or the name of what is hidden. */
export type Piece = { readonly bytes: Uint8Array } | { readonly name: string };

/**
 * Cuts bytes wherever a hidden value stands in them.
 *
 * @param bytes - Anything.
 * @param hidden - What must not stay in it; the longest counts where several begin.
 * @param limit - How many pieces it may come to.
 * @returns Pieces that together are all of it, none of them empty; null when there are more.
 */
export function cutAt(
  bytes: Uint8Array,
  hidden: readonly HiddenValue[],
  limit: number,
): readonly Piece[] | null {
  const values = hidden
    .filter((value) => value.bytes.length > 0)
    .toSorted((one, other) => other.bytes.length - one.bytes.length);
  const pieces: Piece[] = [];
  let kept = 0;
  for (let at = 0; at < bytes.length;) {
    const value = values.find((each) => startsAt(bytes, at, each.bytes));
    if (value === undefined) {
      at += 1;
      continue;
    }
    if (at > kept) pieces.push({ bytes: bytes.subarray(kept, at) });
    pieces.push({ name: value.name });
    at += value.bytes.length;
    kept = at;
    if (pieces.length > limit) return null;
  }
  if (kept < bytes.length) pieces.push({ bytes: bytes.subarray(kept) });
  return pieces;
}

/**
 * Puts parts together.
 *
 * @param parts - In their order.
 * @returns All of them.
 */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function startsAt(bytes: Uint8Array, at: number, value: Uint8Array): boolean {
  if (at + value.length > bytes.length) return false;
  for (let index = 0; index < value.length; index += 1) {
    if (bytes[at + index] !== value[index]) return false;
  }
  return true;
}
