import { expect, it } from "vitest";
import { apiOf } from "../support/serve-lab.ts";
import { startAnswering } from "../support/services.ts";
import { until } from "../support/supervised.ts";
import { upProject, WATCHING_MS } from "../support/up-lab.ts";

function declared(content: string): string {
  return `import { FileResource, HostResource } from "clockwork/resources";
import { HeartbeatAssert } from "clockwork/assertions";
new FileResource({ name: "motd", path: "motd.txt", content: "${content}\\n", reconcile: true });
new HostResource({ name: "backup", assertions: [new HeartbeatAssert({ within: "1h" })] });
`;
}

it(
  "clockwork up --listen answers over HTTP how everything is, and does what it is asked to",
  async () => {
    await using project = upProject(declared("one"));
    project.write("clockwork.yaml", "name: shop\n");
    const up = project.up("--listen", "127.0.0.1:0", "--base-path", "/monitor");
    const api = await apiOf(up);
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/monitor$/u);
    await up.until(/\/motd unknown -> healthy/u);
    await until(async () => (await api.get("/api/ready")).status === 200, "it is ready");
    expect((await api.get("/api/status")).body).toMatchObject({
      isWatching: true,
      projects: 1,
      resources: 2,
    });
    const motd = "/api/projects/shop/resources/motd";
    expect((await api.get(motd)).body).toMatchObject({ health: "healthy", kind: "file" });
    expect((await api.post(`${motd}/check`)).body).toMatchObject({ health: "healthy" });
    expect(await api.post(`${motd}/holds/pause`, { forSeconds: 60 })).toMatchObject({
      status: 201,
    });
    expect((await project.resource("motd")).holds).toMatchObject([{ kind: "pause" }]);
    expect(await api.del(`${motd}/holds/pause`)).toMatchObject({ status: 200 });
    expect((await project.resource("motd")).holds).toEqual([]);
    expect((await api.get("/api/projects/shop/checks")).body).toMatchObject({
      resources: [{ resource: "backup", checks: [{ name: "HeartbeatAssert" }] }, {}],
    });
    expect((await api.get("/api/metrics")).text).toContain("clockwork_");
    expect(await api.get("/api/projects/other")).toMatchObject({ status: 404 });
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up plans, applies and rolls back over HTTP, as who asks, and only the plan that was seen",
  async () => {
    await using project = upProject(declared("one"));
    project.write("clockwork.yaml", "name: shop\n");
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/\/motd unknown -> healthy/u);
    project.write("main.ts", declared("two"));
    await up.until(/ pending changes: .*motd: update: content/u);
    const seen = (await api.get("/api/projects/shop/plan")).body as { hash: string };
    expect(seen).toMatchObject({ changes: [{ resource: "motd", action: "update" }, {}] });
    project.write("main.ts", declared("three"));
    const stale = await api.post("/api/projects/shop/apply", { hash: seen.hash });
    expect(stale).toMatchObject({ status: 409, body: { code: "plan-stale" } });
    expect(project.read("motd.txt")).toBe("one\n");

    const { hash } = (await api.get("/api/projects/shop/plan")).body as { hash: string };
    const applied = await api.post("/api/projects/shop/apply", { hash });
    expect(applied).toMatchObject({ status: 200, body: { status: "deployed", version: 2 } });
    expect(project.read("motd.txt")).toBe("three\n");
    expect((await api.post("/api/projects/shop/apply")).body).toMatchObject({
      status: "unchanged",
    });
    const back = await api.post("/api/projects/shop/rollback", { version: 1 });
    expect(back).toMatchObject({ status: 200, body: { status: "deployed", version: 3 } });
    expect(project.read("motd.txt")).toBe("one\n");
    expect(await api.post("/api/projects/shop/rollback", { version: 9 })).toMatchObject({
      status: 404,
    });
    const { versions } = (await api.get("/api/projects/shop/versions")).body as {
      versions: readonly { readonly by: string }[];
    };
    const { entries } = (await api.get("/api/projects/shop/audit")).body as {
      entries: readonly { readonly who: string; readonly what: string }[];
    };
    expect(versions.map(({ by }) => by)).toEqual([
      entries[0]?.who,
      entries[0]?.who,
      whoami(versions),
    ]);
    expect(entries.map(({ what }) => what.split(" ")[0])).toEqual([
      "rollback",
      "rollback",
      "apply",
      "apply",
      "apply",
    ]);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

// Whoever started clockwork up made the first one.
function whoami(versions: readonly { readonly by: string }[]): string {
  const by = versions.at(-1)?.by ?? "";
  expect(by).toContain("@");
  return by;
}

it(
  "clockwork up takes heartbeats of jobs over HTTP, and looks at them at once",
  async () => {
    await using project = upProject(declared("one"));
    project.write("clockwork.yaml", "name: shop\n");
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/\/motd unknown -> healthy/u);
    const backup = "/api/projects/shop/resources/backup";
    expect(await api.post(`${backup}/heartbeat`, { comment: "4 GB" })).toMatchObject({
      status: 202,
      body: { resource: "backup", isOk: true },
    });
    await project.untilResource("backup", ({ state }) => state.health === "healthy", "healthy");
    await api.post(`${backup}/heartbeat`, { isOk: false, comment: "no space" });
    await up.until(/\/backup .*no space/u);
    expect(await api.post("/api/projects/shop/resources/motd/heartbeat")).toMatchObject({
      status: 409,
    });
    expect(await up.stop()).toBe(0);
    // Nobody has to remember it.
    const second = project.up("--listen", "127.0.0.1:0");
    await second.until(/\/backup .*no space/u);
    expect(await second.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up probes what its settings allow, and nothing else, as they say at the last SIGHUP",
  async () => {
    await using service = await startAnswering(200);
    await using project = upProject(declared("one"));
    const settings = (targets: readonly string[]): string =>
      `name: shop\nserver:\n  probe: { targets: ${JSON.stringify(targets)} }\n`;
    project.write("clockwork.yaml", settings([]));
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/\/motd unknown -> healthy/u);
    const probe = `/probe?module=http_2xx&target=${encodeURIComponent(service.url)}`;
    expect(await api.get(probe)).toMatchObject({ status: 403 });
    expect(service.requests()).toBe(0);
    project.write("clockwork.yaml", settings([service.url]));
    up.signal("SIGHUP");
    await until(async () => (await api.get(probe)).status === 200, "it may be probed");
    expect((await api.get(probe)).text).toContain("\nprobe_success 1\n");
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);
