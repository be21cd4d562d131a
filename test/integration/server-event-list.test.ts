import { describe, expect, test } from "vitest";
import { officeClock, servedOf } from "../support/served-lab.ts";
import {
  ask,
  eventProject,
  serving,
  type EventProject,
  type ServingLab,
} from "../support/serving-lab.ts";

const SHOP = "/api/projects/shop/events";

async function serve(projects: readonly EventProject[]): Promise<ServingLab> {
  return await serving(servedOf(projects, officeClock()));
}

async function happen(project: EventProject, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await project.happen();
}

describe("a list of events", () => {
  test("has the newest, or those after an id", async () => {
    const shop = eventProject("shop");
    await happen(shop, 5);
    await shop.happen({ resource: "db" });
    const lab = await serve([shop]);
    const ids = async (query: string): Promise<readonly number[]> => {
      const { text } = await ask(lab, `${SHOP}${query}`);
      return (JSON.parse(text) as { events: { id: number }[] }).events.map(({ id }) => id);
    };
    expect(await ids("?limit=2")).toEqual([6, 5]);
    expect(await ids("?after=3")).toEqual([4, 5, 6]);
    expect(await ids("?resource=db")).toEqual([6]);
    expect(await ids("?after=3&resource=web&limit=1")).toEqual([4]);
  });

  test("of all projects is in the order of time", async () => {
    const shop = eventProject("shop");
    const mail = eventProject("mail");
    await shop.happen({ at: 1 });
    await mail.happen({ at: 2 });
    await shop.happen({ at: 3 });
    const lab = await serve([shop, mail]);
    const { text } = await ask(lab, "/api/events?limit=2");
    expect(JSON.parse(text)).toMatchObject({
      events: [
        { project: "shop", id: 2, at: "1970-01-01T00:00:00.003Z" },
        { project: "mail", id: 1 },
      ],
    });
  });

  test("is what others get than those who want a stream", async () => {
    const lab = await serve([eventProject("shop")]);
    for (const accept of ["*/*", "application/json", "text/event-stream;q=0", "text/html", ""]) {
      const { headers } = await ask(lab, SHOP, { headers: { accept } });
      expect(headers["content-type"]).toContain("application/json");
    }
  });
});
