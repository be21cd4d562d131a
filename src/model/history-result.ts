import { ByteReader, ByteWriter } from "./varint.ts";
import type { ResultRow } from "./history.ts";

/** One result within its hour, as histories keep it. */
export interface HourResult {
  /** Since the hour began. */
  readonly atMs: number;
  /** Of its verdict: pass, degraded, fail, error, skipped. */
  readonly code: number;
  /** In tenths of a millisecond, and one more; 0 when nobody looked. */
  readonly duration: number;
}

/** What is kept of one result, whatever its hour. */
export interface PlainResult {
  /** In milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly code: number;
  readonly duration: number;
}

/** In milliseconds. */
export const HOUR_MS = 3_600_000;

/** Hours are numbered from 1970-01-01 UTC; this one, in the year 2209, is none any more. */
export const LIMIT_HOUR = 2 ** 21;

/** What a result may be. The order is that of the state's format. */
const VERDICTS = [
  { verdict: "pass", isDegraded: false },
  { verdict: "pass", isDegraded: true },
  { verdict: "fail", isDegraded: false },
  { verdict: "error", isDegraded: false },
  { verdict: "skipped", isDegraded: false },
] as const;

const LIMIT_DURATION = 2 ** 32 - 1;
const TENTHS = 10;
const FORMAT = 1;

/**
 * Brings a result to what histories keep: whole milliseconds of time, tenths of a millisecond of duration.
 *
 * @param row - Any result.
 * @returns What is kept of it.
 */
export function plainResult(row: ResultRow): PlainResult {
  const tenths = row.durationMs === null ? null : Math.round(row.durationMs * TENTHS);
  const isDegraded = row.verdict === "pass" && row.isDegraded;
  return {
    at: between(Math.round(row.at), LIMIT_HOUR * HOUR_MS - 1),
    code: VERDICTS.findIndex(
      (each) => each.verdict === row.verdict && each.isDegraded === isDegraded,
    ),
    duration: tenths === null ? 0 : between(tenths + 1, LIMIT_DURATION, 1),
  };
}

/**
 * Brings back a result.
 *
 * @param resource - Whose it is.
 * @param hour - Its hour, counted from 1970-01-01 UTC.
 * @param result - What was kept.
 * @returns The result.
 */
export function resultRow(resource: string, hour: number, result: HourResult): ResultRow {
  return {
    resource,
    at: hour * HOUR_MS + result.atMs,
    ...(VERDICTS[result.code] ?? VERDICTS[3]),
    durationMs: result.duration === 0 ? null : (result.duration - 1) / TENTHS,
  };
}

/**
 * Brings results into the order of their time. Of two at the same time, the one that came first stays first.
 *
 * @param results - In the order in which they came.
 * @returns The same, or a copy in order.
 */
export function inOrder(results: readonly HourResult[]): readonly HourResult[] {
  const isOrdered = results.every(
    ({ atMs }, index) => index === 0 || atMs >= (results[index - 1]?.atMs ?? 0),
  );
  return isOrdered ? results : results.toSorted((one, other) => one.atMs - other.atMs);
}

/**
 * Packs the results of one hour of one resource. They come at nearly even times, with nearly even durations: what is written is
 * how far each is from that, about three bytes.
 *
 * @param results - In the order of their times.
 * @returns Bytes for {@link unpackResults}.
 */
export function packResults(results: readonly HourResult[]): Uint8Array {
  const writer = new ByteWriter();
  writer.count(FORMAT);
  let before: HourResult = { atMs: 0, code: 0, duration: 0 };
  let step = 0;
  for (const result of results) {
    const isOther = result.code !== before.code;
    const next = result.atMs - before.atMs;
    writer.signed((next - step) * 2 + (isOther ? 1 : 0));
    if (isOther) writer.count(result.code);
    writer.signed(result.duration - before.duration);
    step = next;
    before = result;
  }
  return writer.bytes();
}

/**
 * Unpacks results.
 *
 * @param bytes - What {@link packResults} gave, or anything else.
 * @returns In the order of their times; null when they are damaged.
 */
export function unpackResults(bytes: Uint8Array): readonly HourResult[] | null {
  const reader = new ByteReader(bytes);
  if (reader.count() !== FORMAT) return null;
  const results: HourResult[] = [];
  let before: HourResult = { atMs: 0, code: 0, duration: 0 };
  let step = 0;
  while (!reader.isAtEnd) {
    const token = reader.signed();
    const isOther = token % 2 !== 0;
    step += (token - (isOther ? 1 : 0)) / 2;
    const code = isOther ? reader.count() : before.code;
    before = { atMs: before.atMs + step, code, duration: before.duration + reader.signed() };
    if (step < 0 || !isHourResult(before)) return null;
    results.push(before);
  }
  return reader.isDamaged ? null : results;
}

function isHourResult({ atMs, code, duration }: HourResult): boolean {
  return atMs < HOUR_MS && code < VERDICTS.length && duration >= 0 && duration <= LIMIT_DURATION;
}

function between(value: number, most: number, least = 0): number {
  // What is no number at all is none of ours to keep: it counts as nothing.
  return Number.isNaN(value) ? least : Math.min(most, Math.max(least, value));
}
