/**
 * Makes a queue: what is asked of one connection happens one after the other.
 *
 * @returns A function that runs some work once all earlier work has settled, and gives its outcome.
 */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    // Whoever asked hears of a failure; the queue goes on.
    last = next.catch(() => undefined);
    return next;
  };
}
