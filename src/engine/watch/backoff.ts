import { REPAIR_LIMITS } from "../../model/watch-policy.ts";

/** How far chance moves a wait, either way. */
const JITTER = 0.2;

/**
 * Draws how long to wait before the next attempt at a repair: 2 s after the first, three times as long after each further one,
 * up to 300 s; chance moves it by a fifth, as what broke together must not all be repaired in the same instant.
 *
 * @param attempts - How many were made, 1 or more.
 * @param chance - A number from 0 (inclusive) to 1 (exclusive).
 * @returns Milliseconds.
 * @throws {@link RangeError} When there was no attempt.
 */
export function backoffMs(attempts: number, chance: number): number {
  if (!Number.isInteger(attempts) || attempts < 1) {
    throw new RangeError(`attempts must be 1 or more: got ${String(attempts)}`);
  }
  const { firstBackoffMs, factor, capMs } = REPAIR_LIMITS;
  const plain = Math.min(firstBackoffMs * factor ** (attempts - 1), capMs);
  return Math.round(Math.min(plain * (1 - JITTER + 2 * JITTER * chance), capMs));
}
