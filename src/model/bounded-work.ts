/** Runs synchronous work to its end, or throws when it takes too long. */
export type Guard = <T>(what: string, work: () => T) => T;

let guard: Guard = (_, work) => work();

/**
 * Says how work is kept within bounds from now on: where nobody does, it is not.
 *
 * @param next - Runs work, and throws an {@link ObservationError} when it takes too long.
 */
export function guardWorkWith(next: Guard): void {
  guard = next;
}

/**
 * Runs work that may take for ever, such as a search with an expression of somebody else's: until it is over, nothing else in
 * this process goes on, no deadline either.
 *
 * @param what - What is done, for the message, such as `searching the log`.
 * @param work - Synchronous, and without effects.
 * @returns What the work returns.
 * @throws {@link ObservationError} When it takes too long.
 */
export function boundedWork<T>(what: string, work: () => T): T {
  return guard(what, work);
}
