import { sleepVia } from "../model/sleep.ts";
import type { Clock } from "../ports/clock.ts";
import { TimerQueue, type Timer } from "./timer-queue.ts";

const TICKS_PER_MS = 1_024;

/** How a simulated clock runs. */
export interface SimulatedClockOptions {
  /** Where the wall clock starts, in milliseconds since 1970-01-01 UTC; 2000-01-01 by default. */
  readonly startMs?: number;
  /**
   * True, the default: whenever everything waits, the clock jumps to the next timer by itself. False: only `advance` moves
   * it.
   */
  readonly auto?: boolean;
}

/** A clock whose time passes only in the simulation. */
export interface SimulatedClock extends Clock {
  /**
   * Moves time on, and lets whatever falls due happen in order.
   *
   * @param durationMs - Milliseconds, 0 or more.
   */
  readonly advance: (durationMs: number) => Promise<void>;
  /**
   * Sets the wall clock forward or back, as a person or a time server would: no timer takes notice.
   *
   * @param byMs - Milliseconds; below 0 for back.
   */
  readonly jump: (byMs: number) => void;
  /** How many timers wait. */
  readonly pending: () => number;
}

/**
 * Makes a clock that runs as fast as the work allows.
 *
 * @param options - Where it starts, and whether it moves by itself.
 * @returns The clock.
 */
export function simulatedClock(options: SimulatedClockOptions = {}): SimulatedClock {
  let startMs = options.startMs ?? Date.UTC(2000, 0, 1);
  const auto = options.auto ?? true;
  const timers = new TimerQueue();
  let elapsedMs = 0;
  let isPumping = false;

  function fire(timer: Timer): void {
    timers.remove(timer);
    elapsedMs = Math.max(elapsedMs, timer.dueMs);
    timer.callback();
  }

  function pump(): void {
    const timer = timers.first();
    isPumping = timer !== null;
    if (timer === null) return;
    fire(timer);
    setImmediate(pump);
  }

  function after(delayMs: number, callback: () => void): () => void {
    const timer = timers.add(nextTick(elapsedMs + Math.max(0, delayMs)), callback);
    if (auto && !isPumping) {
      isPumping = true;
      setImmediate(pump);
    }
    return () => {
      timers.remove(timer);
    };
  }

  async function advance(durationMs: number): Promise<void> {
    const untilMs = elapsedMs + durationMs;
    await settle();
    for (let timer = timers.first(); timer !== null; timer = timers.first()) {
      if (timer.dueMs > untilMs) break;
      fire(timer);
      await settle();
    }
    elapsedMs = Math.max(elapsedMs, untilMs);
  }

  return {
    now: () => startMs + elapsedMs,
    elapsedMs: () => elapsedMs,
    after,
    sleep: (delayMs, signal) => sleepVia(after, delayMs, signal),
    advance,
    jump: (byMs) => {
      startMs += byMs;
    },
    pending: () => timers.size,
  };
}

// A clock has ticks, and calls at the first one that is not too early. These can be written exactly, however large they are.
function nextTick(dueMs: number): number {
  return Math.ceil(dueMs * TICKS_PER_MS) / TICKS_PER_MS;
}

// Lets every promise that can go on do so.
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
