import type { HistogramReading } from "../../ports/watch-meter.ts";

/** Metrics of one name: what they mean, and what there is to say of one thing. */
export interface Family<Of> {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Writes whole lines; empty where there is nothing to say. */
  readonly lines: (of: Of) => string;
}

/**
 * Writes what stands above the samples of a family.
 *
 * @param family - The family.
 * @returns Two lines.
 */
export function familyHead({ name, type, help }: Omit<Family<never>, "lines">): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

/**
 * Writes a histogram.
 *
 * @param name - Of its family.
 * @param labels - As {@link labelsText} gives them.
 * @param reading - What was counted.
 * @returns Lines.
 */
export function histogramLines(
  name: string,
  labels: string,
  { bounds, counts, sum }: HistogramReading,
): string {
  let count = 0;
  let text = "";
  for (const [index, inBucket] of counts.entries()) {
    count += inBucket;
    const bound = bounds[index];
    const le = bound === undefined ? "+Inf" : String(bound);
    text += `${name}_bucket{${labels},le="${le}"} ${String(count)}\n`;
  }
  return `${text}${name}_sum{${labels}} ${String(sum)}\n${name}_count{${labels}} ${String(count)}\n`;
}

/**
 * Writes milliseconds as seconds.
 *
 * @param ms - Milliseconds.
 * @returns Seconds, to the microsecond.
 */
export function secondsText(ms: number): string {
  return String(Math.round(ms * 1_000) / 1_000_000);
}
