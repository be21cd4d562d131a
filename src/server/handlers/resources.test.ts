import fc from "fast-check";
import { expect, it } from "vitest";
import {
  asking,
  officeClock,
  servedOf,
  servedProject,
  type Answered,
  type Asking,
} from "../../../test/support/served-lab.ts";
import { failing, look, policy, RESTART, subject } from "../../../test/support/watch-lab.ts";
import { ROUTES } from "../../api/routes.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const SECRET = "c0rrect-h0rse";
const quiet = policy({
  isReconciled: false,
  ladder: [{ ...RESTART, parameters: { token: SECRET } }],
});

function well(clock: SimulatedClock, name: string): Subject {
  return subject({
    name,
    policy: quiet,
    look: () => Promise.resolve(look({ at: clock.now() })),
  });
}

function broken(clock: SimulatedClock, name: string): Subject {
  return subject({
    name,
    policy: quiet,
    look: () => Promise.resolve(failing({ at: clock.now() })),
  });
}

async function shopAndBlog(): Promise<{
  readonly clock: SimulatedClock;
  readonly ask: ReturnType<typeof asking>;
}> {
  const clock = officeClock();
  const subjects = [well(clock, "web"), broken(clock, "db"), well(clock, "job")];
  const shop = await servedProject("shop", clock, { subjects });
  const blog = await servedProject("blog", clock, { subjects: [well(clock, "page")] });
  const ask = asking(servedOf([shop, blog], clock), clock);
  await clock.advance(120_000);
  return { clock, ask };
}

function placesOf({ json }: Answered): readonly string[] {
  const { resources } = ROUTES.resources.answer.schema.parse(json);
  return resources.map(({ project, name }) => `${project}/${name}`);
}

it("lists resources of all projects, by project and name", async () => {
  const { ask } = await shopAndBlog();
  const answer = await ask("resources");
  expect(placesOf(answer)).toEqual(["blog/page", "shop/db", "shop/job", "shop/web"]);
  expect(answer.json).toMatchObject({ total: 4, next: null });
  expect(ROUTES.resources.answer.schema.parse(answer.json).resources[1]).toMatchObject({
    kind: "docker",
    group: "back",
    health: "unhealthy",
    lastCheck: "2000-01-01T00:01:30.005Z",
    incidents: [1],
    findings: [{ actual: "503" }],
  });
});

it.each([
  [{ project: "shop" }, ["shop/db", "shop/job", "shop/web"]],
  [{ health: "unhealthy" }, ["shop/db"]],
  [{ project: "blog", health: "unhealthy" }, []],
  [{ sync: "in_sync", group: "back" }, ["shop/db"]],
  [{ sync: "missing" }, []],
  [{ after: "shop/db" }, ["shop/job", "shop/web"]],
  [{ after: "shop" }, ["shop/db", "shop/job", "shop/web"]],
  [{ after: "shop/zzz" }, []],
])("lists those of %j", async (query, expected) => {
  const { ask } = await shopAndBlog();
  expect(placesOf(await ask("resources", { query }))).toEqual(expected);
});

it("gives every resource on exactly one page, whatever their names and the size of pages", async () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][-A-Za-z0-9._]{0,3}$/u);
  const projects = fc.uniqueArray(
    fc.record({ name, names: fc.uniqueArray(name, { maxLength: 8 }) }),
    { selector: (each) => each.name, minLength: 1, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(projects, fc.integer({ min: 1, max: 9 }), async (declared, limit) => {
      const clock = officeClock();
      const served = await Promise.all(
        declared.map((each) =>
          servedProject(each.name, clock, {
            subjects: each.names.map((resource) => well(clock, resource)),
          }),
        ),
      );
      const ask = asking(servedOf(served, clock), clock);
      const seen: string[] = [];
      let after: string | null = "";
      while (after !== null) {
        const query: Asking["query"] = { limit: String(limit), ...(after === "" ? {} : { after }) };
        const answer = await ask("resources", { query });
        seen.push(...placesOf(answer));
        after = ROUTES.resources.answer.schema.parse(answer.json).next;
      }
      const all = declared.flatMap((each) => each.names.map((one) => `${each.name}/${one}`));
      expect([...seen].sort()).toEqual(all.sort());
    }),
    { numRuns: 30 },
  );
});

