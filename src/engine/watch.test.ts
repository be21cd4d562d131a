import { expect, it } from "vitest";
import { scripted } from "../../test/support/checking.ts";
import { TransportError } from "../model/errors.ts";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { Cancellation } from "./cancellation.ts";
import { NO_RETRY } from "./check.ts";
import { Gate } from "./gate.ts";
import { DEFAULT_THRESHOLDS } from "./transition.ts";
import { watch, type Observation } from "./watch.ts";

const LIMITS = { opening: Infinity, inFlight: Infinity, perHost: Infinity };
const NEVER = new Promise<never>(() => undefined);

/** Watches two services for a while; each request gives the time it was made at to `answer`. */
async function watched(
  durationMs: number,
  answer: (host: string, atMs: number) => Promise<number>,
): Promise<Observation[]> {
  const clock = simulatedClock({ auto: false });
  const controller = new AbortController();
  const cancellation = new Cancellation(controller.signal);
  const transport = scripted(async ({ url }) => ({
    status: await answer(url.hostname, clock.elapsedMs()),
    statusText: "",
    header: () => null,
    headers: {},
    bodyBytes: 0,
    body: new Uint8Array(),
    isTruncated: false,
    phases: { resolveMs: 0, connectMs: 0, tlsMs: null, firstByteMs: 0, transferMs: 0 },
  }));
  const gate = new Gate(clock, LIMITS, cancellation);
  const observations: Observation[] = [];
  const watching = watch(
    ["a", "b"].map((name) => ({ name, url: `http://${name}/`, timeout: 3_600 })),
    { transport, clock, gate, cancellation, retry: NO_RETRY, withPhases: false },
    {
      intervalMs: 1_000,
      thresholds: DEFAULT_THRESHOLDS,
      onObservation: (observation) => observations.push(observation),
    },
  );
  await clock.advance(durationMs);
  controller.abort(new Error("stop"));
  await watching;
  // What is left is the mark of a turn that the gate keeps; no deadline and no schedule.
  await clock.advance(0);
  expect(clock.pending()).toBe(0);
  return observations;
}

it("watch() checks each service once an interval, on a grid that does not drift", async () => {
  const times: number[] = [];
  await watched(10_000, async (host, atMs) => {
    if (host === "a") times.push(atMs);
    return await Promise.resolve(200);
  });
  expect(times).toHaveLength(10);
  const [first = 0] = times;
  expect(times.map((time) => Math.round(time - first))).toEqual(
    Array.from({ length: 10 }, (_, index) => index * 1_000),
  );
});

it("watch() lets no service wait for another one that hangs, nor checks that one twice at once", async () => {
  let hanging = 0;
  const observations = await watched(5_000, async (host) => {
    if (host === "b") return await Promise.resolve(200);
    hanging += 1;
    return await NEVER;
  });
  expect(hanging).toBe(1);
  expect(observations.filter(({ service }) => service.name === "b")).toHaveLength(5);
  // The check that our own stop cut off is no observation.
  expect(observations.filter(({ service }) => service.name === "a")).toEqual([]);
});

it("watch() believes a failure after three, and tells before and after of each check", async () => {
  const observations = await watched(5_000, async (host) => {
    if (host === "a") throw new TransportError("connection refused");
    return await Promise.resolve(200);
  });
  const healths = observations
    .filter(({ service }) => service.name === "a")
    .map(({ before, after, verdict }) => [before.health, after.health, verdict]);
  expect(healths).toEqual([
    ["unknown", "unknown", "fail"],
    ["unknown", "unknown", "fail"],
    ["unknown", "unhealthy", "fail"],
    ["unhealthy", "unhealthy", "fail"],
    ["unhealthy", "unhealthy", "fail"],
  ]);
});
