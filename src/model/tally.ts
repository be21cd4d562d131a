import { ByteReader, ByteWriter } from "./varint.ts";
import type { Resolution, RollUp } from "./history.ts";
import { HOUR_MS, type HourResult } from "./history-result.ts";

/** Results of one span of time, counted, as histories keep it. */
export interface Tally {
  /** The number of the span, counted from 1970-01-01 UTC. */
  readonly span: number;
  /** How many there were of each verdict: passes, degraded, failures, errors, skipped. */
  readonly counts: readonly number[];
  /** How many of them have a duration. */
  readonly measured: number;
  /** Their durations together, in tenths of a millisecond. */
  readonly sum: number;
  /** The longest, in tenths of a millisecond. */
  readonly most: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_DAYS = 30;

/** How long the spans of a resolution are, and those that are kept and dropped together. In milliseconds. */
export const SPANS = {
  minute: { spanMs: MINUTE_MS, chunkMs: HOUR_MS },
  hour: { spanMs: HOUR_MS, chunkMs: DAY_MS },
  day: { spanMs: DAY_MS, chunkMs: MONTH_DAYS * DAY_MS },
} as const satisfies Readonly<Record<Resolution, unknown>>;

const VERDICT_COUNT = 5;
const NO_COUNTS: readonly number[] = Array<number>(VERDICT_COUNT).fill(0);
const FORMAT = 1;
const TENTHS = 10;

/**
 * Counts results of one hour.
 *
 * @param results - In the order of their times.
 * @param hour - Their hour, counted from 1970-01-01 UTC.
 * @param spanMs - How long a span is.
 * @returns One for each span that has a result, in their order.
 */
export function tally(
  results: readonly HourResult[],
  hour: number,
  spanMs: number,
): readonly Tally[] {
  const tallies: Tally[] = [];
  for (let from = 0; from < results.length;) {
    const span = spanOf(results[from], hour, spanMs);
    let to = from + 1;
    while (to < results.length && spanOf(results[to], hour, spanMs) === span) to += 1;
    tallies.push(tallyOne(span, results.slice(from, to)));
    from = to;
  }
  return tallies;
}

function spanOf(result: HourResult | undefined, hour: number, spanMs: number): number {
  return Math.floor((hour * HOUR_MS + (result?.atMs ?? 0)) / spanMs);
}

function tallyOne(span: number, results: readonly HourResult[]): Tally {
  const counts = [...NO_COUNTS];
  let measured = 0;
  let sum = 0;
  let most = 0;
  for (const { code, duration } of results) {
    counts[code] = (counts[code] ?? 0) + 1;
    if (duration === 0) continue;
    measured += 1;
    sum += duration - 1;
    most = Math.max(most, duration - 1);
  }
  return { span, counts, measured, sum, most };
}

/**
 * Adds two histories up.
 *
 * @param one - In the order of their spans.
 * @param other - Likewise.
 * @returns Each span once, in their order.
 */
export function addTallies(one: readonly Tally[], other: readonly Tally[]): readonly Tally[] {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const bySpan = new Map(one.map((each) => [each.span, each]));
  for (const each of other) {
    const known = bySpan.get(each.span);
    bySpan.set(each.span, known === undefined ? each : add(known, each));
  }
  return [...bySpan.values()].sort((a, b) => a.span - b.span);
}

function add(one: Tally, other: Tally): Tally {
  return {
    span: one.span,
    counts: one.counts.map((count, index) => count + (other.counts[index] ?? 0)),
    measured: one.measured + other.measured,
    sum: one.sum + other.sum,
    most: Math.max(one.most, other.most),
  };
}

/**
 * Shows a span that was counted.
 *
 * @param counted - The span.
 * @param spanMs - How long it is.
 * @returns Each result counts once: what is degraded is none of the passes.
 */
export function rollUpOf(counted: Tally, spanMs: number): RollUp {
  const [passes = 0, degraded = 0, failures = 0, errors = 0, skipped = 0] = counted.counts;
  const { measured, sum, most } = counted;
  return {
    at: counted.span * spanMs,
    passes,
    degraded,
    failures,
    errors,
    skipped,
    meanMs: measured === 0 ? null : sum / measured / TENTHS,
    maxMs: measured === 0 ? null : most / TENTHS,
  };
}

/**
 * Packs spans that were counted: about six bytes each where little changes.
 *
 * @param tallies - In the order of their spans.
 * @returns Bytes for {@link unpackTallies}.
 */
export function packTallies(tallies: readonly Tally[]): Uint8Array {
  const writer = new ByteWriter();
  writer.count(FORMAT);
  let before = 0;
  for (const { span, counts, measured, sum, most } of tallies) {
    const mask = counts.reduce((bits, count, index) => bits + (count === 0 ? 0 : 2 ** index), 0);
    writer.count((span - before) * 2 ** VERDICT_COUNT + mask);
    for (const count of counts) if (count !== 0) writer.count(count);
    const total = counts.reduce((all, count) => all + count, 0);
    writer.count(total - measured);
    if (measured > 0) {
      writer.count(sum);
      writer.count(most);
    }
    before = span;
  }
  return writer.bytes();
}

/**
 * Unpacks spans that were counted.
 *
 * @param bytes - What {@link packTallies} gave, or anything else.
 * @returns In the order of their spans; null when they are damaged.
 */
export function unpackTallies(bytes: Uint8Array): readonly Tally[] | null {
  const reader = new ByteReader(bytes);
  if (reader.count() !== FORMAT) return null;
  const tallies: Tally[] = [];
  let before = -1;
  while (!reader.isAtEnd) {
    const one = readTally(reader, Math.max(0, before));
    const isWhole = one.measured >= 0 && one.span > before && Number.isSafeInteger(one.span);
    if (reader.isDamaged || !isWhole) return null;
    tallies.push(one);
    before = one.span;
  }
  return reader.isDamaged ? null : tallies;
}

function readTally(reader: ByteReader, before: number): Tally {
  const header = reader.count();
  const span = before + Math.floor(header / 2 ** VERDICT_COUNT);
  const counts = NO_COUNTS.map((_, index) =>
    Math.floor(header / 2 ** index) % 2 === 0 ? 0 : reader.count(),
  );
  const total = counts.reduce((all, count) => all + count, 0);
  const measured = total - reader.count();
  const isMeasured = measured > 0;
  const sum = isMeasured ? reader.count() : 0;
  return { span, counts, measured, sum, most: isMeasured ? reader.count() : 0 };
}
