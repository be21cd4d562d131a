import { expect, test } from "vitest";
import { byLabel, scrape, type Exposed } from "../../../test/support/exposition.ts";
import { meteredProject } from "../../../test/support/metrics-lab.ts";
import { officeClock } from "../../../test/support/served-lab.ts";
import { failing, look, policy, subject } from "../../../test/support/watch-lab.ts";
import type { Look } from "../../model/watch-state.ts";
import type { ServedProject } from "../../ports/served.ts";

const ofWeb = { project: "shop", resource: "web", kind: "docker" };

test("metrics tell how each resource is, in base units", async () => {
  const clock = officeClock();
  const project = await meteredProject(clock, {
    subjects: [
      subject({
        name: "web",
        look: () => Promise.resolve(look({ at: clock.now(), durationMs: 12.3 })),
      }),
    ],
    kinds: { web: "docker" },
  });
  await clock.advance(60_000);
  const exposed = await scrape([project], clock);
  expect(exposed.get("clockwork_check_success")?.samples).toEqual([
    { name: "clockwork_check_success", labels: ofWeb, value: 1 },
  ]);
  expect(byLabel(exposed, "clockwork_check_state", "state")).toEqual({
    unknown: 0,
    healthy: 1,
    degraded: 0,
    unhealthy: 0,
  });
  expect(byLabel(exposed, "clockwork_sync_state", "state")).toEqual({
    unknown: 0,
    in_sync: 1,
    drifted: 0,
    missing: 0,
  });
  expect(byLabel(exposed, "clockwork_check_results_total", "verdict")).toEqual({
    pass: 2,
    fail: 0,
    error: 0,
    skipped: 0,
  });
  expect(byLabel(exposed, "clockwork_check_last_duration_seconds", "resource")).toEqual({
    web: 0.0123,
  });
  const [run] = exposed.get("clockwork_check_last_run_timestamp_seconds")?.samples ?? [];
  const looked = project.monitor.entries.get("web")?.look?.at ?? 0;
  expect(run?.value).toBeCloseTo(looked / 1_000, 5);
});

test("metrics tell how long checks took, how late they began, and of what runs", async () => {
  const clock = officeClock();
  const project = await meteredProject(clock, {
    subjects: [subject({ name: "web", look: () => Promise.resolve(look({ at: clock.now() })) })],
    kinds: { web: "docker" },
  });
  await clock.advance(60_000);
  const exposed = await scrape([project], clock);
  const durations = exposed.get("clockwork_check_duration_seconds");
  expect(durations?.type).toBe("histogram");
  expect(durations?.samples.at(-1)).toEqual({
    name: "clockwork_check_duration_seconds_count",
    labels: { project: "shop", kind: "docker" },
    value: 2,
  });
  expect(exposed.get("clockwork_schedule_lateness_seconds")?.samples.at(-1)?.value).toBe(2);
  expect(byLabel(exposed, "clockwork_project_watched", "project")).toEqual({ shop: 1 });
  expect(byLabel(exposed, "clockwork_build_info", "version")).toEqual({ "1.2.3": 1 });
  expect(exposed.get("process_resident_memory_bytes")?.samples).toHaveLength(1);
  expect(exposed.has("nodejs_heap_size_used_bytes")).toBe(true);
});

test("what fails keeps all of its series, and what goes takes them along", async () => {
  const clock = officeClock();
  let seen: (changes: Partial<Look>) => Look = look;
  const web = subject({
    name: "web",
    policy: policy({ isReconciled: false }),
    look: () => Promise.resolve(seen({ at: clock.now() })),
  });
  const db = subject({ name: "db", look: () => Promise.resolve(look({ at: clock.now() })) });
  const claims = [{ name: "HTTPStatusAssert", claim: "it answers 200" }];
  const project = await meteredProject(clock, { subjects: [web, db], claims: { web: claims } });
  await clock.advance(60_000);
  const seriesOf = (exposed: Exposed): readonly string[] =>
    [...exposed.values()].flatMap(({ samples }) =>
      samples
        .filter(({ labels }) => labels["resource"] === "web")
        .map(({ name, labels }) => JSON.stringify([name, labels])),
    );
  const before = await scrape([project], clock);
  seen = failing;
  await clock.advance(60_000);
  const after = await scrape([project], clock);
  expect(seriesOf(after)).toEqual(seriesOf(before));
  expect(byLabel(after, "clockwork_check_success", "resource")).toEqual({ web: 0, db: 1 });
  expect(byLabel(after, "clockwork_assertion_success", "assertion")).toEqual({
    HTTPStatusAssert: 0,
  });
  expect(byLabel(after, "clockwork_incidents_open", "type")).toEqual({
    failure: 1,
    drift: 0,
    blind: 0,
  });
  const { web: failures } = byLabel(after, "clockwork_check_consecutive_failures", "resource");
  // Counted on beyond what it takes to be unhealthy.
  expect(failures).toBeGreaterThan(3);
  await project.monitor.replace([db]);
  expect(seriesOf(await scrape([project], clock))).toEqual([]);
});

