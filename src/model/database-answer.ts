import { DatabaseError, type DatabaseFailure } from "./errors.ts";

/** What a database answered, or why it did not. */
export type DatabaseAnswer<T> =
  | { readonly failure: null; readonly seen: T }
  | { readonly failure: DatabaseFailure; readonly reason: string };

/**
 * Connects, asks and disconnects; what the database refuses is an answer.
 *
 * @param connect - Opens a session.
 * @param ask - Asks in it.
 * @returns What was seen, or which step failed.
 * @throws {@link ObservationError} When our own means fail; whatever else `connect` and `ask` throw.
 */
export async function askDatabase<S extends AsyncDisposable, T>(
  connect: () => Promise<S>,
  ask: (session: S) => T | Promise<T>,
): Promise<DatabaseAnswer<T>> {
  try {
    await using session = await connect();
    return { failure: null, seen: await ask(session) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { failure: error.failure, reason: error.message };
  }
}

/**
 * Tells in words why a database did not answer.
 *
 * @param answer - Its failure.
 * @returns Such as `unreachable: connection refused`, `refused: password authentication failed`.
 */
export function describeDatabaseFailure(answer: {
  readonly failure: DatabaseFailure;
  readonly reason: string;
}): string {
  const word = answer.failure === "query" ? "query failed" : answer.failure;
  return `${word}: ${answer.reason}`;
}
