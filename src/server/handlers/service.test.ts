import { expect, it } from "vitest";
import { asking, officeClock, servedOf, servedProject } from "../../../test/support/served-lab.ts";
import { failing, look, subject } from "../../../test/support/watch-lab.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const HOUR_MS = 3_600_000;

function well(clock: SimulatedClock, name: string): Subject {
  return subject({ name, look: () => Promise.resolve(look({ at: clock.now() })) });
}

function broken(clock: SimulatedClock, name: string): Subject {
  return subject({ name, look: () => Promise.resolve(failing({ at: clock.now() })) });
}

it("tells how everything is, of all projects", async () => {
  const clock = officeClock();
  const startedAt = clock.now();
  const cycle = { startedAt, durationMs: 30_000 };
  const later = { startedAt: startedAt + 20_000, durationMs: 30_000 };
  const one = [well(clock, "web"), well(clock, "db")];
  const shop = await servedProject("shop", clock, { subjects: one, cycle });
  const blog = await servedProject("blog", clock, {
    subjects: [well(clock, "page")],
    cycle: later,
  });
  const ask = asking(servedOf([shop, blog], clock), clock);
  await clock.advance(60_000);
  const { status, json } = await ask("status");
  expect(status).toBe(200);
  expect(json).toEqual({
    version: "1.2.3",
    status: "healthy",
    uptime: 3_660,
    timestamp: "2000-01-01T00:01:00.000Z",
    lastCycleStart: "2000-01-01T00:00:00.000Z",
    lastCycleDuration: 50,
    scheduleLatenessMs: 0,
    nodeVersion: "v24.0.0",
    isWatching: true,
    projects: 2,
    resources: 3,
    openIncidents: 0,
    health: { healthy: 3, degraded: 0, unhealthy: 0, unknown: 0 },
    sync: { in_sync: 3, drifted: 0, missing: 0, unknown: 0 },
  });
});

it("tells no cycle before every project has had one", async () => {
  const clock = officeClock();
  const cycle = { startedAt: clock.now(), durationMs: 1 };
  const shop = await servedProject("shop", clock, { subjects: [well(clock, "web")], cycle });
  const blog = await servedProject("blog", clock, { subjects: [well(clock, "page")] });
  const { json } = await asking(servedOf([shop, blog], clock), clock)("status");
  expect(json).toMatchObject({ status: "unknown", lastCycleStart: null, lastCycleDuration: null });
});

it("answers 503 for what is unhealthy only to those who asked for that", async () => {
  const clock = officeClock();
  const subjects = [broken(clock, "web"), well(clock, "db")];
  const shop = await servedProject("shop", clock, { subjects });
  const ask = asking(servedOf([shop], clock), clock);
  const strict = { query: { strict: "true" } };
  expect(await ask("status", strict)).toMatchObject({ status: 200, json: { status: "unknown" } });
  await clock.advance(60_000);
  const unhealthy = { status: "unhealthy", openIncidents: 1 };
  expect(await ask("status")).toMatchObject({ status: 200, json: unhealthy });
  expect(await ask("status", strict)).toMatchObject({ status: 503, json: unhealthy });
});

it("counts resources a few times a second, however often it is asked, and is fresh otherwise", async () => {
  const clock = officeClock();
  const shop = await servedProject("shop", clock, { subjects: [well(clock, "web")] });
  let counted = 0;
  const counts: typeof shop.watching.counts = () => {
    counted += 1;
    return shop.watching.counts();
  };
  const project = { ...shop, watching: { ...shop.watching, counts } };
  const ask = asking(servedOf([project], clock), clock);
  const seen = new Set<string>();
  for (let round = 0; round < 100; round += 1) {
    const { json } = await ask("status");
    seen.add((json as { readonly timestamp: string }).timestamp);
    await clock.advance(10);
  }
  expect(seen.size).toBe(100);
  expect(counted).toBe(4);
});

it("tells what is stored where nobody watches", async () => {
  const clock = officeClock();
  const shop = await servedProject("shop", clock, { subjects: [broken(clock, "web")] });
  await clock.advance(60_000);
  const ask = asking(servedOf([{ ...shop, watching: null }], clock), clock);
  const expected = { status: "unhealthy", isWatching: false, resources: 1, openIncidents: 1 };
  expect(await ask("status")).toMatchObject({ json: { ...expected, lastCycleStart: null } });
});

it("finds nothing known where there is nothing", async () => {
  const clock = officeClock();
  const ask = asking(servedOf([], clock), clock);
  expect(await ask("status")).toMatchObject({ json: { status: "unknown", resources: 0 } });
});

it.each([
  ["starting", 503],
  ["ok", 200],
  ["stopping", 503],
] as const)("lives, and tells whether it is ready, while it is %s", async (phase, status) => {
  const clock = officeClock();
  const ask = asking(servedOf([], clock, { phase: () => phase }), clock);
  expect(await ask("live")).toMatchObject({ status: 200, json: { status: phase } });
  expect(await ask("ready")).toMatchObject({ status, json: { status: phase } });
});

it("never tells of an uptime below zero", async () => {
  const clock = officeClock();
  const ask = asking(servedOf([], clock), clock);
  clock.jump(-2 * HOUR_MS);
  expect(await ask("status")).toMatchObject({ json: { uptime: 0 } });
});
