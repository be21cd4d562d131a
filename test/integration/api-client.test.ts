import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { Client } from "../../src/api/client-types.ts";
import { ROUTES, type RouteName } from "../../src/api/routes.ts";
import { createClient } from "../../src/app/api-client.ts";
import type { DeployPlan } from "../../src/model/deployment.ts";
import type { ServedDeploys } from "../../src/ports/served.ts";
import { servedOf, servedProject } from "../support/served-lab.ts";
import { serving, type ServingLab } from "../support/serving-lab.ts";
import { version } from "../support/state.ts";
import { failing, look, policy, subject } from "../support/watch-lab.ts";
import { incident } from "../support/watching.ts";

const PLAN: DeployPlan = {
  format: 1,
  project: { id: null, name: "shop" },
  purpose: "apply",
  serial: 1,
  createdAt: 0,
  changes: [],
  hash: "abc",
  quarantinedBy: null,
  pinnedTo: null,
  files: {},
  strays: [],
};

const DEPLOYS: ServedDeploys = {
  plan: () => Promise.resolve(PLAN),
  apply: () => Promise.resolve({ status: "unchanged", version: null, results: [] }),
  rollback: () => Promise.resolve({ status: "deployed", version: 2, results: [] }),
};

interface Lab {
  readonly client: Client;
  /** Who may only read. */
  readonly reader: Client;
  readonly server: ServingLab;
}

async function shop(): Promise<Lab> {
  const quiet = policy({ isReconciled: false, failureThreshold: 1 });
  const subjects = [
    subject({
      name: "web",
      policy: quiet,
      look: () => Promise.resolve(failing({ at: systemClock.now() })),
    }),
    subject({
      name: "job",
      policy: quiet,
      look: () => Promise.resolve(look({ at: systemClock.now() })),
    }),
  ];
  const project = await servedProject("shop", systemClock, { subjects, deploys: DEPLOYS });
  await project.store.commit([
    { type: "put-version", version: version(1) },
    { type: "put-incident", incident: incident(900, "web", 1) },
  ]);
  const registry = {
    register: () => Promise.resolve(project),
    unregister: () => Promise.resolve(true),
  };
  const server = await serving(servedOf([project], systemClock, { registry }), { basePath: "/wm" });
  const as = (role: string): Client =>
    createClient({ url: server.url, headers: { "x-role": `${role} alice` } });
  return { client: as("admin"), reader: as("reader"), server };
}

const params = { project: "shop" };
const web = { params: { ...params, resource: "web" } };
const job = { params: { ...params, resource: "job" } };

/** A request of each endpoint. */
const REQUESTS: Readonly<Record<RouteName, (client: Client) => Promise<unknown>>> = {
  about: (client) => client.about(),
  index: (client) => client.index(),
  openapi: (client) => client.openapi(),
  docs: (client) => client.docs(),
  status: (client) => client.status({ query: { strict: "true" } }),
  live: (client) => client.live(),
  ready: (client) => client.ready(),
  metrics: (client) => client.metrics(),
  probe: (client) => client.probe({ query: { target: "http://127.0.0.1:1" } }),
  projects: (client) => client.projects(),
  project: (client) => client.project({ params }),
  checks: (client) => client.checks({ params }),
  register: (client) => client.register({ body: { path: "/srv/shop" } }),
  unregister: (client) => client.unregister({ params }),
  resources: (client) => client.resources({ query: { limit: 1, group: undefined } }),
  resource: (client) => client.resource(web),
  results: (client) => client.results(web),
  history: (client) => client.history({ ...web, query: { resolution: "minute" } }),
  checkNow: (client) => client.checkNow(web),
  repair: (client) => client.repair(job),
  holdResource: (client) =>
    client.holdResource({
      params: { ...web.params, kind: "silence" },
      body: { forSeconds: 60 },
    }),
  releaseResource: (client) =>
    client.releaseResource({ params: { ...web.params, kind: "silence" } }),
  holdProject: (client) => client.holdProject({ params: { ...params, kind: "silence" }, body: {} }),
  releaseProject: (client) => client.releaseProject({ params: { ...params, kind: "silence" } }),
  acknowledge: (client) => client.acknowledge({ ...web, body: { comment: "on it" } }),
  incidents: (client) => client.incidents({ params, query: { open: "false" } }),
  openIncidents: (client) => client.openIncidents(),
  incident: (client) => client.incident({ params: { ...params, id: 900 } }),
  repairs: (client) => client.repairs({ params }),
  versions: (client) => client.versions({ params }),
  version: (client) => client.version({ params: { ...params, number: 1 } }),
  plan: (client) => client.plan({ params }),
  apply: (client) => client.apply({ params, body: { hash: "abc" } }),
  rollback: (client) => client.rollback({ params, body: { version: 1 } }),
  allEvents: (client) => client.allEvents(),
  events: (client) => client.events({ params, query: { after: 0 } }),
  projectHealthBadge: (client) => client.projectHealthBadge({ params }),
  healthBadge: (client) => client.healthBadge(web),
  uptimeBadge: (client) => client.uptimeBadge({ ...web, query: { days: 7 } }),
  heartbeat: (client) => client.heartbeat({ ...job, body: { comment: "12 files" } }),
  audit: (client) => client.audit({ params }),
};

/** What needs more than this server has. */
const REFUSED: ReadonlySet<string> = new Set(["probe"]);

it("asks every endpoint, and understands what it answers", async () => {
  const { client, server } = await shop();
  const refused: string[] = [];
  for (const [name, request] of Object.entries(REQUESTS)) {
    await request(client).catch((error: unknown) => {
      refused.push(`${name}: ${String(error)}`);
    });
  }
  const unexpected = refused.filter((text) => !REFUSED.has(text.slice(0, text.indexOf(":"))));
  expect(unexpected).toEqual([]);
  expect(refused).toHaveLength(REFUSED.size);
  expect(server.errors).toEqual([]);
});

it("is refused what its role does not allow, and tells the code", async () => {
  const { reader } = await shop();
  for (const [name, request] of Object.entries(REQUESTS)) {
    const { access } = ROUTES[name as RouteName];
    if (access !== "admin" && access !== "user") continue;
    await expect(request(reader), name).rejects.toMatchObject({
      status: 403,
      code: "role-missing",
    });
  }
});

it("tells why something is refused", async () => {
  const { client } = await shop();
  const asking = client.resource({ params: { ...params, resource: "wbe" } });
  await expect(asking).rejects.toMatchObject({
    name: "ProblemError",
    status: 404,
    code: "resource-unknown",
    problem: { hint: "Did you mean web?" },
  });
});

it("follows what happens, and goes on after what it knows", async () => {
  const { client } = await shop();
  const controller = new AbortController();
  onTestFinished(() => {
    controller.abort();
  });
  const hold = async (): Promise<void> => {
    await client.holdProject({ params: { ...params, kind: "silence" }, body: {} });
  };
  await hold();
  const first = client.follow({ project: "shop", after: "0", signal: controller.signal });
  const seen: (string | null)[] = [];
  for await (const { id, event } of first) {
    seen.push(id);
    if (event.type === "held") break;
  }
  const after = seen.at(-1) ?? "0";
  await hold();
  for await (const { id, event } of client.follow({ project: "shop", after })) {
    expect(seen).not.toContain(id);
    if (event.type === "held") break;
  }
});
