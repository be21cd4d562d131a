import type { Cycle } from "../../ports/watch-meter.ts";
import { withRoom } from "./with-room.ts";

/**
 * Finds cycles: passes in which everything was looked at. Those who take part are known by small numbers. All is done in a time
 * that does not depend on how many they are, and a look allocates nothing.
 */
export class Cycles {
  /** The cycle in which each was last looked at; 0 for none. */
  #lookedIn = new Uint32Array(0);
  /** 1 for who takes part. */
  #takesPart = new Uint8Array(0);
  #number = 1;
  #count = 0;
  /** How many were not looked at yet in this cycle. */
  #missing = 0;
  #isSuspended = false;
  /** When this cycle began and when its last look ended, on the clock that only goes forward; infinite before its first look. */
  #begunMs = Number.POSITIVE_INFINITY;
  #endedMs = 0;
  #begunAt = 0;
  #lastBegunAt = 0;
  #lastDurationMs = -1;

  /**
   * The last one that is complete.
   *
   * @returns Null before the first.
   */
  get last(): Cycle | null {
    if (this.#lastDurationMs < 0) return null;
    return { startedAt: this.#lastBegunAt, durationMs: this.#lastDurationMs };
  }

  /**
   * Lets somebody take part from now on; a cycle that is under way is complete only with them.
   *
   * @param who - Their number.
   */
  join(who: number): void {
    this.#takesPart = withRoom(this.#takesPart, who + 1, Uint8Array);
    this.#lookedIn = withRoom(this.#lookedIn, who + 1, Uint32Array);
    if (this.#takesPart[who] === 1) return;
    this.#takesPart[who] = 1;
    this.#count += 1;
    if (this.#lookedIn[who] !== this.#number) this.#missing += 1;
  }

  /**
   * Lets somebody take part no more: a cycle that waited only for them is complete.
   *
   * @param who - Their number.
   */
  leave(who: number): void {
    if (this.#takesPart[who] !== 1) return;
    this.#takesPart[who] = 0;
    this.#count -= 1;
    if (this.#lookedIn[who] !== this.#number) this.#missing -= 1;
    if (this.#count === 0) this.#beginAnew();
    else this.#completeIfAll();
  }

  /**
   * Forgets when somebody was looked at: their number becomes somebody else's.
   *
   * @param who - Their number.
   */
  forget(who: number): void {
    this.leave(who);
    if (who < this.#lookedIn.length) this.#lookedIn[who] = 0;
  }

  /**
   * While nobody is looked at, there are no cycles: the next one begins anew.
   *
   * @param isSuspended - Whether that is so.
   */
  suspend(isSuspended: boolean): void {
    if (this.#isSuspended === isSuspended) return;
    this.#isSuspended = isSuspended;
    this.#beginAnew();
  }

  /**
   * Takes in a look. One at somebody who takes no part does not count.
   *
   * @param who - At whom.
   * @param begunAt - When it began, in milliseconds since 1970-01-01 UTC.
   * @param begunMs - The same, on the clock that only goes forward.
   * @param endedMs - When it ended, on that clock.
   */
  looked(who: number, begunAt: number, begunMs: number, endedMs: number): void {
    if (this.#isSuspended || this.#takesPart[who] !== 1) return;
    if (begunMs < this.#begunMs) {
      this.#begunMs = begunMs;
      this.#begunAt = begunAt;
    }
    this.#endedMs = endedMs;
    if (this.#lookedIn[who] === this.#number) return;
    this.#lookedIn[who] = this.#number;
    this.#missing -= 1;
    this.#completeIfAll();
  }

  #completeIfAll(): void {
    const hasBegun = this.#begunMs !== Number.POSITIVE_INFINITY;
    if (this.#missing > 0 || !hasBegun) return;
    this.#lastBegunAt = this.#begunAt;
    this.#lastDurationMs = Math.max(0, this.#endedMs - this.#begunMs);
    this.#beginAnew();
  }

  #beginAnew(): void {
    this.#number += 1;
    this.#missing = this.#count;
    this.#begunMs = Number.POSITIVE_INFINITY;
  }
}
