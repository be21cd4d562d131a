import { expect, it } from "vitest";
import { asking, officeClock, servedOf, servedProject } from "../../../test/support/served-lab.ts";
import { deployed, version } from "../../../test/support/state.ts";
import { ROUTES } from "../../api/routes.ts";
import type { DeployPlan } from "../../model/deployment.ts";
import type { ServedDeploys } from "../../ports/served.ts";

const params = { project: "shop" };
const SECRET = "c0rrect-h0rse";

const plan: DeployPlan = {
  format: 1,
  project: { id: null, name: "shop" },
  purpose: "apply",
  serial: 7,
  createdAt: Date.UTC(2000, 0, 1),
  changes: [
    {
      resource: "web",
      kind: "docker",
      action: "update",
      reason: "is declared otherwise",
      fields: [
        { field: "image", from: "nginx:1", to: "nginx:2", cause: "declared", isReplacing: true },
      ],
      renamedFrom: null,
      wanted: { ...deployed("web").spec, parameters: { password: SECRET } },
      recorded: { ...deployed("web"), physical: { password: SECRET } },
      isLookedAt: false,
    },
  ],
  hash: "abc",
  quarantinedBy: null,
  pinnedTo: 3,
  files: { "main.ts": "0" },
  strays: [],
};

interface Deploying {
  readonly ask: ReturnType<typeof asking>;
  readonly askReader: ReturnType<typeof asking>;
  readonly orders: readonly unknown[];
  readonly planning: { count: number; readonly signals: AbortSignal[] };
  readonly finish: PromiseWithResolvers<DeployPlan>;
}

async function shop(isDeployable = true): Promise<Deploying> {
  const clock = officeClock();
  const orders: unknown[] = [];
  const planning = { count: 0, signals: [] as AbortSignal[] };
  const finish = Promise.withResolvers<DeployPlan>();
  const deploys: ServedDeploys = {
    plan: ({ signal }) => {
      planning.count += 1;
      planning.signals.push(signal);
      return finish.promise;
    },
    apply: (order, { by }) => {
      orders.push({ ...order, by });
      const { results } = version(1);
      return Promise.resolve({ status: "failed", version: 9, results });
    },
    rollback: (order, { by }) => {
      orders.push({ ...order, by });
      return Promise.resolve({ status: "deployed", version: 10, results: [] });
    },
  };
  const project = await servedProject("shop", clock, {
    subjects: [],
    deploys: isDeployable ? deploys : null,
  });
  const resources = [{ ...deployed("web").spec, parameters: { password: SECRET } }];
  await project.store.commit([
    { type: "put-version", version: version(1) },
    { type: "put-version", version: { ...version(2), resources } },
  ]);
  const ask = asking(servedOf([project], clock), clock);
  const askReader = asking(servedOf([{ ...project, watching: null }], clock), clock);
  return { ask, askReader, orders, planning, finish };
}

it("lists versions, the newest first", async () => {
  const { askReader } = await shop();
  const { json } = await askReader("versions", { params });
  const { versions } = ROUTES.versions.answer.schema.parse(json);
  expect(versions.map(({ number }) => number)).toEqual([2, 1]);
  expect(versions[0]).toMatchObject({ status: "deployed", startedAt: "1970-01-01T00:00:00.001Z" });
});

it("gives a version, without the options of its resources", async () => {
  const { askReader } = await shop();
  const { json, text } = await askReader("version", { params: { ...params, number: "2" } });
  expect(ROUTES.version.answer.schema.parse(json)).toEqual(json);
  expect(json).toMatchObject({
    number: 2,
    resources: [{ name: "web", kind: "docker", dependsOn: ["db"] }],
    results: [{ resource: "web", outcome: "done" }],
  });
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain("password");
});

it("gives a plan to all who ask at the same time, without what is wanted and recorded", async () => {
  const { ask, planning, finish } = await shop();
  const both = Promise.all([ask("plan", { params }), ask("plan", { params })]);
  finish.resolve(plan);
  for (const { json, text } of await both) {
    expect(ROUTES.plan.answer.schema.parse(json)).toEqual(json);
    expect(json).toMatchObject({ hash: "abc", pinnedTo: 3, changes: [{ resource: "web" }] });
    expect(text).not.toContain(SECRET);
  }
  expect(planning.count).toBe(1);
  await ask("plan", { params });
  expect(planning.count).toBe(2);
});

it("ends planning once nobody waits for it any more, and not before", async () => {
  const { ask, planning } = await shop();
  const [one, other] = [new AbortController(), new AbortController()];
  const asked = Promise.allSettled([
    ask("plan", { params, signal: one.signal }),
    ask("plan", { params, signal: other.signal }),
  ]);
  const turns = async (): Promise<void> => {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
  await turns();
  one.abort(new Error("gone"));
  await turns();
  expect(planning.signals[0]?.aborted).toBe(false);
  other.abort(new Error("gone"));
  await asked;
  expect(planning.signals[0]?.aborted).toBe(true);
});

it("tells what an apply came to, a failed one included", async () => {
  const { ask, orders } = await shop();
  const { status, json } = await ask("apply", { params, body: { hash: "abc", mayRetry: true } });
  expect(status).toBe(200);
  expect(json).toMatchObject({ status: "failed", version: 9, results: [{ outcome: "done" }] });
  const usual = { rollback: "rollback", mayDeleteData: false, by: "CN=alice" };
  expect(orders).toEqual([{ hash: "abc", mayRetry: true, ...usual }]);
});

it("goes on with an apply when whoever asked is gone", async () => {
  const { ask } = await shop();
  const { json } = await ask("apply", { params, signal: AbortSignal.abort() });
  expect(json).toMatchObject({ status: "failed", version: 9 });
});

it("brings back a version", async () => {
  const { ask, orders } = await shop();
  const { json } = await ask("rollback", { params, body: { version: 1 } });
  expect(json).toEqual({ status: "deployed", version: 10, results: [] });
  expect(orders).toEqual([{ version: 1, mayDeleteData: false, by: "CN=alice" }]);
});

it("refuses versions that are not there", async () => {
  const { ask, orders } = await shop();
  const unknown = { status: 404, code: "version-unknown" };
  const asked = { params: { ...params, number: "8" } };
  expect((await ask("version", asked)).json).toMatchObject(unknown);
  expect((await ask("rollback", { params, body: { version: 8 } })).json).toMatchObject(unknown);
  expect(orders).toEqual([]);
});

const CHANGES = [
  ["plan", {}],
  ["apply", {}],
  ["rollback", { version: 1 }],
] as const;

it.each(CHANGES)(
  "refuses %s where nobody watches, and where nothing is deployed",
  async (route, body) => {
    const { askReader } = await shop();
    expect((await askReader(route, { params, body })).json).toMatchObject({
      status: 409,
      code: "read-only",
    });
    const { ask } = await shop(false);
    expect((await ask(route, { params, body })).json).toMatchObject({
      status: 409,
      code: "nothing-deployable",
    });
  },
);
