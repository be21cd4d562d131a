import { setFlagsFromString } from "node:v8";

/** How much may be allocated, in percent of what is alive, before all of it is collected. */
const GROWTH_PERCENT = 45;

/**
 * Keeps the memory of this process small and its pauses short, for one that stays up for months and has thousands of checks under
 * way at any time. It holds for the whole process: a library must not do it to the program that uses it.
 *
 * V8 takes what lives through a check for something that stays, and puts it where only a collection of everything frees it; and
 * it lets the heap become four times as large as what is alive. Measured with 100,000 resources, the first costs lateness of
 * hundreds of milliseconds several times a minute, the second a gigabyte.
 */
export function keepHeapSteady(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
  setFlagsFromString(`--heap-growing-percent=${String(GROWTH_PERCENT)}`);
}
