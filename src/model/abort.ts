/**
 * Tells why a signal was aborted.
 *
 * @param signal - An aborted signal.
 * @returns Its reason when that is an error, as it is by default; otherwise an error with the reason as its cause.
 */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}
