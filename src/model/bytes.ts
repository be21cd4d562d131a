import { shownNumber } from "./figures.ts";

/** A megabyte, as the SI has it and disks are sold. */
export const BYTES_PER_MB = 1_000_000;

/** A gigabyte, as the SI has it and disks are sold. */
export const BYTES_PER_GB = 1_000_000_000;

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

const STEP = 1_000;

/**
 * Shows a size with three significant digits, or as many more as keep it apart from others.
 *
 * @param bytes - 0 or more.
 * @param besides - Sizes that stand next to it in a message, in bytes.
 * @returns Such as `1.23 MB`; units are powers of 1,000.
 */
export function shownBytes(bytes: number, besides: readonly number[] = []): string {
  for (const [power, unit] of UNITS.entries()) {
    const size = STEP ** power;
    const others = besides.map((other) => other / size);
    const figure = shownNumber(bytes / size, others);
    // 999,999 bytes round to 1,000 kB, which is better said in the next unit.
    if (Number(figure) < STEP || power === UNITS.length - 1) return `${figure} ${unit}`;
  }
  return `${String(bytes)} B`;
}

/**
 * Shows a size that a person declared, without rounding it.
 *
 * @param bytes - 0 or more.
 * @returns Such as `1.5 GB`, `1.234567 MB`.
 */
export function exactBytes(bytes: number): string {
  const power = UNITS.findLastIndex((_, index) => bytes >= STEP ** index);
  const unit = Math.max(0, power);
  return `${String(bytes / STEP ** unit)} ${UNITS[unit] ?? "B"}`;
}
