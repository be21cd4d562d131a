import type { MemoryState } from "../../ports/machine.ts";

/** What the processors have done since the machine was started, in any unit. */
export interface CpuTimes {
  readonly total: number;
  /** Nothing to do, or nothing but waiting for a disk. */
  readonly idle: number;
}

/**
 * Reads the text of `/proc/meminfo`.
 *
 * @param text - The text of the file.
 * @returns Null when it does not say how much there is, or how much of it could be had.
 */
export function parseMemory(text: string): MemoryState | null {
  const totalBytes = bytesOf("MemTotal", text);
  const availableBytes = bytesOf("MemAvailable", text);
  return totalBytes === null || availableBytes === null ? null : { totalBytes, availableBytes };
}

function bytesOf(name: string, text: string): number | null {
  const start = `\n${text}`.indexOf(`\n${name}:`);
  if (start === -1) return null;
  const kibibytes = /^[^\n]*: *(\d{1,12}) kB(?:\n|$)/u.exec(text.slice(start))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/**
 * Finds in `/proc/stat` what all processors together have done.
 *
 * @param text - The text of the file.
 * @returns Null when it does not say.
 */
export function parseCpuTimes(text: string): CpuTimes | null {
  const line = /^cpu +([\d ]+)/u.exec(text)?.[1];
  if (line === undefined) return null;
  // user, nice, system, idle, iowait, irq, softirq, steal; the guests after them are part of user and nice.
  const ticks = line.trim().split(/ +/u).slice(0, 8).map(Number);
  const idle = (ticks[3] ?? NaN) + (ticks[4] ?? 0);
  const total = ticks.reduce((sum, each) => sum + each, 0);
  return Number.isSafeInteger(idle) && Number.isSafeInteger(total) ? { total, idle } : null;
}

/**
 * Tells how busy the processors were between two looks.
 *
 * @param before - The first look.
 * @param after - The second look.
 * @returns 0 to 100; null when no time has passed.
 */
export function busyPercent(before: CpuTimes, after: CpuTimes): number | null {
  const total = after.total - before.total;
  if (total <= 0) return null;
  // The kernel's count of waiting for a disk may go backwards.
  const idle = Math.min(total, Math.max(0, after.idle - before.idle));
  return (100 * (total - idle)) / total;
}
