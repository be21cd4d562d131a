import { expect, it } from "vitest";
import {
  asking,
  officeClock,
  servedOf,
  servedProject,
  type ServedLabProject,
} from "../../../test/support/served-lab.ts";
import { look, subject } from "../../../test/support/watch-lab.ts";
import { audit } from "../../../test/support/watching.ts";
import { ROUTES } from "../../api/routes.ts";
import type { Served } from "../../ports/served.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const params = { project: "shop" };

interface Shop {
  readonly clock: SimulatedClock;
  readonly project: ServedLabProject;
  readonly serving: (more: Partial<Served>) => ReturnType<typeof asking>;
}

async function shop(): Promise<Shop> {
  const clock = officeClock();
  const subjects = ["web", "job"].map((name) =>
    subject({ name, look: () => Promise.resolve(look({ at: clock.now() })) }),
  );
  const project = await servedProject("shop", clock, { subjects });
  await clock.advance(60_000);
  return { clock, project, serving: (more) => asking(servedOf([project], clock, more), clock) };
}

const SHOWN = {
  name: "shop",
  folder: "/srv/shop",
  status: "healthy",
  runningSince: "1970-01-01T00:00:00.000Z",
  resources: 2,
  openIncidents: 0,
  holds: [],
  pendingChanges: [],
  pendingDeliveries: 0,
};

it("shows projects", async () => {
  const { serving } = await shop();
  const ask = serving({});
  expect((await ask("projects")).json).toEqual({ projects: [SHOWN] });
  expect((await ask("project", { params })).json).toEqual(SHOWN);
  const unknown = { status: 404, code: "project-unknown", hint: "Did you mean shop?" };
  expect((await ask("project", { params: { project: "shpo" } })).json).toMatchObject(unknown);
});

it("lists what must be true, where it is watched", async () => {
  const { serving, project } = await shop();
  const checks = [{ name: "HTTPStatusAssert", claim: "it answers 200" }];
  const resources = [
    { resource: "job", checks },
    { resource: "web", checks },
  ];
  expect((await serving({})("checks", { params })).json).toEqual({ resources });
  const ask = serving({ projects: () => [{ ...project, watching: null }] });
  expect((await ask("checks", { params })).json).toMatchObject({ status: 409, code: "read-only" });
});

it("registers and unregisters projects in the name of who asks", async () => {
  const { serving, project } = await shop();
  const asked: unknown[] = [];
  const registry: Served["registry"] = {
    register: (path, { by }) => {
      asked.push([path, by]);
      return Promise.resolve(project);
    },
    unregister: (name, { by }) => {
      asked.push([name, by]);
      return Promise.resolve(asked.length < 3);
    },
  };
  const ask = serving({ registry });
  const registered = await ask("register", { body: { path: "/srv/shop" } });
  expect(registered).toMatchObject({ status: 201, json: SHOWN });
  expect((await ask("unregister", { params })).json).toEqual({ project: "shop" });
  const refused = { status: 409, code: "project-not-registered" };
  expect((await ask("unregister", { params })).json).toMatchObject(refused);
  expect(asked).toEqual([
    ["/srv/shop", "CN=alice"],
    ["shop", "CN=alice"],
    ["shop", "CN=alice"],
  ]);
});

it("registers nothing where it only reads", async () => {
  const { serving } = await shop();
  const refused = { status: 409, code: "read-only" };
  const ask = serving({ registry: null });
  expect((await ask("register", { body: { path: "/srv" } })).json).toMatchObject(refused);
  expect((await ask("unregister", { params })).json).toMatchObject(refused);
});

it("takes heartbeats of those who are to report them", async () => {
  const { serving, project } = await shop();
  const ask = serving({});
  const job = { ...params, resource: "job" };
  const taken = await ask("heartbeat", { params: job, body: { comment: "12 files" } });
  const at = "2000-01-01T00:01:00.000Z";
  expect(taken).toMatchObject({ status: 202, json: { ...job, at, isOk: true } });
  const beat = { resource: "job", isOk: true, comment: "12 files", by: "CN=alice" };
  expect(project.beats).toEqual([beat]);
  const web = { ...params, resource: "web" };
  const unexpected = { status: 409, code: "heartbeat-unexpected" };
  expect((await ask("heartbeat", { params: web })).json).toMatchObject(unexpected);
  const nobody = { ...params, resource: "jbo" };
  const unknown = { status: 404, code: "resource-unknown", hint: "Did you mean job?" };
  expect((await ask("heartbeat", { params: nobody })).json).toMatchObject(unknown);
});

it("reads the audit log, page by page", async () => {
  const { serving, project } = await shop();
  await project.store.commit([
    ...[1, 2, 3].map((id) => ({ type: "put-audit", record: audit(id) }) as const),
  ]);
  const ask = serving({});
  const first = ROUTES.audit.answer.schema.parse(
    (await ask("audit", { params, query: { limit: "2" } })).json,
  );
  expect(first.entries.map(({ id }) => id)).toEqual([3, 2]);
  expect(first.entries[0]).toMatchObject({ who: "CN=alice", project: "shop", outcome: "done" });
  const { json } = await ask("audit", {
    params,
    query: { limit: "2", before: String(first.next) },
  });
  expect(json).toMatchObject({ entries: [{ id: 1 }], next: null });
});
