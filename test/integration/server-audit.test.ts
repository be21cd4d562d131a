import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/model/audit.ts";
import type { ServedDeploys } from "../../src/ports/served.ts";
import {
  officeClock,
  servedOf,
  servedProject,
  type ServedLabProject,
} from "../support/served-lab.ts";
import { ask, eventProject, serving, type ServingLab } from "../support/serving-lab.ts";
import { look, subject } from "../support/watch-lab.ts";

interface Audited {
  readonly lab: ServingLab;
  readonly shop: ServedLabProject;
  readonly mail: ServedLabProject;
}

async function auditing(limits = {}): Promise<Audited> {
  const clock = officeClock();
  const subjects = [subject({ name: "web", look: () => Promise.resolve(look()) })];
  const shop = await servedProject("shop", clock, { subjects });
  const mail = await servedProject("mail", clock, { subjects });
  return { shop, mail, lab: await serving(servedOf([shop, mail], clock), { limits }) };
}

function entry(changes: Partial<AuditRecord>): unknown {
  return { who: "alice", role: "admin", from: "127.0.0.1", outcome: "done", ...changes };
}

const POST = { method: "POST" };

describe("the audit log", () => {
  test("has who changed what, in the project that it is about", async () => {
    const { lab, shop, mail } = await auditing();
    const hold = "/api/projects/mail/resources/web/holds/pause";
    await ask(lab, hold, { ...POST, body: '{"forSeconds":60,"comment":"a \\"b\\""}' });
    await ask(lab, hold, { method: "DELETE" });
    expect(mail.audited).toEqual([
      entry({
        what: String.raw`holdResource web pause forSeconds=60 comment="a \"b\""`,
        status: 201,
      }),
      entry({ what: "releaseResource web pause", status: 200 }),
    ]);
    expect(shop.audited).toEqual([]);
  });

  test("has what was refused, and why", async () => {
    const { lab, shop } = await auditing();
    const reader = { ...POST, headers: { "x-role": "reader bob" } };
    await ask(lab, "/api/projects/shop/resources/web/repair", reader);
    await ask(lab, "/api/projects/shop/resources/none/acknowledge", { ...POST, body: "{}" });
    await ask(lab, "/api/projects/shop/holds/pause", { ...POST, body: '{"x":[[1]]}' });
    await ask(lab, "/api/projects/shop/holds/pause", { ...POST, body: "{" });
    await ask(lab, "/api/projects/shop/holds/pause", {
      ...POST,
      body: "x",
      headers: { "content-type": "text/plain" },
    });
    const [first, ...others] = shop.audited;
    expect(first).toEqual({
      who: "bob",
      role: "reader",
      from: "127.0.0.1",
      what: "repair web",
      outcome: "Whoever asks may not do that.",
      status: 403,
    });
    expect(others.map(({ what, status }) => [what, status])).toEqual([
      ["acknowledge none", 404],
      ["holdProject pause x=…", 400],
      ["holdProject pause", 400],
      ["holdProject pause", 415],
    ]);
  });

  test("has what became of a deploy, also where the answer is none of an error", async () => {
    const clock = officeClock();
    const deploys = {
      apply: () => Promise.resolve({ status: "rolled-back", version: 3, results: [] }),
    } as unknown as ServedDeploys;
    const shop = await servedProject("shop", clock, { subjects: [], deploys });
    const lab = await serving(servedOf([shop], clock));
    const { text } = await ask(lab, "/api/projects/shop/apply", POST);
    expect(JSON.parse(text)).toEqual({ status: "rolled-back", version: 3, results: [] });
    expect(shop.audited).toEqual([entry({ what: "apply", outcome: "rolled-back", status: 200 })]);
  });

  test("is not filled by what is refused, and has every change all the same", async () => {
    const { lab, shop } = await auditing();
    const hold = "/api/projects/shop/holds/pause";
    for (let asked = 0; asked < 15; asked += 1) {
      await ask(lab, hold, { ...POST, headers: { "x-role": "reader bob" } });
      await ask(lab, hold, { method: "DELETE" });
    }
    const who = shop.audited.map((each) => each.who);
    expect(who.filter((each) => each === "bob")).toHaveLength(10);
    expect(who.filter((each) => each === "alice")).toHaveLength(15);
  });

  test("of the first project has what is about none", async () => {
    const { lab, shop, mail } = await auditing();
    await ask(lab, "/api/projects", { ...POST, body: '{"path":"/srv/other"}' });
    await ask(lab, "/api/projects/nope/holds/pause", { ...POST, body: "{}" });
    await ask(lab, "/api/projects/%0aa/holds/pause", { ...POST, body: "{}" });
    expect(shop.audited.map(({ what }) => what)).toEqual([
      'register path="/srv/other"',
      "holdProject nope pause",
      String.raw`holdProject "\na" pause`,
    ]);
    expect(mail.audited).toEqual([]);
  });

  test("has nothing of who only reads, is not known, or asks too often", async () => {
    const { lab, shop } = await auditing({ requestsPerSecond: 0.2 });
    const hold = "/api/projects/shop/holds/pause";
    const alice = { headers: { "x-role": "admin alice" } };
    await ask(lab, hold, { ...POST, body: "{}", headers: { "x-role": "open" } });
    await ask(lab, hold, alice);
    await ask(lab, "/api/status", alice);
    expect((await ask(lab, hold, { ...POST, body: "{}", ...alice })).status).toBe(429);
    expect(shop.audited).toEqual([]);
  });

  test("that cannot be written is told, and the answer is still true", async () => {
    const clock = officeClock();
    const shop = await servedProject("shop", clock, { subjects: [] });
    const audit = (): Promise<void> => Promise.reject(new Error("disk full"));
    const watching = { ...shop.watching, audit };
    const lab = await serving(servedOf([{ ...shop, watching }], clock));
    expect((await ask(lab, "/api/projects/shop/holds/pause", { ...POST, body: "{}" })).status).toBe(
      201,
    );
    expect(lab.errors).toMatchObject([{ during: "the audit log, of holdProject by alice" }]);
  });

  test("is not needed where nobody watches", async () => {
    const lab = await serving(servedOf([eventProject("shop")], officeClock()));
    const answer = await ask(lab, "/api/projects/shop/holds/pause", { ...POST, body: "{}" });
    expect(answer.status).toBe(409);
    expect(lab.errors).toEqual([]);
  });
});
