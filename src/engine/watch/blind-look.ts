import type { Look } from "../../model/watch-state.ts";

/**
 * What a look came to that could not be carried out.
 *
 * @param at - When it began, in milliseconds since 1970-01-01 UTC.
 * @param error - What was thrown.
 * @returns A look with the verdict `error`.
 */
export function blindLook(at: number, error: unknown): Look {
  const actual = error instanceof Error ? error.message : String(error);
  const finding = { name: "look", severity: "fail", claim: "", expected: "", actual } as const;
  return {
    at,
    verdict: "error",
    isDegraded: false,
    sync: "unknown",
    isConclusive: false,
    findings: [{ ...finding, verdict: "error" }],
    durationMs: null,
  };
}
