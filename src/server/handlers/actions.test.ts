import { expect, it } from "vitest";
import { asking, officeClock, servedOf, servedProject } from "../../../test/support/served-lab.ts";
import { failing, look, policy, subject } from "../../../test/support/watch-lab.ts";
import { ROUTES } from "../../api/routes.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const web = { project: "shop", resource: "web" };

async function shop(): Promise<{
  readonly clock: SimulatedClock;
  readonly ask: ReturnType<typeof asking>;
  readonly askReader: ReturnType<typeof asking>;
  /** Whether web is well. */
  readonly world: { isWell: boolean };
}> {
  const clock = officeClock();
  const world = { isWell: false };
  const subjects = [
    subject({
      name: "web",
      policy: policy({ isReconciled: false, recoveryThreshold: 1 }),
      look: () =>
        Promise.resolve(world.isWell ? look({ at: clock.now() }) : failing({ at: clock.now() })),
      act: () => {
        world.isWell = true;
        return Promise.resolve("restarted");
      },
    }),
  ];
  const project = await servedProject("shop", clock, { subjects });
  await clock.advance(60_000);
  const ask = asking(servedOf([project], clock), clock);
  const askReader = asking(servedOf([{ ...project, watching: null }], clock), clock);
  return { clock, ask, askReader, world };
}

it("checks a resource now", async () => {
  const { clock, ask } = await shop();
  const answering = ask("checkNow", { params: web });
  await clock.advance(0);
  const { status, json } = await answering;
  expect(status).toBe(200);
  expect(ROUTES.checkNow.answer.schema.parse(json)).toEqual(json);
  expect(json).toMatchObject({
    resource: "web",
    health: "unhealthy",
    findings: [{ actual: "503" }],
  });
});

it("repairs a resource in the name of who asks, and leaves alone what is well", async () => {
  const { clock, ask, world } = await shop();
  const answering = ask("repair", { params: web });
  await clock.advance(60_000);
  const { repair } = ROUTES.repair.answer.schema.parse((await answering).json);
  expect(repair).toMatchObject({ action: "restart", outcome: "repaired", by: "CN=alice" });
  expect(world.isWell).toBe(true);
  const again = ask("repair", { params: web });
  await clock.advance(1_000);
  expect((await again).json).toEqual({ repair: null });
});

it("holds a resource and releases it, which whoever asks next sees at once", async () => {
  const { ask } = await shop();
  const params = { ...web, kind: "maintenance" };
  const held = await ask("holdResource", { params, body: { forSeconds: 90, comment: "move" } });
  const hold = {
    id: 1,
    kind: "maintenance",
    resource: "web",
    from: "2000-01-01T00:01:00.000Z",
    until: "2000-01-01T00:02:30.000Z",
    by: "CN=alice",
    comment: "move",
  };
  expect(held).toMatchObject({ status: 201, json: hold });
  expect((await ask("resources")).json).toMatchObject({ resources: [{ holds: [hold] }] });
  expect((await ask("releaseResource", { params })).json).toEqual({ released: [hold] });
  expect((await ask("resources")).json).toMatchObject({ resources: [{ holds: [] }] });
  expect((await ask("releaseResource", { params })).json).toEqual({ released: [] });
});

it("holds a whole project, until somebody ends that", async () => {
  const { ask } = await shop();
  const params = { project: "shop", kind: "pause" };
  const { json } = await ask("holdProject", { params });
  expect(json).toMatchObject({ kind: "pause", resource: null, until: null, comment: "" });
  expect((await ask("project", { params: { project: "shop" } })).json).toMatchObject({
    holds: [json],
  });
  expect((await ask("releaseProject", { params })).json).toEqual({ released: [json] });
});

it("acknowledges the open incidents of a resource", async () => {
  const { ask } = await shop();
  const { json } = await ask("acknowledge", { params: web, body: { comment: "on it" } });
  const { incidents } = ROUTES.acknowledge.answer.schema.parse(json);
  expect(incidents).toMatchObject([
    { project: "shop", resource: "web", acknowledged: { by: "CN=alice", comment: "on it" } },
  ]);
});

const REQUESTS = [
  ["checkNow", {}, {}],
  ["repair", {}, {}],
  ["holdResource", { kind: "pause" }, {}],
  ["releaseResource", { kind: "pause" }, {}],
  ["acknowledge", {}, {}],
] as const;

it.each(REQUESTS)("refuses %s of what is not there", async (route, more, body) => {
  const { ask } = await shop();
  const { json } = await ask(route, { params: { ...web, resource: "wbe", ...more }, body });
  expect(json).toMatchObject({
    status: 404,
    code: "resource-unknown",
    hint: "Did you mean web?",
  });
});

it.each([...REQUESTS, ["holdProject", { kind: "pause" }, {}] as const])(
  "refuses %s where nobody watches",
  async (route, more, body) => {
    const { askReader } = await shop();
    const { json } = await askReader(route, { params: { ...web, ...more }, body });
    expect(json).toMatchObject({ status: 409, code: "read-only" });
  },
);
