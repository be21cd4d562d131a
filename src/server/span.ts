import { Refusal } from "./refusal.ts";

/** A span of time, in milliseconds since 1970-01-01 UTC; its end is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;

/**
 * Reads a span of time: the last day, unless something else is said.
 *
 * @param asked - Where it begins and ends, in ISO 8601.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns The span.
 * @throws {@link Refusal} When it ends before it begins.
 */
export function spanOf(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): Span {
  const to = asked.to === undefined ? now : Date.parse(asked.to);
  const from = asked.from === undefined ? to - DAY_MS : Date.parse(asked.from);
  if (from <= to) return { from, to };
  const message = "must be before the end of the span, which is now by default";
  throw new Refusal(400, "request-invalid", "The span ends before it begins.", {
    errors: [{ property: "query.from", message }],
  });
}
