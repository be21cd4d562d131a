import { describe, expect, test } from "vitest";
import { officeClock, servedOf } from "../support/served-lab.ts";
import { until } from "../support/supervised.ts";
import {
  ask,
  eventProject,
  rawClient,
  serving,
  type EventProject,
  type RawClient,
  type ServingLab,
} from "../support/serving-lab.ts";
import type { ServedProject } from "../../src/ports/served.ts";
import type { ServerLimits } from "../../src/server/limits.ts";

const SHOP = "/api/projects/shop/events";

async function serve(
  projects: readonly ServedProject[],
  limits: Partial<ServerLimits> = {},
): Promise<ServingLab> {
  return await serving(servedOf(projects, officeClock()), { limits });
}

/** Follows; an id makes it go on after it. */
function follow(
  lab: ServingLab,
  path: string,
  { after = "", who = "alice" }: { readonly after?: string; readonly who?: string } = {},
): RawClient {
  const client = rawClient(lab);
  const last = after === "" ? "" : `Last-Event-ID: ${after}\r\n`;
  client.socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nx-role: reader ${who}\r\nAccept: text/event-stream\r\n${last}\r\n`,
  );
  return client;
}

/** The ids of the events that came so far. */
function idsOf(client: RawClient): readonly string[] {
  return [...client.text().matchAll(/^id: (.*)$/gmu)].map(([, id = ""]) => id);
}

async function happen(project: EventProject, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await project.happen();
}

function numbers(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, place) => String(from + place));
}

describe("a stream of events", () => {
  test("begins with what happens from now on", async () => {
    const shop = eventProject("shop");
    await happen(shop, 3);
    const lab = await serve([shop]);
    const client = follow(lab, SHOP);
    await client.until(/retry: \d+\n\n/u);
    await until(() => shop.follows() === 1, "it is followed");
    await shop.happen({ text: "is well\nagain" });
    const [, data = ""] = await client.until(/\nid: 4\ndata: (\{.*\})\n\n/u);
    expect(JSON.parse(data)).toEqual({
      id: 4,
      project: "shop",
      at: "2023-11-14T22:13:20.004Z",
      type: "health_changed",
      resource: "web",
      text: "is well\nagain",
      data: {},
    });
    expect(client.text()).toMatch(/content-type: text\/event-stream/iu);
    expect(client.text()).not.toMatch(/content-encoding/iu);
    expect(idsOf(client)).toEqual(["4"]);
  });

  test("goes on after what somebody knows, without a gap or anything twice", async () => {
    const shop = eventProject("shop");
    await happen(shop, 1_700);
    const lab = await serve([shop]);
    const clients = [0, 700, 1_699, 1_700].map((after) =>
      follow(lab, SHOP, { after: String(after) }),
    );
    // It goes on happening while they catch up.
    await happen(shop, 300);
    for (const [place, client] of clients.entries()) {
      await client.until(/^id: 2000$/mu);
      await shop.happen({ resource: `last-${String(place)}` });
    }
    const begins = [1, 701, 1_700, 1_701];
    for (const [place, client] of clients.entries()) {
      await client.until(/^id: 2004$/mu);
      expect(idsOf(client)).toEqual(numbers(begins[place] ?? 0, 2_004));
    }
    expect(shop.follows()).toBe(1);
  });

  test("may be of one resource", async () => {
    const shop = eventProject("shop");
    await shop.happen({ resource: "db" });
    await shop.happen({ resource: "web" });
    await shop.happen({ resource: "db" });
    await shop.happen({ resource: "web" });
    const lab = await serve([shop]);
    const client = follow(lab, `${SHOP}?resource=db`, { after: "0" });
    await client.until(/^id: 3$/mu);
    await shop.happen({ resource: "web" });
    await shop.happen({ resource: null });
    await shop.happen({ resource: "db" });
    await client.until(/^id: 7$/mu);
    expect(idsOf(client)).toEqual(["1", "3", "7"]);
  });

  test("may begin after an id of the query", async () => {
    const shop = eventProject("shop");
    await happen(shop, 3);
    const lab = await serve([shop]);
    const client = follow(lab, `${SHOP}?after=1`);
    await client.until(/^id: 3$/mu);
    expect(idsOf(client)).toEqual(["2", "3"]);
  });

  test("does not wait for an id that nobody gave", async () => {
    const shop = eventProject("shop");
    await happen(shop, 3);
    const lab = await serve([shop]);
    const client = follow(lab, SHOP, { after: "9000" });
    await until(() => shop.follows() === 1, "it is followed");
    await until(async () => {
      await shop.happen();
      return idsOf(client).length > 0;
    }, "it hears of something");
    expect(Number(idsOf(client)[0])).toBeLessThan(9_000);
  });

  test.each([
    [SHOP, "shop=1"],
    [SHOP, "-1"],
    [SHOP, "1.5"],
    [SHOP, "99999999999999999999"],
    ["/api/events", "1"],
    ["/api/events", "shop=1,shop=2"],
    ["/api/events", "shop=1,"],
    ["/api/events", "../x=1"],
  ])("of %s does not begin after %s", async (path, after) => {
    const lab = await serve([eventProject("shop")]);
    const client = follow(lab, path, { after });
    await client.until(/^HTTP\/1\.1 400 .*"event-unknown"/su);
    expect(idsOf(client)).toEqual([]);
  });

  test("that is asked for with HEAD ends at once", async () => {
    const lab = await serve([eventProject("shop")]);
    const headers = { accept: "text/event-stream" };
    const answer = await ask(lab, SHOP, { method: "HEAD", headers });
    expect(answer.headers["content-type"]).toContain("text/event-stream");
    expect(answer.text).toBe("");
  });

  test("gives a sign of life now and then", async () => {
    const lab = await serve([eventProject("shop")], { heartbeatMs: 20 });
    const client = follow(lab, SHOP);
    await client.until(/:\n\n.*:\n\n/su);
    expect(idsOf(client)).toEqual([]);
  });
});

describe("a stream of all projects", () => {
  test("names where it is in each", async () => {
    const shop = eventProject("shop");
    const mail = eventProject("mail");
    await happen(shop, 2);
    const lab = await serve([shop, mail]);
    const client = follow(lab, "/api/events");
    await until(() => shop.follows() + mail.follows() === 2, "both are followed");
    await mail.happen();
    await client.until(/^id: shop=2,mail=1$/mu);
    await shop.happen();
    await client.until(/^id: shop=3,mail=1$/mu);
    const later = follow(lab, "/api/events", { after: "shop=1,mail=0" });
    await later.until(/^id: shop=3,mail=1$/mu);
    expect(idsOf(later)).toEqual(["shop=2,mail=0", "shop=3,mail=0", "shop=3,mail=1"]);
  });

  test("hears of a project that comes later, and goes on when one goes", async () => {
    const shop = eventProject("shop");
    const mail = eventProject("mail");
    const projects: ServedProject[] = [shop];
    const lab = await serve(projects);
    const client = follow(lab, "/api/events");
    await until(() => shop.follows() === 1, "it is followed");
    projects.push(mail);
    await until(() => mail.follows() === 1, "the other one is followed");
    await mail.happen();
    await client.until(/"project":"mail"/u);
    projects.shift();
    shop.followers.close();
    await mail.happen();
    await client.until(/^id: .*\bmail=2$/mu);
    expect(client.socket.destroyed).toBe(false);
  });
});

describe("a stream ends", () => {
  test("when whose it is may not follow any more", async () => {
    const shop = eventProject("shop");
    const lab = await serve([shop]);
    const alice = follow(lab, SHOP, { who: "alice" });
    const bob = follow(lab, SHOP, { who: "bob" });
    await alice.until(/retry/u);
    await bob.until(/retry/u);
    lab.gate.close("alice");
    await alice.until(/\r\n0\r\n\r\n$/u);
    await shop.happen();
    await bob.until(/^id: 1$/mu);
    expect(idsOf(alice)).toEqual([]);
  });

  test("when its project goes", async () => {
    const shop = eventProject("shop");
    const lab = await serve([shop]);
    const client = follow(lab, SHOP);
    await until(() => shop.follows() === 1, "it is followed");
    shop.followers.close();
    await client.until(/\r\n0\r\n\r\n$/u);
    expect(lab.errors).toEqual([]);
  });

  test("when the server stops, at once", async () => {
    const lab = await serve([eventProject("shop")], { drainMs: 60_000 });
    const clients = [follow(lab, SHOP), follow(lab, "/api/events")];
    for (const client of clients) await client.until(/retry/u);
    await lab.stop();
    for (const client of clients) {
      await client.closed;
      expect(client.text()).toMatch(/\r\n0\r\n\r\n$/u);
    }
  });

  test("when what it tells cannot be read, and that is logged", async () => {
    const shop = eventProject("shop");
    await happen(shop, 2);
    let fails = false;
    const store = {
      ...shop.store,
      events: (query = {}) =>
        fails ? Promise.reject(new Error("no disk")) : shop.store.events(query),
    };
    const lab = await serve([{ ...shop, store }]);
    const first = follow(lab, SHOP);
    await until(() => shop.follows() === 1, "it is followed");
    fails = true;
    const second = follow(lab, SHOP, { after: "0" });
    await second.until(/\r\n0\r\n\r\n$/u);
    expect(lab.errors).toMatchObject([{ during: "an event stream" }]);
    await shop.happen();
    await first.until(/^id: 3$/mu);
  });

  test("when nobody reads it, while others hear of all", async () => {
    const shop = eventProject("shop");
    const lab = await serve([shop], { pendingBytes: 100_000, readMs: 1_000 });
    const slow = follow(lab, SHOP);
    const other = follow(lab, SHOP);
    await slow.until(/retry/u);
    await other.until(/retry/u);
    slow.socket.pause();
    // More than what lies between the two of them holds.
    for (let done = 0; done < 400; done += 1) await shop.happen({ text: "x".repeat(50_000) });
    await until(() => lab.answers.length > 0, "the slow one is cut");
    await until(() => other.text().lastIndexOf("\nid: 400\n") > 0, "the other one hears of all");
    expect(idsOf(other)).toEqual(numbers(1, 400));
    expect(lab.answers).toHaveLength(1);
  });
});

test("there are only so many streams, of all and of one", async () => {
  const lab = await serve([eventProject("shop")], { streams: 3, streamsPerClient: 2 });
  const streams = [follow(lab, SHOP), follow(lab, SHOP)];
  for (const stream of streams) await stream.until(/retry/u);
  await follow(lab, SHOP).until(/^HTTP\/1\.1 503 .*retry-after: .*"streams-exhausted"/su);
  await follow(lab, SHOP, { who: "bob" }).until(/retry: /u);
  await follow(lab, SHOP, { who: "carol" }).until(/"streams-exhausted"/u);
  streams[0]?.socket.destroy();
  await until(() => lab.answers.length === 3, "it is noticed");
  const again = follow(lab, SHOP, { who: "carol" });
  await again.until(/retry: /u);
  expect(again.text()).toMatch(/^HTTP\/1\.1 200 /u);
});

test("many hear of the same, which is followed once", async () => {
  const shop = eventProject("shop");
  const lab = await serve([shop]);
  const clients = Array.from({ length: 300 }, () => follow(lab, SHOP));
  for (const client of clients) await client.until(/retry: /u);
  await happen(shop, 3);
  for (const client of clients) {
    await client.until(/^id: 3$/mu);
    expect(idsOf(client)).toEqual(["1", "2", "3"]);
  }
  expect(shop.follows()).toBe(1);
});
