/** Few resources need not wait for their first check: they begin this far apart, rather than spread over the interval. */
const FIRST_CHECK_GAP_MS = 5;

/**
 * Draws when a resource is checked for the first time.
 *
 * First checks are spread by a stable hash, so that neither a start nor every interval after it is a burst; few resources
 * share a short stretch of the interval, so that nobody waits for the first answer.
 *
 * @param id - Identifies the resource; the same one always gets the same place.
 * @param intervalMs - How often it is checked, in milliseconds.
 * @param count - How many resources there are.
 * @returns Milliseconds from the start, from 0 (inclusive) to the interval (exclusive).
 */
export function firstDelayMs(id: string, intervalMs: number, count: number): number {
  const spreadMs = Math.min(intervalMs, count * FIRST_CHECK_GAP_MS);
  return (hash(id) / 2 ** 32) * spreadMs;
}

/**
 * Finds the next time a resource is due. A schedule never drifts: however long a check took, the next one falls on the grid,
 * and turns that went by meanwhile are left out.
 *
 * @param dueMs - When the last check was due, in milliseconds on any clock.
 * @param intervalMs - How often it is checked, in milliseconds, above 0.
 * @param nowMs - The time on the same clock.
 * @returns The first turn after now.
 */
export function nextDueMs(dueMs: number, intervalMs: number, nowMs: number): number {
  const turns = Math.floor(Math.max(0, nowMs - dueMs) / intervalMs) + 1;
  const nextMs = dueMs + turns * intervalMs;
  // Rounding may put it on the very moment.
  return nextMs > nowMs ? nextMs : nextMs + intervalMs;
}

/**
 * Hashes text to 32 bits: FNV-1a, with a last mix so that names which differ only at their end are spread too.
 *
 * @param text - Any text.
 * @returns An integer, 0 to 4294967295.
 * @see Noll, Fowler, Vo, Eastlake, "The FNV Non-Cryptographic Hash Algorithm", IETF draft; the mix is MurmurHash3's.
 */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
