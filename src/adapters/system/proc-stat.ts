/** What `/proc/PID/stat` says of a process. */
export interface ProcessStat {
  readonly name: string;
  /** One letter: `R`, `S`, `D`, `Z` … */
  readonly state: string;
  readonly parentPid: number;
  readonly isKernelThread: boolean;
  /** Time on a processor since its start, in milliseconds. */
  readonly cpuMs: number;
  /** In milliseconds since this machine was started. */
  readonly startedMs: number;
}

/** A tick is 1/100 s in all that Linux tells programs, on every processor that Node runs on. */
const TICK_MS = 10;

/** From the kernel's `PF_KTHREAD`. */
const KERNEL_THREAD = 0x0020_0000;

/** Where the fields stand, counted from the one after the name. */
const STATE = 0;
const PARENT = 1;
const FLAGS = 6;
const USER_TIME = 11;
const SYSTEM_TIME = 12;
const START = 19;

/**
 * Reads the text of `/proc/PID/stat`.
 *
 * The name may hold anything, spaces, parentheses and line breaks included, so the last parenthesis ends it.
 *
 * @param text - The text of the file.
 * @returns Null when it is not such a text.
 */
export function parseProcessStat(text: string): ProcessStat | null {
  const start = text.indexOf("(");
  const end = text.lastIndexOf(")");
  if (start === -1 || end < start) return null;
  const fields = text.slice(end + 2).split(" ", START + 1);
  const state = fields[STATE] ?? "";
  const number = (index: number): number | null => wholeNumber(fields[index]);
  const parentPid = number(PARENT);
  const startTicks = number(START);
  if (!/^[A-Za-z]$/u.test(state) || startTicks === null || parentPid === null) return null;
  return {
    name: text.slice(start + 1, end),
    state,
    parentPid,
    isKernelThread: ((number(FLAGS) ?? 0) & KERNEL_THREAD) !== 0,
    cpuMs: ((number(USER_TIME) ?? 0) + (number(SYSTEM_TIME) ?? 0)) * TICK_MS,
    startedMs: startTicks * TICK_MS,
  };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : null;
}
