import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cycle } from "../../ports/watch-meter.ts";
import { Cycles } from "./cycles.ts";

const PEOPLE = 4;

/** The same by the book: sets, and everybody asked each time. */
class Naive {
  readonly part = new Set<number>();
  seen = new Set<number>();
  isSuspended = false;
  begun: { at: number; ms: number } | null = null;
  endedMs = 0;
  last: Cycle | null = null;

  join(who: number): void {
    this.part.add(who);
  }

  leave(who: number): void {
    if (!this.part.delete(who)) return;
    if (this.part.size === 0) this.anew();
    else this.check();
  }

  forget(who: number): void {
    this.leave(who);
    this.seen.delete(who);
  }

  suspend(isSuspended: boolean): void {
    if (isSuspended !== this.isSuspended) this.anew();
    this.isSuspended = isSuspended;
  }

  looked(who: number, at: number, ms: number, endedMs: number): void {
    if (this.isSuspended || !this.part.has(who)) return;
    if (this.begun === null || ms < this.begun.ms) this.begun = { at, ms };
    this.endedMs = endedMs;
    this.seen.add(who);
    this.check();
  }

  check(): void {
    if (this.begun === null || ![...this.part].every((who) => this.seen.has(who))) return;
    const durationMs = this.endedMs - this.begun.ms;
    this.last = { startedAt: this.begun.at, durationMs };
    this.anew();
  }

  anew(): void {
    this.seen = new Set();
    this.begun = null;
  }
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom(
      "join",
      "join",
      "leave",
      "forget",
      "suspend",
      "resume",
      "looked",
      "looked",
    ),
    who: fc.nat({ max: PEOPLE - 1 }),
    tookMs: fc.nat({ max: 50 }),
  }),
  { maxLength: 200 },
);

test("cycles are those that one finds by asking everybody, whoever comes, goes and pauses", () => {
  fc.assert(
    fc.property(steps, (story) => {
      const cycles = new Cycles();
      const naive = new Naive();
      for (const [index, { what, who, tookMs }] of story.entries()) {
        const endedMs = 100 + index * 10;
        const at = 1_000_000 + endedMs - tookMs;
        for (const one of [cycles, naive]) {
          if (what === "suspend" || what === "resume") one.suspend(what === "suspend");
          else if (what === "looked") one.looked(who, at, endedMs - tookMs, endedMs);
          else one[what](who);
        }
        expect(cycles.last).toEqual(naive.last);
      }
    }),
  );
});

test("a cycle goes from the beginning of its first look to the end of its last one", () => {
  const cycles = new Cycles();
  cycles.join(0);
  cycles.join(1);
  cycles.looked(0, 1_000, 10, 12);
  expect(cycles.last).toBeNull();
  cycles.looked(0, 1_020, 30, 31);
  cycles.looked(1, 1_035, 45, 50);
  expect(cycles.last).toEqual({ startedAt: 1_000, durationMs: 40 });
});

test("whoever goes is not waited for", () => {
  const cycles = new Cycles();
  cycles.join(0);
  cycles.join(1);
  cycles.looked(0, 1_000, 10, 12);
  cycles.leave(1);
  expect(cycles.last).toEqual({ startedAt: 1_000, durationMs: 2 });
});

test("where nobody takes part, no cycle is ever complete", () => {
  const cycles = new Cycles();
  cycles.looked(7, 1_000, 10, 12);
  cycles.join(0);
  cycles.leave(0);
  expect(cycles.last).toBeNull();
});
