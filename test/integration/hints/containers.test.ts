import { describe, expect, it, vi } from "vitest";
import { systemHints } from "../../../src/app/hints.ts";
import { openWorld } from "../../../src/app/world.ts";
import type { HintSource, HintTarget } from "../../../src/ports/hints.ts";
import { runContainer } from "../../support/containers.ts";
import { dockerEngine } from "../../support/docker.ts";
import { hasPart } from "../../support/parts.ts";
import { engineProxy, type EngineProxy } from "./engine-proxy.ts";
import { heard, wanted } from "./heard.ts";

const WITHIN = { timeout: 20_000, interval: 20 };

interface Lab extends AsyncDisposable {
  readonly proxy: EngineProxy;
  readonly source: HintSource;
}

async function lab(): Promise<Lab> {
  await using parts = new AsyncDisposableStack();
  const engine = await dockerEngine();
  const proxy = parts.use(await engineProxy(engine.socketPath));
  const env = { DOCKER_HOST: proxy.host };
  const world = parts.use(openWorld({ root: "/", env }));
  const source = parts.use(systemHints({ root: "/", env, world }));
  const own = parts.move();
  return { proxy, source, [Symbol.asyncDispose]: () => own.disposeAsync() };
}

function container(resource: string, name: string): HintTarget {
  return wanted(resource, { container: { engine: "docker", name } });
}

describe.skipIf(!hasPart("docker"))("systemHints() with Docker", () => {
  it("tells what happens to a container, and nothing of others", async () => {
    await using web = await runContainer({ image: "busybox" });
    await using other = await runContainer({ image: "busybox" });
    await using own = await lab();
    const { hints, onHint, next } = heard();
    await using watching = own.source.watch([container("web", web.name)], onHint);
    await own.proxy.streamed(1);
    await other.kill();
    await web.kill();
    expect(await next("web")).toEqual({ resource: "web", reason: "container exited with 137" });
    await web.start();
    expect(await next("web")).toMatchObject({ reason: "container was started" });
    const engine = await dockerEngine();
    await engine.request("POST", `/containers/${web.id}/pause`);
    expect(await next("web")).toMatchObject({ reason: "container was paused" });
    await engine.request("POST", `/containers/${web.id}/unpause`);
    expect(await next("web")).toMatchObject({ reason: "container goes on" });
    await engine.request("POST", `/containers/${web.id}/rename?name=${web.name}-old`);
    expect(await next("web")).toMatchObject({ reason: "container was renamed" });
    await engine.request("POST", `/containers/${web.id}/rename?name=${web.name}`);
    expect(await next("web")).toMatchObject({ reason: "container was renamed" });
    await web.stop();
    expect((await next("web")).reason).toMatch(/^container exited/u);
    await web.remove();
    expect(await next("web")).toMatchObject({ reason: "container was removed" });
    expect(new Set(hints.map(({ resource }) => resource))).toEqual(new Set(["web"]));
    expect(own.proxy.streams).toHaveLength(1);
    watching.update([]);
  });

  it("tells when the health of a container changes", async () => {
    const healthcheck = { command: "test ! -e /broken", intervalMs: 200 };
    await using web = await runContainer({ image: "busybox", healthcheck });
    await using own = await lab();
    const { onHint, next } = heard();
    own.source.watch([container("web", web.id)], onHint);
    await next("web", /is healthy/u);
    const engine = await dockerEngine();
    const exec = await engine.request("POST", `/containers/${web.id}/exec`, {
      Cmd: ["touch", "/broken"],
    });
    await engine.request("POST", `/exec/${(exec as { Id: string }).Id}/start`, { Detach: true });
    await next("web", /is unhealthy/u);
  });

  it("notices what happened while the engine could not be reached", async () => {
    await using restarted = await runContainer({ image: "busybox" });
    await using removed = await runContainer({ image: "busybox" });
    await using untouched = await runContainer({ image: "busybox" });
    await using own = await lab();
    const { hints, onHint, next } = heard();
    const targets = [
      container("restarted", restarted.name),
      container("removed", removed.id.slice(0, 12)),
      container("untouched", untouched.name),
    ];
    own.source.watch(targets, onHint);
    await own.proxy.streamed(1);
    await own.proxy.cut();
    await restarted.kill();
    await restarted.start();
    await removed.remove();
    await own.proxy.open();
    await next("removed", /was removed/u);
    await vi.waitFor(() => {
      const reasons = hints.flatMap((hint) => (hint.resource === "restarted" ? [hint.reason] : []));
      expect(reasons).toContain("container exited with 137");
      expect(reasons).toContain("container was started");
    }, WITHIN);
    await untouched.kill();
    await next("untouched");
    expect(hints.filter(({ resource }) => resource === "untouched")).toHaveLength(1);
  });

  it("hears of all containers over one connection, and of none once there is none", async () => {
    await using web = await runContainer({ image: "busybox" });
    await using own = await lab();
    const { onHint, next } = heard();
    const many = Array.from({ length: 50 }, (_, index) =>
      container(`none-${String(index)}`, `clockwork-test-none-${String(index)}`),
    );
    const watching = own.source.watch(many, onHint);
    await own.proxy.streamed(1);
    watching.update([...many, container("web", web.name), container("again", web.name)]);
    await web.kill();
    await next("web");
    await next("again");
    expect(own.proxy.streams).toHaveLength(1);
    watching.update([wanted("apple", { container: { engine: "apple", name: web.name } })]);
    await vi.waitFor(() => {
      expect(own.proxy.connections()).toBe(0);
    }, WITHIN);
    watching.update([container("web", web.name)]);
    await own.proxy.streamed(2);
    await web.start();
    await next("web");
    await watching[Symbol.asyncDispose]();
    await vi.waitFor(() => {
      expect(own.proxy.connections()).toBe(0);
    }, WITHIN);
  });
});
