import { expect, it } from "vitest";
import { asking, officeClock, servedOf, servedProject } from "../../../test/support/served-lab.ts";
import { failing, policy, subject } from "../../../test/support/watch-lab.ts";
import { incident, repair } from "../../../test/support/watching.ts";
import { ROUTES } from "../../api/routes.ts";

const params = { project: "shop" };

async function shop(): Promise<ReturnType<typeof asking>> {
  const clock = officeClock();
  const subjects = [
    subject({
      name: "api",
      policy: policy({ isReconciled: false }),
      look: () => Promise.resolve(failing({ at: clock.now() })),
    }),
  ];
  const project = await servedProject("shop", clock, { subjects });
  await clock.advance(60_000);
  const closed = Array.from({ length: 6 }, (_, index) => incident(index + 10, "web", 1));
  await project.store.commit([
    ...closed.map((each) => ({ type: "put-incident", incident: each }) as const),
    ...[1, 2, 3].map((id) => ({ type: "put-repair", repair: repair(id, "web", 5) }) as const),
    { type: "put-repair", repair: { ...repair(4, "web"), incident: 12 } },
    { type: "put-repair", repair: repair(5, "api") },
  ]);
  return asking(servedOf([project], clock), clock);
}

it.each([
  [{}, [15, 14, 13, 12, 11, 10, 1]],
  [{ open: "true" }, [1]],
  [{ open: "false", limit: "2" }, [15, 14]],
  [{ open: "false", limit: "3", before: "12" }, [11, 10]],
  [{ resource: "web", before: "11" }, [10]],
  [{ resource: "api" }, [1]],
])("lists incidents: %j", async (query, expected) => {
  const ask = await shop();
  const { json } = await ask("incidents", { params, query });
  const { incidents } = ROUTES.incidents.answer.schema.parse(json);
  expect(incidents.map(({ id }) => id)).toEqual(expected);
});

it("gives every incident on exactly one page", async () => {
  const ask = await shop();
  const seen: number[] = [];
  let before: number | null = 1_000;
  let pages = 0;
  for (; before !== null; pages += 1) {
    const { json } = await ask("incidents", {
      params,
      query: { limit: "7", before: String(before) },
    });
    const page = ROUTES.incidents.answer.schema.parse(json);
    seen.push(...page.incidents.map(({ id }) => id));
    before = page.next;
  }
  expect({ seen, pages }).toEqual({ seen: [15, 14, 13, 12, 11, 10, 1], pages: 1 });
});

it("lists what is open in all projects", async () => {
  const ask = await shop();
  const { json } = await ask("openIncidents");
  expect(json).toMatchObject({ incidents: [{ project: "shop", resource: "api" }], total: 1 });
});

it("gives an incident with what was tried", async () => {
  const ask = await shop();
  const { json } = await ask("incident", { params: { ...params, id: "12" } });
  expect(ROUTES.incident.answer.schema.parse(json)).toEqual(json);
  expect(json).toMatchObject({
    id: 12,
    project: "shop",
    closedAt: "1970-01-01T00:00:00.001Z",
    acknowledged: { by: "root@host", at: "2026-01-05T00:00:00.000Z" },
    attempts: [{ id: 4, action: "restart", endedAt: null }],
  });
  expect(json).not.toHaveProperty("told");
});

it("lists repairs, page by page", async () => {
  const ask = await shop();
  const query = { limit: "2", resource: "web" };
  const first = ROUTES.repairs.answer.schema.parse((await ask("repairs", { params, query })).json);
  expect(first).toMatchObject({ repairs: [{ id: 4 }, { id: 3 }], next: 3 });
  const { json } = await ask("repairs", { params, query: { ...query, before: "3" } });
  expect(json).toMatchObject({ repairs: [{ id: 2 }, { id: 1 }], next: null });
});

it.each([
  ["incident", { ...params, id: "77" }, {}, "incident-unknown"],
  ["incidents", params, { resource: "nope" }, "resource-unknown"],
  ["repairs", params, { resource: "nope" }, "resource-unknown"],
  ["repairs", { project: "nope" }, {}, "project-unknown"],
] as const)("refuses %s of what is not there: %j %j", async (route, asked, query, code) => {
  const ask = await shop();
  expect((await ask(route, { params: asked, query })).json).toMatchObject({ status: 404, code });
});
