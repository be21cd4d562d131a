const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/**
 * Shows a length of time as people write it in options.
 *
 * @param durationMs - Milliseconds, 0 or more and finite; fractions are rounded off.
 * @returns Such as `2h`, `1d3h20s`, `500ms`, `0s`.
 */
export function shownDuration(durationMs: number): string {
  let restMs = Math.round(durationMs);
  let shown = "";
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    if (count > 0) shown += `${String(count)}${unit}`;
  }
  return shown === "" ? "0s" : shown;
}
