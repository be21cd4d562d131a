import { describe, expect, it } from "vitest";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { Expiry } from "./expiry.ts";

const START_MS = 1_000_000;

function waiting() {
  const clock = simulatedClock({ startMs: START_MS, auto: false });
  const told: number[] = [];
  const expiry = new Expiry(clock, () => told.push(clock.now()));
  return { clock, expiry, told };
}

describe("Expiry", () => {
  it("tells once when the earliest moment is over, and forgets the others", async () => {
    const { clock, expiry, told } = waiting();
    expiry.at(START_MS + 5_000);
    expiry.at(START_MS + 2_000);
    expiry.at(START_MS + 9_000);
    expiry.at(Infinity);
    await clock.advance(2_000);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([START_MS + 2_001]);
    await clock.advance(100_000);
    expect(told).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it("waits as long as it takes, and notices within a minute that the clock was set", async () => {
    const { clock, expiry, told } = waiting();
    expiry.at(START_MS + 400 * 86_400_000);
    await clock.advance(60_000);
    expect(told).toEqual([]);
    clock.jump(401 * 86_400_000);
    await clock.advance(60_000);
    expect(told).toHaveLength(1);
  });

  it("tells of what is over already", async () => {
    const { clock, expiry, told } = waiting();
    expiry.at(START_MS - 1);
    await clock.advance(1);
    expect(told).toHaveLength(1);
  });

  it("waits for nothing once it is disposed of", async () => {
    const { clock, expiry, told } = waiting();
    expiry.at(START_MS + 1);
    expiry[Symbol.dispose]();
    await clock.advance(10);
    expect([told.length, clock.pending()]).toEqual([0, 0]);
  });
});
