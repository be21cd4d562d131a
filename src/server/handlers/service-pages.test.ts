import { expect, it } from "vitest";
import { asking, officeClock, servedOf, servedProject } from "../../../test/support/served-lab.ts";
import { look, subject } from "../../../test/support/watch-lab.ts";
import { ROUTES } from "../../api/routes.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const BASE_URL = "https://status.example.org/wm";

async function shop(): Promise<ReturnType<typeof asking>> {
  const clock = officeClock();
  const subjects = [
    subject({ name: "web", look: () => Promise.resolve(look({ at: clock.now() })) }),
  ];
  const project = await servedProject("shop", clock, { subjects });
  await clock.advance(60_000);
  return asking(servedOf([project], clock), clock);
}

it("tells a program what this is, and where to go next, as it is seen from outside", async () => {
  const ask = await shop();
  const { json, headers } = await ask("about");
  const about = ROUTES.about.answer.schema.parse(json);
  expect(about).toMatchObject({ name: "clockwork", version: "1.2.3", status: "healthy" });
  expect(about.links["openapi"]).toBe(`${BASE_URL}/api/openapi.json`);
  expect(headers["vary"]).toBe("Accept");
});

it("shows a browser a page of the same", async () => {
  const ask = await shop();
  const { text, headers } = await ask("about", { headers: BROWSER });
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(headers["vary"]).toBe("Accept");
  expect(text).toContain('<span class="state healthy">healthy</span>');
  expect(text).toContain(`href="${BASE_URL}/api/projects/shop"`);
  expect(text).toContain("up for 1h");
});

it("lists all endpoints with absolute URLs, each of which leads to what is listed", async () => {
  const ask = await shop();
  const { endpoints, documentation } = ROUTES.index.answer.schema.parse((await ask("index")).json);
  expect(documentation).toBe(`${BASE_URL}/api/docs`);
  expect(endpoints.map(({ url }) => url)).toEqual(
    Object.values(ROUTES).map(({ path }) => `${BASE_URL}${path}`),
  );
});

it("describes itself as seen from outside", async () => {
  const ask = await shop();
  const { json } = await ask("openapi");
  expect(json).toMatchObject({
    openapi: "3.1.0",
    info: { version: "1.2.3" },
    servers: [{ url: BASE_URL }],
  });
  const { text, headers } = await ask("docs");
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(text).toContain(BASE_URL);
});
