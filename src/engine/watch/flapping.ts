/** So many of the last results tell whether something flaps. */
export const LIMIT_FLAPPING = 21;

/** Above this share of changes it has begun, below the other it is over; in percent. */
const HIGH_PERCENT = 50;
const LOW_PERCENT = 25;

/** The newest change counts this much more than the oldest: from 0.8 to 1.2. */
const LEAST_WEIGHT = 0.8;
const WEIGHT_RANGE = 0.4;

/**
 * Decides whether a resource goes up and down too often to tell people each time.
 *
 * @param recent - The last results, the oldest first: `p` or `f`.
 * @param wasFlapping - Whether it did before: what has begun ends later than it began.
 * @returns Whether it does now.
 * @see Nagios Core documentation, "Detection and Handling of State Flapping": 21 results, 50 % and 25 %, newer ones weigh more.
 */
export function isFlapping(recent: string, wasFlapping: boolean): boolean {
  if (recent === "") return false;
  const changes = LIMIT_FLAPPING - 1;
  // What came before is taken to have passed.
  const last = recent.slice(-LIMIT_FLAPPING).padStart(LIMIT_FLAPPING, "p");
  let weighted = 0;
  for (let index = 1; index <= changes; index += 1) {
    if (last[index] === last[index - 1]) continue;
    weighted += LEAST_WEIGHT + (WEIGHT_RANGE * (index - 1)) / (changes - 1);
  }
  const percent = (weighted * 100) / changes;
  return percent >= (wasFlapping ? LOW_PERCENT : HIGH_PERCENT);
}