it("writes a long page in pieces that come to the same as a short one", async () => {
  const clock = officeClock();
  const names = Array.from({ length: 1_001 }, (_, index) => `r${String(index).padStart(4, "0")}`);
  const subjects = names.map((name) => well(clock, name));
  const shop = await servedProject("shop", clock, { subjects });
  const ask = asking(servedOf([shop], clock), clock);
  const long = await ask("resources", { query: { limit: "1000" } });
  const { resources, total, next } = ROUTES.resources.answer.schema.parse(long.json);
  expect(resources).toHaveLength(1_000);
  expect({ total, next }).toEqual({ total: 1_001, next: "shop/r0999" });
  const short = await ask("resources", { query: { limit: "2" } });
  expect(ROUTES.resources.answer.schema.parse(short.json).resources).toEqual(resources.slice(0, 2));
});

it("explains a resource, without what its repairs are done with", async () => {
  const { ask } = await shopAndBlog();
  const answer = await ask("resource", { params: { project: "shop", resource: "db" } });
  const explanation = ROUTES.resource.answer.schema.parse(answer.json);
  expect(explanation).toMatchObject({ health: "unhealthy", dependsOn: [], passing: [] });
  expect(explanation.policy.ladder).toEqual([{ action: "restart", attempts: 2 }]);
  expect(explanation.events.map(({ type }) => type)).toContain("incident_opened");
  expect(explanation.next.length).toBeGreaterThan(0);
  expect(answer.text).not.toContain(SECRET);
});

it.each([
  ["resource", { project: "shop", resource: "bd" }, "resource-unknown", "Did you mean db?"],
  ["results", { project: "shop", resource: "bd" }, "resource-unknown", "Did you mean db?"],
  ["history", { project: "shop", resource: "nope" }, "resource-unknown", undefined],
  ["history", { project: "shoppe", resource: "db" }, "project-unknown", "Did you mean shop?"],
] as const)("refuses %s of what is not there: %j", async (route, params, code, hint) => {
  const { ask } = await shopAndBlog();
  const { status, json } = await ask(route, { params });
  expect(status).toBe(404);
  expect(json).toMatchObject({ code, status: 404 });
  expect((json as { readonly hint?: string }).hint).toBe(hint);
});

it("gives results, the newest first, page by page", async () => {
  const { ask } = await shopAndBlog();
  const params = { project: "shop", resource: "web" };
  const seen: string[] = [];
  let to: string | null = "2000-01-01T00:01:40+00:00";
  while (to !== null) {
    const { json } = await ask("results", { params, query: { to, limit: "2" } });
    const page = ROUTES.results.answer.schema.parse(json);
    seen.push(...page.results.map(({ at }) => at));
    to = page.next;
  }
  const { json } = await ask("results", { params });
  const all = ROUTES.results.answer.schema.parse(json).results;
  expect(all[0]).toMatchObject({ verdict: "pass", isDegraded: false, durationMs: 1 });
  expect(seen).toEqual(all.map(({ at }) => at).filter((at) => at < "2000-01-01T00:01:40.000Z"));
  expect(seen.length).toBeGreaterThan(2);
});

it("counts results by the hour, with the uptime", async () => {
  const { ask } = await shopAndBlog();
  const { json } = await ask("history", { params: { project: "shop", resource: "db" } });
  const { uptime, history } = ROUTES.history.answer.schema.parse(json);
  expect(uptime).toBe(0);
  expect(history).toMatchObject([{ at: "2000-01-01T00:00:00.000Z", passes: 0 }]);
  const empty = { from: "1999-01-01T00:00:00Z", to: "1999-01-02T00:00:00Z" };
  const params = { project: "shop", resource: "db" };
  expect((await ask("history", { params, query: empty })).json).toEqual({
    uptime: null,
    history: [],
  });
});

it("refuses a span that ends before it begins", async () => {
  const { ask } = await shopAndBlog();
  const params = { project: "shop", resource: "db" };
  const query = { from: "2000-01-02T00:00:00Z", to: "2000-01-01T00:00:00Z" };
  const { json } = await ask("results", { params, query });
  expect(json).toMatchObject({ status: 400, errors: [{ property: "query.from" }] });
});
