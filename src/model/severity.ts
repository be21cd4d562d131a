/** What a failed assertion means for its resource: `fail` makes it unhealthy, `warn` only degraded. */
export type Severity = "fail" | "warn";
