/** What of a process tells how much it computed. */
export interface CpuTimed {
  readonly pid: number;
  /** Time on a processor since its start, in milliseconds. */
  readonly cpuMs: number;
}

/**
 * Adds up the processor time that processes took between two looks.
 *
 * One that was not there before, or has less behind it now (another one with the same id), started in between: all of its time
 * counts.
 *
 * @param before - All processes of the first look.
 * @param after - Those that are measured, as of the second look.
 * @returns Milliseconds on processors, 0 or more.
 */
export function cpuMsBetween(before: readonly CpuTimed[], after: readonly CpuTimed[]): number {
  const earlier = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]));
  return after.reduce((sum, { pid, cpuMs }) => {
    const earlierMs = earlier.get(pid) ?? 0;
    return sum + (earlierMs <= cpuMs ? cpuMs - earlierMs : cpuMs);
  }, 0);
}
