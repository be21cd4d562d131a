import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestRates } from "./request-rates.ts";

/** A clock that a test sets. */
function hands(): { elapsedMs: () => number; set: (ms: number) => void } {
  let nowMs = 0;
  return {
    elapsedMs: () => nowMs,
    set: (ms) => {
      nowMs = ms;
    },
  };
}

function takenOf(rates: RequestRates, client: string, times: number): number {
  return Array.from({ length: times }, () => rates.take(client)).filter((wait) => wait === 0)
    .length;
}

describe("RequestRates", () => {
  it("lets clients save up for ten seconds, and each for itself", () => {
    const clock = hands();
    const rates = new RequestRates(5, clock);
    expect(takenOf(rates, "alice", 100)).toBe(50);
    expect(takenOf(rates, "bob", 100)).toBe(50);
    clock.set(1_000);
    expect(takenOf(rates, "alice", 100)).toBe(5);
    clock.set(3_600_000);
    expect(takenOf(rates, "alice", 100)).toBe(50);
  });

  it("tells for how long there is none", () => {
    const rates = new RequestRates(0.1, hands());
    expect([rates.take("alice"), rates.take("alice")]).toEqual([0, 10]);
  });

  it("counts nothing when any number is allowed", () => {
    expect(takenOf(new RequestRates(0, hands()), "alice", 1_000)).toBe(1_000);
  });

  it("forgets who began first when there are too many", () => {
    const rates = new RequestRates(0.1, hands());
    expect(rates.take("first")).toBe(0);
    for (let client = 0; client < 10_000; client += 1) rates.take(String(client));
    expect([rates.take("9999"), rates.take("first")]).toEqual([10, 0]);
  });

  it("never lets more through than it may, whatever the times", () => {
    const gaps = fc.array(fc.nat(5_000), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), gaps, (perSecond, waits) => {
        const clock = hands();
        const rates = new RequestRates(perSecond, clock);
        let taken = 0;
        let nowMs = 0;
        for (const wait of waits) {
          nowMs += wait;
          clock.set(nowMs);
          if (rates.take("alice") === 0) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(perSecond * (10 + nowMs / 1_000) + 1);
      }),
    );
  });
});
