import type { ResultRow, Resolution, Retention, RollUp } from "../../model/history.ts";
import {
  HOUR_MS,
  inOrder,
  plainResult,
  resultRow,
  type HourResult,
} from "../../model/history-result.ts";
import { addTallies, rollUpOf, SPANS, tally, type Tally } from "../../model/tally.ts";
import { firstKept, listLimit, WATCH_LIMITS } from "../../model/watch-rules.ts";
import type { FoldReport, HistoryQuery } from "../../ports/watch-store.ts";

/** Parts of a history, by their number, of every resource. */
type Parts<T> = Map<number, Map<string, readonly T[]>>;

const RESOLUTIONS: readonly Resolution[] = ["minute", "hour", "day"];
/** About what they take where they are packed, in bytes. */
const RESULT_BYTES = 4;
const TALLY_BYTES = 8;

/** Histories in memory, folded as those on a disk are. */
export class MemoryHistory {
  readonly #fresh = new Map<number, Map<string, HourResult[]>>();
  readonly #folded: Parts<HourResult> = new Map();
  readonly #tallies: Readonly<Record<Resolution, Parts<Tally>>> = {
    minute: new Map(),
    hour: new Map(),
    day: new Map(),
  };

  /**
   * Appends a result.
   *
   * @param row - Of any time.
   */
  append(row: ResultRow): void {
    const { at, code, duration } = plainResult(row);
    const hour = Math.floor(at / HOUR_MS);
    const result = { atMs: at - hour * HOUR_MS, code, duration };
    const part = this.#fresh.get(hour) ?? new Map<string, HourResult[]>();
    const results = part.get(row.resource);
    if (results === undefined) part.set(row.resource, [result]);
    else results.push(result);
    this.#fresh.set(hour, part);
  }

  /**
   * Reads single results.
   *
   * @param query - Which.
   * @returns The oldest first.
   */
  results({ resource, from, to, limit }: HistoryQuery): readonly ResultRow[] {
    const hours = [...new Set([...this.#fresh.keys(), ...this.#folded.keys()])];
    return hours
      .sort((one, other) => one - other)
      .flatMap((hour) =>
        this.#ofHour(resource, hour).map((each) => resultRow(resource, hour, each)),
      )
      .filter(({ at }) => at >= from && at < to)
      .slice(-listLimit(limit, WATCH_LIMITS.listedMost));
  }

  /**
   * Reads counted results.
   *
   * @param query - Which.
   * @returns The oldest first.
   */
  rollUps(query: HistoryQuery & { readonly resolution: Resolution }): readonly RollUp[] {
    const { resource, from, to, limit, resolution } = query;
    const { spanMs } = SPANS[resolution];
    const counted = [...this.#tallies[resolution].values()].map((part) => part.get(resource) ?? []);
    const fresh = [...this.#fresh].map(([hour, part]) =>
      tally(inOrder(part.get(resource) ?? []), hour, spanMs),
    );
    return [...counted, ...fresh]
      .reduce(addTallies, [])
      .map((each) => rollUpOf(each, spanMs))
      .sort((one, other) => one.at - other.at)
      .filter(({ at }) => at >= from && at < to)
      .slice(-listLimit(limit, WATCH_LIMITS.listedMost));
  }

  /**
   * Folds and drops.
   *
   * @param now - In milliseconds since 1970-01-01 UTC.
   * @param retention - How long what is kept.
   * @returns What was done.
   */
  fold(now: number, retention: Retention): FoldReport {
    const hours = [...this.#fresh.keys()].filter((hour) => hour < Math.floor(now / HOUR_MS));
    const folded = hours.reduce((sum, hour) => sum + this.#foldHour(hour), 0);
    const { rawMs, minutesMs, hoursMs, daysMs, limitBytes } = retention;
    drop(this.#folded, firstKept(now, rawMs, HOUR_MS));
    drop(this.#tallies.minute, firstKept(now, minutesMs, SPANS.minute.chunkMs));
    drop(this.#tallies.hour, firstKept(now, hoursMs, SPANS.hour.chunkMs));
    drop(this.#tallies.day, firstKept(now, daysMs, SPANS.day.chunkMs));
    return { folded, isShortened: this.#shorten(limitBytes) };
  }

  #ofHour(resource: string, hour: number): readonly HourResult[] {
    const folded = this.#folded.get(hour)?.get(resource) ?? [];
    return inOrder([...folded, ...(this.#fresh.get(hour)?.get(resource) ?? [])]);
  }

  #foldHour(hour: number): number {
    let folded = 0;
    for (const [resource, results] of this.#fresh.get(hour) ?? []) {
      const ordered = inOrder(results);
      folded += results.length;
      partOf(this.#folded, hour).set(resource, this.#ofHour(resource, hour));
      for (const resolution of RESOLUTIONS) {
        const { spanMs, chunkMs } = SPANS[resolution];
        const part = partOf(this.#tallies[resolution], Math.floor((hour * HOUR_MS) / chunkMs));
        part.set(resource, addTallies(part.get(resource) ?? [], tally(ordered, hour, spanMs)));
      }
    }
    this.#fresh.delete(hour);
    return folded;
  }

  #shorten(limitBytes: number): boolean {
    const { minute, hour, day } = this.#tallies;
    let isShortened = false;
    for (const parts of [this.#folded, minute, hour, day]) {
      const least = (): number => Math.min(...parts.keys());
      for (; parts.size > 0 && this.#sizeBytes() > limitBytes; isShortened = true) {
        parts.delete(least());
      }
    }
    return isShortened;
  }

  #sizeBytes(): number {
    const { minute, hour, day } = this.#tallies;
    const results = countIn(this.#fresh) + countIn(this.#folded);
    return results * RESULT_BYTES + (countIn(minute) + countIn(hour) + countIn(day)) * TALLY_BYTES;
  }
}

function partOf<T>(parts: Parts<T>, number: number): Map<string, readonly T[]> {
  const part = parts.get(number) ?? new Map<string, readonly T[]>();
  parts.set(number, part);
  return part;
}

function drop<T>(parts: Parts<T>, first: number): void {
  for (const number of parts.keys()) if (number < first) parts.delete(number);
}

function countIn<T>(parts: ReadonlyMap<number, ReadonlyMap<string, readonly T[]>>): number {
  let count = 0;
  for (const part of parts.values()) for (const each of part.values()) count += each.length;
  return count;
}
