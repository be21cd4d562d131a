/** What is sent back. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
  /** `done`, or why not: for the audit log. */
  readonly outcome: string;
}

/** Headers of every answer: what is told is true now, and is what it says it is. */
export const USUAL_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  vary: "accept-encoding",
} as const;

/**
 * Waits for the first piece of an answer that comes in pieces: what goes wrong before can still be told as it has to be.
 *
 * @param outgoing - The answer.
 * @returns It; at once when it comes in one piece.
 */
export function begun(outgoing: Outgoing | null): Outgoing | null | Promise<Outgoing> {
  if (outgoing === null || typeof outgoing.body === "string") return outgoing;
  const pieces = outgoing.body[Symbol.asyncIterator]();
  return pieces.next().then((first) => ({ ...outgoing, body: from(first, pieces) }));
}

async function* from(
  first: IteratorResult<string>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string, void> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Nobody may want the rest.
    await rest.return?.();
  }
}
