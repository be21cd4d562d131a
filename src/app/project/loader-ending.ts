import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { watchMemory } from "../functions/memory-watch.ts";
import { readLoadMessage, type LoadMessage } from "./load-message.ts";
import { takeLoader, type LoaderChild, type LoaderEnd, type LoaderTask } from "./loader-child.ts";
import { loopingLine, type BusyLine } from "./looping-line.ts";
import { PrintedOutput } from "./printed-output.ts";

/** Limits of a process that loads a project. */
export interface LoaderLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onOutput: (text: string) => void;
}

/** What became of a process that loads a project. */
export interface LoaderEnding extends LoaderEnd {
  /** Null when it said nothing, not all of it, or too late. */
  readonly message: LoadMessage | null;
  /** True when it said more than is read. */
  readonly isTooLong: boolean;
  /** True when it took more time than it may. */
  readonly isLate: boolean;
  /** What it was busy with when it was late; null when it was waiting, or did not tell. */
  readonly busy: BusyLine | null;
  readonly isOutOfMemory: boolean;
  /** How much memory it may take, in MiB. */
  readonly memoryMb: number;
}

/**
 * Follows the process that loads a project to its end, which comes by force when it does not come by itself.
 *
 * @param task - What is to be loaded.
 * @param limits - How much time it may take, and who reads what it prints.
 * @returns What became of it.
 */
export async function endOfLoading(
  task: LoaderTask,
  { timeoutMs, signal, onOutput }: LoaderLimits,
): Promise<LoaderEnding> {
  const child = takeLoader(task);
  const printed = new PrintedOutput([child.process.stdout, child.process.stderr], onOutput);
  const timer = new AbortController();
  const late = sleep(timeoutMs, true, { signal: timer.signal }).catch(() => false);
  using memory = new MemoryLimit(child);
  signal?.addEventListener("abort", child.kill, { once: true });
  try {
    const isLate = await Promise.race([child.message.then(() => false), late]);
    const busy = isLate ? await loopingLine(child.process, dirname(task.main)) : null;
    child.kill();
    const { text, isTooLong } = await child.message;
    const message = isLate ? null : readLoadMessage(text);
    const end = message?.state === "loaded" ? await heard(printed) : await drained(child);
    const isOutOfMemory = memory.isExceeded || printed.isOutOfMemory;
    return { ...end, message, isTooLong, isLate, busy, isOutOfMemory, memoryMb: child.memoryMb };
  } finally {
    timer.abort();
    signal?.removeEventListener("abort", child.kill);
    child.kill();
    child.release();
  }
}

// What it printed before its message is there by now: it is read until a round of the loop brings nothing new.
async function heard(printed: PrintedOutput): Promise<LoaderEnd> {
  for (let before = -1; before !== printed.characters;) {
    before = printed.characters;
    await new Promise(setImmediate);
  }
  return { exitCode: 0, exitSignal: null };
}

async function drained({ ended, drained: whenDrained }: LoaderChild): Promise<LoaderEnd> {
  await whenDrained;
  return await ended;
}

/** Ends a process that takes more memory than it may outside of its heap, which has a limit of its own. */
class MemoryLimit implements Disposable {
  isExceeded = false;
  readonly #stop: () => void;

  constructor({ process: { pid = 0 }, memoryMb, kill }: LoaderChild) {
    this.#stop = watchMemory(pid, memoryMb, () => {
      this.isExceeded = true;
      kill();
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
