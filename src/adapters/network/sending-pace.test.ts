import { expect, it } from "vitest";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import { SendingPace, type Arrived } from "./sending-pace.ts";

const { signal } = new AbortController();

/** Queues questions, and keeps what ends each that was sent, in the order of sending. */
function burst(pace: SendingPace, count: number, stop = signal): Arrived[] {
  const sent: Arrived[] = [];
  for (let index = 0; index < count; index += 1) {
    pace.enter(stop, "first").then(
      (arrived) => sent.push(arrived),
      () => null,
    );
  }
  return sent;
}

function paceWithClock(): { pace: SendingPace; clock: SimulatedClock } {
  const clock = simulatedClock({ auto: false });
  return { pace: new SendingPace(clock), clock };
}

it("enter() lets 128 questions go at once, and one more for each that ends", async () => {
  const { pace, clock } = paceWithClock();
  const sent = burst(pace, 200);
  await clock.advance(0);
  expect(sent).toHaveLength(128);

  sent[0]?.(false);
  sent[0]?.(false);
  sent[0]?.(true);
  await clock.advance(0);
  expect(sent).toHaveLength(129);
});

it("enter() takes an answer for a sign that all that was sent before has been read", async () => {
  const { pace, clock } = paceWithClock();
  const sent = burst(pace, 1_000);
  await clock.advance(0);
  sent[99]?.(true);
  await clock.advance(0);
  expect(sent).toHaveLength(228);

  sent[50]?.(true);
  await clock.advance(0);
  expect(sent).toHaveLength(228);
});

it("enter() sends 128 at a time, ever sooner while nothing is answered, up to every 16 ms", async () => {
  const { pace, clock } = paceWithClock();
  const sent = burst(pace, 5_000);
  await clock.advance(249);
  expect(sent).toHaveLength(128);
  await clock.advance(1);
  expect(sent).toHaveLength(256);
  const untilMs = 1_000;
  while (clock.elapsedMs() < untilMs) {
    const before = sent.length;
    await clock.advance(1);
    expect(sent.length - before).toBeLessThanOrEqual(128);
  }
  expect(sent.length).toBeGreaterThan(2_000);

  const before = sent.length;
  await clock.advance(160);
  expect(sent.length - before).toBeLessThanOrEqual(11 * 128);
});

it("enter() sends more slowly again for every answer", async () => {
  const { pace, clock } = paceWithClock();
  const sent = burst(pace, 2_000);
  await clock.advance(250);
  expect(sent).toHaveLength(256);
  // As many answers as there was silence before, each ending its own question alone.
  for (const arrived of sent.slice(128)) arrived(true);
  await clock.advance(0);
  expect(sent).toHaveLength(384);

  await clock.advance(0);
  for (const arrived of sent.slice(256)) arrived(true);
  await clock.advance(249);
  expect(sent).toHaveLength(512);
  await clock.advance(1);
  expect(sent).toHaveLength(640);
});

it("enter() sends no faster because of silence while nobody waited", async () => {
  const { pace, clock } = paceWithClock();
  burst(pace, 128);
  await clock.advance(250);
  const sent = burst(pace, 200);
  await clock.advance(249);

  expect(sent).toHaveLength(128);
});

it("enter() forgets whoever gives up waiting, and leaves no timer", async () => {
  const { pace, clock } = paceWithClock();
  const stop = new AbortController();
  const sent = burst(pace, 128);
  const waiting = pace.enter(stop.signal, "first");
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  for (const arrived of sent) arrived(false);

  expect(clock.pending()).toBe(0);
});
