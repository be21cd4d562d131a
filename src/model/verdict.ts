/**
 * What became of one check.
 *
 * `pass` and `fail` are answers about the target. `error` means that we could not observe it, because our own machine or
 * tool failed: it says nothing about the target. `skipped` means that nobody looked.
 */
export type Verdict = "pass" | "fail" | "error" | "skipped";

/** What is believed of a resource, after the verdicts so far. */
export type Health = "unknown" | "healthy" | "degraded" | "unhealthy";
