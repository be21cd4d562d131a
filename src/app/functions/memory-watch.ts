import { readFileSync } from "node:fs";

/** Often enough: in this time, a program touches a few hundred MiB. */
const INTERVAL_MS = 100;

/** What Node itself takes, before a function has anything. */
const NODE_MB = 128;

const BYTES_PER_MB = 1024 * 1024;
const PAGE_BYTES = 4_096;

/**
 * Watches the memory of a process on Linux, as Node's own limit does not count what lies outside of its heap, such as buffers.
 *
 * @param pid - The process.
 * @param limitMb - The most it may use, in MiB, besides what Node itself takes.
 * @param onExceeded - Called once, when it uses more.
 * @returns Ends the watch.
 */
export function watchMemory(pid: number, limitMb: number, onExceeded: () => void): () => void {
  const limitBytes = (limitMb + NODE_MB) * BYTES_PER_MB;
  const timer = setInterval(() => {
    if (residentBytes(pid) <= limitBytes) return;
    clearInterval(timer);
    onExceeded();
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
  };
}

// Pages of 4 KiB are the smallest there are: with larger ones, less is seen than there is.
function residentBytes(pid: number): number {
  try {
    // Procfs answers from memory.
    const [, pages] = readFileSync(`/proc/${String(pid)}/statm`, "utf8").split(" ");
    return Number(pages ?? 0) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
