import { expect, it } from "vitest";
import { asking, officeClock, servedOf, servedProject } from "../../../test/support/served-lab.ts";
import { failing, look, policy, subject } from "../../../test/support/watch-lab.ts";
import type { Subject } from "../../engine/watch/subject.ts";
import type { Verdict } from "../../model/verdict.ts";
import type { SimulatedClock } from "../../testing/simulated-clock.ts";

const DAY_MS = 86_400_000;
const quiet = policy({ isReconciled: false, ladder: [] });

function well(clock: SimulatedClock, name: string): Subject {
  return subject({ name, policy: quiet, look: () => Promise.resolve(look({ at: clock.now() })) });
}

function broken(clock: SimulatedClock, name: string): Subject {
  return subject({
    name,
    policy: quiet,
    look: () => Promise.resolve(failing({ at: clock.now() })),
  });
}

async function lab(make: (clock: SimulatedClock) => readonly Subject[]) {
  const clock = officeClock();
  const project = await servedProject("shop", clock, { subjects: make(clock) });
  const ask = asking(servedOf([project], clock), clock);
  const record = (ago: number, verdicts: readonly Verdict[]): Promise<void> => {
    const results = verdicts.map((verdict, index) => ({
      resource: "web",
      at: clock.now() - ago + index,
      verdict,
      isDegraded: false,
      durationMs: 1,
    }));
    project.store.record({ results, states: [] });
    return project.store.flush();
  };
  return { clock, ask, project, record };
}

it("the badge of a resource tells its health", async () => {
  const { clock, ask } = await lab((time) => [well(time, "web"), broken(time, "db")]);
  const before = await ask("healthBadge", { params: { project: "shop", resource: "web" } });
  expect(before.text).toContain("<title>web: unknown</title>");
  await clock.advance(120_000);
  const web = await ask("healthBadge", { params: { project: "shop", resource: "web" } });
  expect(web.status).toBe(200);
  expect(web.text).toContain("<title>web: healthy</title>");
  expect(web.headers).toMatchObject({ "cache-control": "no-cache, max-age=0" });
  const db = await ask("healthBadge", { params: { project: "shop", resource: "db" } });
  expect(db.text).toContain("<title>db: unhealthy</title>");
});

it("the badge of a project tells what is worst, with and without who watches", async () => {
  const { clock, ask, project } = await lab((time) => [well(time, "web"), broken(time, "db")]);
  await clock.advance(120_000);
  const watched = await ask("projectHealthBadge", { params: { project: "shop" } });
  expect(watched.text).toContain("<title>shop: unhealthy</title>");
  const stored = { ...project, watching: null };
  const read = await asking(servedOf([stored], clock), clock)("projectHealthBadge", {
    params: { project: "shop" },
  });
  expect(read.text).toBe(watched.text);
});

it("a badge that is known already is not sent again", async () => {
  const { ask } = await lab((time) => [well(time, "web")]);
  const params = { project: "shop" };
  const first = await ask("projectHealthBadge", { params });
  const etag = first.headers["etag"] ?? "";
  expect(etag).toMatch(/^W\/"[\w-]{22}"$/u);
  for (const known of [etag, `"other", ${etag}`, "*"]) {
    const again = await ask("projectHealthBadge", { params, headers: { "if-none-match": known } });
    expect([again.status, again.text, again.headers["etag"]]).toEqual([304, "", etag]);
  }
  const other = await ask("projectHealthBadge", { params, headers: { "if-none-match": '"x"' } });
  expect(other.status).toBe(200);
});

it("the badge of uptime counts whole days and today, and no others", async () => {
  const { ask, record } = await lab((time) => [well(time, "web")]);
  const shown = async (days: string): Promise<string> => {
    const params = { project: "shop", resource: "web" };
    const { text } = await ask("uptimeBadge", { params, query: { days } });
    return /<title>(?<title>[^<]*)/u.exec(text)?.groups?.["title"] ?? "";
  };
  // It is midnight: today has just begun.
  await record(8 * DAY_MS - 100, ["fail"]);
  await record(3 * DAY_MS, ["pass", "pass", "error"]);
  expect(await shown("3")).toBe("web uptime 3d: 100%");
  expect(await shown("7")).toBe("web uptime 7d: 100%");
  expect(await shown("8")).toBe("web uptime 8d: 66.66%");
  await record(0, ["fail"]);
  expect(await shown("1")).toBe("web uptime 1d: 0%");
  expect(await shown("3")).toBe("web uptime 3d: 66.66%");
});

it("the badge of uptime says when nobody has looked", async () => {
  const { ask } = await lab((time) => [well(time, "web")]);
  const { status, text } = await ask("uptimeBadge", {
    params: { project: "shop", resource: "web" },
  });
  expect(status).toBe(200);
  expect(text).toContain("<title>web uptime 30d: no data</title>");
});

it.each(["healthBadge", "uptimeBadge"] as const)("%s of what is not there is 404", async (name) => {
  const { ask } = await lab((time) => [well(time, "web")]);
  const resource = await ask(name, { params: { project: "shop", resource: "wbe" } });
  expect(resource.status).toBe(404);
  expect(resource.json).toMatchObject({ code: "resource-unknown", hint: "Did you mean web?" });
  const project = await ask(name, { params: { project: "shp", resource: "web" } });
  expect(project.json).toMatchObject({ status: 404, code: "project-unknown" });
});
