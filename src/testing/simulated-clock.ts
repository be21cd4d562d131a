import { sleepVia } from "../model/sleep.ts";
import type { Clock } from "../ports/clock.ts";

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
  /** How many timers wait. */
  readonly pending: () => number;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * Makes a clock that runs as fast as the work allows.
 *
 * @param options - Where it starts, and whether it moves by itself.
 * @returns The clock.
 */
export function simulatedClock(options: SimulatedClockOptions = {}): SimulatedClock {
  const startMs = options.startMs ?? Date.UTC(2000, 0, 1);
  const auto = options.auto ?? true;
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let isPumping = false;

  function next(): Timer | null {
    let earliest: Timer | null = null;
    for (const timer of timers) {
      if (earliest === null || timer.dueMs < earliest.dueMs) earliest = timer;
    }
    return earliest;
  }

  function fire(timer: Timer): void {
    timers.delete(timer);
    elapsedMs = Math.max(elapsedMs, timer.dueMs);
    timer.callback();
  }

  function pump(): void {
    const timer = next();
    isPumping = timer !== null;
    if (timer === null) return;
    fire(timer);
    setImmediate(pump);
  }

  function after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: elapsedMs + Math.max(0, delayMs), callback };
    timers.add(timer);
    if (auto && !isPumping) {
      isPumping = true;
      setImmediate(pump);
    }
    return () => {
      timers.delete(timer);
    };
  }

  async function advance(durationMs: number): Promise<void> {
    const untilMs = elapsedMs + durationMs;
    await settle();
    for (let timer = next(); timer !== null && timer.dueMs <= untilMs; timer = next()) {
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
    pending: () => timers.size,
  };
}

// Lets every promise that can go on do so.
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
