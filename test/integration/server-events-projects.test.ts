import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ServedProject } from "../../src/ports/served.ts";
import { officeClock, servedOf } from "../support/served-lab.ts";
import {
  eventProject,
  rawClient,
  serving,
  type RawClient,
  type ServingLab,
} from "../support/serving-lab.ts";
import { until } from "../support/supervised.ts";

/** Follows what happens in all projects. */
function follow(lab: ServingLab): RawClient {
  const client = rawClient(lab);
  client.socket.write(
    "GET /api/events HTTP/1.1\r\nHost: x\r\nx-role: reader alice\r\nAccept: text/event-stream\r\n\r\n",
  );
  return client;
}

/** The ids of the events that came so far. */
function idsOf(client: RawClient): readonly string[] {
  return [...client.text().matchAll(/^id: (.*)$/gmu)].map(([, id = ""]) => id);
}

describe("a stream of all projects", () => {
  test("misses nothing of a project that comes, goes, and comes again, and hears nothing twice", async () => {
    const shop = eventProject("shop");
    const mail = eventProject("mail");
    const projects: ServedProject[] = [shop];
    const lab = await serving(servedOf(projects, officeClock()));
    const client = follow(lab);
    await until(() => shop.follows() === 1, "it is followed");
    // What was there before it came is of no interest; what it began with is.
    await mail.happen();
    await mail.happen();
    await mail.happen({ type: "started" });
    await mail.happen();
    projects.push(mail);
    await client.until(/^id: shop=0,mail=4$/mu);
    await mail.happen();
    await client.until(/^id: shop=0,mail=5$/mu);
    projects.pop();
    mail.followers.close();
    await nextTurn();
    await mail.happen({ type: "started" });
    projects.push({ ...eventProject("mail"), store: mail.store });
    await client.until(/^id: shop=0,mail=6$/mu);
    expect(idsOf(client)).toEqual([3, 4, 5, 6].map((id) => `shop=0,mail=${String(id)}`));
  });

  test("that is joined before others have heard of a new project takes nothing from them", async () => {
    const shop = eventProject("shop");
    const mail = eventProject("mail");
    const projects: ServedProject[] = [shop];
    const lab = await serving(servedOf(projects, officeClock()));
    const first = follow(lab);
    await until(() => shop.follows() === 1, "it is followed");
    await mail.happen({ type: "started" });
    projects.push(mail);
    const second = follow(lab);
    await first.until(/^id: shop=0,mail=1$/mu);
    await mail.happen();
    await first.until(/^id: shop=0,mail=2$/mu);
    await second.until(/^id: shop=0,mail=2$/mu);
    expect(idsOf(second)).toEqual(["shop=0,mail=2"]);
  });
});