test("what cannot be looked at says nothing of its assertions, and keeps what was last known of it", async () => {
  const clock = officeClock();
  let isBlind = false;
  const web = subject({
    name: "web",
    look: () =>
      isBlind ? Promise.reject(new Error("no socket")) : Promise.resolve(look({ at: clock.now() })),
  });
  const project = await meteredProject(clock, {
    subjects: [web],
    claims: { web: [{ name: "HTTPStatusAssert", claim: "it answers 200" }] },
  });
  expect((await scrape([project], clock)).has("clockwork_check_success")).toBe(false);
  await clock.advance(60_000);
  isBlind = true;
  await clock.advance(120_000);
  const exposed = await scrape([project], clock);
  expect(byLabel(exposed, "clockwork_check_success", "resource")).toEqual({ web: 1 });
  expect(byLabel(exposed, "clockwork_check_state", "state")["unknown"]).toBe(1);
  expect(byLabel(exposed, "clockwork_incidents_open", "type")["blind"]).toBe(1);
  expect(exposed.has("clockwork_assertion_success")).toBe(false);
});

test("assertions of one class are numbered, and each tells of itself", async () => {
  const clock = officeClock();
  const claim = (text: string): { readonly name: string; readonly claim: string } => ({
    name: "HTTPStatusAssert",
    claim: text,
  });
  const project = await meteredProject(clock, {
    subjects: [
      subject({ name: "web", look: () => Promise.resolve(failing({ at: clock.now() })) }),
      subject({ name: "db", look: () => Promise.resolve(look({ at: clock.now() })) }),
    ],
    claims: { web: [claim("it answers 204"), claim("it answers 200"), claim("it answers 200")] },
  });
  await clock.advance(30_000);
  expect(
    byLabel(await scrape([project], clock), "clockwork_assertion_success", "assertion"),
  ).toEqual({
    HTTPStatusAssert: 1,
    "HTTPStatusAssert 2": 0,
    "HTTPStatusAssert 3": 0,
  });
});

test("repairs and messages are counted, and giving up is told", async () => {
  const clock = officeClock();
  const project = await meteredProject(clock, {
    subjects: [
      subject({
        name: "web",
        look: () => Promise.resolve(failing({ at: clock.now() })),
        act: () => Promise.reject(new Error("no")),
      }),
    ],
    kinds: { web: "docker" },
    channels: [{ name: "log", deliver: () => Promise.resolve() }],
  });
  const first = await scrape([project], clock);
  expect(byLabel(first, "clockwork_notifications_total", "outcome")).toEqual({
    delivered: 0,
    failed: 0,
    dead: 0,
  });
  expect(byLabel(first, "clockwork_remediation_gave_up", "resource")).toEqual({ web: 0 });
  await clock.advance(600_000);
  const exposed = await scrape([project], clock);
  expect(exposed.get("clockwork_remediations_total")?.samples).toEqual(
    ["restart", "recreate"].map((action) => ({
      name: "clockwork_remediations_total",
      labels: { ...ofWeb, action, outcome: "failed" },
      value: expect.any(Number) as number,
    })),
  );
  expect(byLabel(exposed, "clockwork_remediation_gave_up", "resource")).toEqual({ web: 1 });
  expect(byLabel(exposed, "clockwork_notifications_total", "outcome")["delivered"]).toBe(2);
});

test("where nobody watches, what is stored is told", async () => {
  const clock = officeClock();
  const project = await meteredProject(clock, {
    subjects: [subject({ name: "web", look: () => Promise.resolve(look({ at: clock.now() })) })],
    kinds: { web: "docker" },
  });
  await clock.advance(60_000);
  const { name, folder, store, control } = project;
  const stored: ServedProject = {
    name,
    folder,
    store,
    watching: null,
    control: {
      ...control,
      status: async () => ({ ...(await control.status()), runningSince: null, pid: null }),
    },
  };
  const exposed = await scrape([stored], clock);
  expect(byLabel(exposed, "clockwork_project_watched", "project")).toEqual({ shop: 0 });
  expect(exposed.get("clockwork_check_success")?.samples).toEqual([
    { name: "clockwork_check_success", labels: ofWeb, value: 1 },
  ]);
  expect(byLabel(exposed, "clockwork_sync_state", "state")["in_sync"]).toBe(1);
  expect(exposed.has("clockwork_check_results_total")).toBe(false);
  expect(exposed.has("clockwork_schedule_lateness_seconds")).toBe(false);
});
