import { printable, singleLine, truncate } from "./text.ts";

/** One figure that a plugin measured. */
export interface PerformanceFigure {
  readonly label: string;
  /** Null when the plugin could not tell. */
  readonly value: number | null;
  /** As the plugin wrote it: `s`, `ms`, `%`, `B`, `MB`, `c`; empty for a plain number. */
  readonly unit: string;
  /** A range in the notation of plugins, such as `10:20`; null when there is none. */
  readonly warning: string | null;
  /** A range, likewise. */
  readonly critical: string | null;
  /** The least that the value can be; null when that is not said. */
  readonly least: number | null;
  /** The most that the value can be; null when that is not said. */
  readonly most: number | null;
}

/** What a plugin printed. */
export interface NagiosOutput {
  /** The first line, without performance data. */
  readonly text: string;
  /** Further lines, without performance data; empty when there are none. */
  readonly longText: string;
  readonly figures: readonly PerformanceFigure[];
}

const LIMIT_FIGURES = 200;
const LIMIT_TEXT_COLUMNS = 1_000;
const LIMIT_LABEL_COLUMNS = 100;

/** One figure at the place of search: a label, in quotes where it holds spaces, then what was measured. */
const FIGURE = /\s*(?:'(?<quoted>(?:[^']|'')*)'|(?<bare>[^\s'=]+))=(?<data>\S*)/uy;

const VALUE = /^(?<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(?<unit>[a-z%µ]*)$/iu;

/** Units as they end the name of a metric. */
const UNIT_NAMES: ReadonlyMap<string, string> = new Map([
  ["s", "Seconds"],
  ["ms", "Ms"],
  ["us", "Us"],
  ["ns", "Ns"],
  ["%", "Percent"],
  ["b", "Bytes"],
  ["c", "Total"],
]);

/**
 * Reads what a plugin printed.
 *
 * The first line is text, and performance data after a `|`. Further lines are long text up to the next `|`; everything after
 * that is performance data again. What is no figure among the data is left out.
 *
 * @param output - The standard output of a plugin, whatever is in it.
 * @returns Its parts, safe to show.
 * @see The Nagios Plugins Development Guidelines, "Plugin Output for Nagios".
 */
export function parseNagiosOutput(output: string): NagiosOutput {
  const lines = printable(output).split("\n");
  const first = splitAtBar(lines[0] ?? "");
  const rest = splitAtBar(lines.slice(1).join("\n"));
  return {
    text: truncate(singleLine(first.text), LIMIT_TEXT_COLUMNS),
    longText: rest.text.trim(),
    figures: parsePerformanceData(`${first.data}\n${rest.data}`),
  };
}

/**
 * Turns figures into metrics.
 *
 * @param figures - What was measured.
 * @returns Values by label with the unit last, such as `timeSeconds`; the first one counts where a label comes twice.
 */
export function figureMetrics(
  figures: readonly PerformanceFigure[],
): Readonly<Record<string, number>> {
  const metrics = new Map<string, number>();
  for (const { label, unit, value } of figures) {
    const name = `${label}${UNIT_NAMES.get(unit.toLowerCase()) ?? unit}`;
    if (value !== null && !metrics.has(name)) metrics.set(name, value);
  }
  return Object.fromEntries(metrics);
}

function splitAtBar(text: string): { readonly text: string; readonly data: string } {
  const bar = text.indexOf("|");
  if (bar === -1) return { text, data: "" };
  return { text: text.slice(0, bar), data: text.slice(bar + 1) };
}

function parsePerformanceData(data: string): readonly PerformanceFigure[] {
  const figures: PerformanceFigure[] = [];
  let place = 0;
  while (place < data.length && figures.length < LIMIT_FIGURES) {
    FIGURE.lastIndex = place;
    const groups = FIGURE.exec(data)?.groups;
    if (groups === undefined) {
      place = afterWord(data, place);
      continue;
    }
    place = FIGURE.lastIndex;
    const label = groups["quoted"]?.replaceAll("''", "'") ?? groups["bare"] ?? "";
    const figure = figureOf(label, groups["data"] ?? "");
    if (figure !== null) figures.push(figure);
  }
  return figures;
}

// What is no figure ends at the next white space, after which there may be one.
function afterWord(data: string, from: number): number {
  const word = /\s*\S+/uy;
  word.lastIndex = from;
  return word.test(data) ? word.lastIndex : data.length;
}

function figureOf(label: string, data: string): PerformanceFigure | null {
  const name = truncate(singleLine(label), LIMIT_LABEL_COLUMNS);
  const [measured = "", warning = "", critical = "", least = "", most = ""] = data.split(";");
  const value = measuredValue(measured);
  if (name === "" || value === null) return null;
  return {
    label: name,
    ...value,
    warning: warning === "" ? null : warning,
    critical: critical === "" ? null : critical,
    least: numberOf(least),
    most: numberOf(most),
  };
}

function measuredValue(
  text: string,
): { readonly value: number | null; readonly unit: string } | null {
  if (/^U[a-z%µ]*$/u.test(text)) return { value: null, unit: text.slice(1) };
  const groups = VALUE.exec(text)?.groups;
  const value = Number(groups?.["number"] ?? NaN);
  return Number.isFinite(value) ? { value, unit: groups?.["unit"] ?? "" } : null;
}

function numberOf(text: string): number | null {
  return measuredValue(text)?.value ?? null;
}
