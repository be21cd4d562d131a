import { expect, it } from "vitest";
import {
  asking,
  officeClock,
  servedOf,
  servedProject,
  type Asking,
} from "../../../test/support/served-lab.ts";
import { version } from "../../../test/support/state.ts";
import { failing, look, policy, RESTART, subject } from "../../../test/support/watch-lab.ts";
import { audit, incident, repair } from "../../../test/support/watching.ts";
import type { Route } from "../../api/route.ts";
import { ROUTES, type RouteName } from "../../api/routes.ts";

const SECRET = "c0rrect-h0rse";

const shop = { params: { project: "shop" } };
const web = { params: { project: "shop", resource: "web" } };

/** What is read, as JSON. */
const READING: readonly (readonly [RouteName, Asking])[] = [
  ["about", {}],
  ["index", {}],
  ["status", {}],
  ["live", {}],
  ["ready", {}],
  ["projects", {}],
  ["project", shop],
  ["checks", shop],
  ["resources", {}],
  ["resource", web],
  ["results", web],
  ["history", web],
  ["incidents", shop],
  ["openIncidents", {}],
  ["incident", { params: { project: "shop", id: "900" } }],
  ["repairs", shop],
  ["versions", shop],
  ["version", { params: { project: "shop", number: "1" } }],
  ["audit", shop],
];

async function lab(isWatched: boolean): Promise<ReturnType<typeof asking>> {
  const clock = officeClock();
  const ladder = [{ ...RESTART, parameters: { token: SECRET } }];
  const window = { failures: 2, of: 3 };
  const subjects = [
    subject({
      name: "web",
      policy: policy({ isReconciled: false, ladder, window }),
      look: () => Promise.resolve(failing({ at: clock.now() })),
    }),
    subject({ name: "db", look: () => Promise.resolve(look({ at: clock.now() })) }),
  ];
  const project = await servedProject("shop", clock, { subjects });
  await clock.advance(60_000);
  const resources = version(1).resources.map((each) => ({
    ...each,
    parameters: { token: SECRET },
  }));
  await project.store.commit([
    { type: "put-version", version: { ...version(1), resources } },
    { type: "put-incident", incident: incident(900, "web", 1) },
    { type: "put-repair", repair: { ...repair(7, "web"), incident: 900 } },
    { type: "put-audit", record: audit(1) },
  ]);
  await project.control.hold({
    kind: "silence",
    resource: "web",
    forMs: 60_000,
    by: "me",
    comment: "",
  });
  const served = isWatched ? project : { ...project, watching: null };
  return asking(servedOf([served], clock), clock);
}

it.each(READING)("%s gives what the contract says, and nothing else", async (name, asked) => {
  const { answer }: Route = ROUTES[name];
  const { json, text, status } = await (await lab(true))(name, asked);
  expect(status).toBe(200);
  if (answer.type === "text") throw new Error("it gives JSON");
  // What a schema does not name is left out when it reads.
  expect(answer.schema.parse(json)).toEqual(json);
  expect(text).not.toContain(SECRET);
});

it.each(READING.filter(([name]) => name !== "checks"))(
  "%s gives the same where nobody watches",
  async (name, asked) => {
    const { answer }: Route = ROUTES[name];
    const { json, status } = await (await lab(false))(name, asked);
    expect(status).toBe(200);
    if (answer.type === "text") throw new Error("it gives JSON");
    expect(answer.schema.parse(json)).toEqual(json);
  },
);
