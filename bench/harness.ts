/** The middle of several measurements, and how far they spread. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What came of comparing a figure with its target; `information` where there is no target. */
export type Outcome = "met" | "not met" | "information" | `not measured: ${string}`;

/** One line of the table: one figure, what it is compared with, and what it should be. */
export interface Row {
  /** What was measured. */
  readonly what: string;
  /** The figure: median, and in brackets the smallest and the largest. */
  readonly figure: string;
  /** The peer or the ceiling, measured in the same run. */
  readonly beside: string;
  readonly ratio: string;
  readonly target: string;
  readonly outcome: Outcome;
}

/** A benchmark: the name people type, and how it is run. */
export interface Benchmark {
  readonly name: string;
  /**
   * Measures.
   *
   * @param note - Told what is going on.
   * @returns One row or more.
   * @throws When it could not run; whatever the figures, it does not throw.
   */
  readonly run: (note: (text: string) => void) => Promise<readonly Row[]>;
}

/**
 * Takes the middle of several measurements.
 *
 * @param values - One or more.
 * @returns Median, smallest and largest.
 * @throws {@link RangeError} When there is none.
 */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || min === undefined || max === undefined) {
    throw new RangeError("values must be one or more: got none");
  }
  return { median: (low + high) / 2, min, max };
}

/**
 * Compares two variants round by round: neighbours in time share the same noise, so their ratio says more than that of two
 * medians.
 *
 * @param values - One for each round.
 * @param base - What to divide by, one for each round.
 * @returns The ratios, summarized.
 */
export function ratioOf(values: readonly number[], base: readonly number[]): Summary {
  return summarize(values.map((value, round) => value / (base[round] ?? Number.NaN)));
}

/**
 * Runs variants in turn, A B A B …, so that a slow spell of the machine falls on all of them.
 *
 * @param rounds - How often each is run.
 * @param variants - What to run, by name.
 * @returns What each came to, in the order of the rounds.
 */
export async function alternate<K extends string, T>(
  rounds: number,
  variants: Readonly<Record<K, () => Promise<T>>>,
): Promise<Record<K, T[]>> {
  const names = Object.keys(variants) as K[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<K, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) results[name].push(await variants[name]());
  }
  return results;
}

/**
 * Shows a summary.
 *
 * @param summary - Median, smallest and largest.
 * @param unit - Written after the median.
 * @param digits - After the decimal point.
 * @returns Such as `8,120/s (7,900–8,300)`.
 */
export function shown(summary: Summary, unit: string, digits = 0): string {
  const number = new Intl.NumberFormat("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const { median, min, max } = summary;
  return `${number.format(median)}${unit} (${number.format(min)}–${number.format(max)})`;
}

/**
 * Shows a ratio.
 *
 * @param summary - Of ratios, 1 for equal.
 * @returns Such as `0.93 (0.90–0.97)`.
 */
export function shownRatio(summary: Summary): string {
  return shown(summary, "", 2);
}

/**
 * Says whether a target was met.
 *
 * @param isMet - What the comparison came to.
 * @returns The word for it.
 */
export function outcomeOf(isMet: boolean): Outcome {
  return isMet ? "met" : "not met";
}

/**
 * Shows rows as a Markdown table, with columns as wide as Prettier makes them.
 *
 * @param rows - Each with the name of its benchmark.
 * @returns The table.
 */
export function markdownTable(rows: readonly (Row & { readonly name: string })[]): string {
  const titles = ["benchmark", "measured", "figure", "beside it", "ratio", "target", "result"];
  const lines = [
    titles,
    ...rows.map(({ name, what, figure, beside, ratio, target, outcome }) =>
      [name, what, figure, beside, ratio, target, outcome].map((cell) =>
        cell.replaceAll("|", "\\|"),
      ),
    ),
  ];
  const widths = titles.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  const shownLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = lines;
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...body].map(shownLine).join("\n") + "\n";
}
