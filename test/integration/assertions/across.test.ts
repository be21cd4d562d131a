import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadProject } from "../../../src/app/project/load-project.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { assertKind, HANGING, NO_ANSWER, shown, type Place } from "../../support/assert-kind.ts";
import { runContainer, type Container } from "../../support/containers.ts";
import { dockerEngine, type DockerEngine } from "../../support/docker.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { startNginx, type Nginx } from "../../support/nginx.ts";
import { hasPart } from "../../support/parts.ts";
import { rawServer } from "../../support/raw-server.ts";
import { closedPort } from "../../support/services.ts";

const NO_ENGINE = { env: { DOCKER_HOST: "unix:///nonexistent" } };

/** A function takes as long to start as a program does. */
const FUNCTION_HANGING = { timeoutSeconds: 3 };

const MAIN = `
import { CodeAssert, CrossResourceAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";

const here = new HostResource({ name: "here" });
const there = new HostResource({ name: "there" });
const code = (fn) => new CodeAssert(fn, { resource: here });
const across = (name, assertion) => new CrossResourceAssert({ source: here, target: there, name, assertion });

code(async function passes(resource) {
  const { stdout } = await resource.run(["echo", "12 orders"]);
  return [true, stdout.trim()];
});
code(function fails() {
  return { passed: false, message: "2 orders without items", orders: 312 };
});
code(function throws() {
  throw new TypeError("no such order");
});
code(function exits() {
  process.exit(7);
});
code(async function runsNothing(resource) {
  await resource.run(["cw-no-such-program"]);
  return true;
});
code(async function isClean(resource) {
  const { stdout } = await resource.run(["ls", "/tmp"]);
  return !stdout.includes("canary");
});
code(function sleeps(resource) {
  return resource.run(["sleep", "1000"]);
});

const canary = async (source, target, reads) => {
  const path = "/tmp/canary-" + process.pid;
  await source.run(["sh", "-c", 'echo alive > "$0"', path]);
  try {
    const { stdout } = await target.run(["cat", reads(path)]);
    return [stdout === "alive\\n", stdout === "" ? "nothing arrived" : stdout.trim()];
  } finally {
    await source.run(["rm", path]);
  }
};
across("arrives", (source, target) => canary(source, target, (path) => path));
across("is lost", (source, target) => canary(source, target, (path) => path + "-elsewhere"));
across("waits", () => new Promise((resolve) => setTimeout(resolve, 1_000_000)));
`;

let leftovers: Leftovers;
let folder: TestFolder;
let declared: ReadonlyMap<string, JsonObject>;

beforeAll(async () => {
  leftovers = watchLeftovers();
  folder = testFolder();
  const { resources, problems } = await loadProject(folder.write("main.ts", MAIN));
  expect(problems).toEqual([]);
  const assertions = resources.flatMap((resource) => resource.assertions);
  const text = (name: unknown): string => (typeof name === "string" ? name : "");
  declared = new Map(assertions.map(({ parameters }) => [text(parameters["name"]), parameters]));
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await leftovers.expectNone();
});

/** The options of an assertion that the project declares, as they are in its plan. */
function named(name: string): JsonObject {
  return declared.get(name) ?? {};
}
function here(place: Place = {}): Place {
  return { root: folder.path, ...place };
}

describe.concurrent("CodeAssert", () => {
  const kind = "code";
  it("passes, and says what its function does", async ({ expect }) => {
    const seen = await shown(kind, named("passes"), here());
    expect(seen).toEqual(["pass", expect.any(String), "12 orders"]);
  });
  it("fails when its function says so, or throws", async ({ expect }) => {
    const outcome = await assertKind(kind, named("fails"), here());
    expect(outcome).toMatchObject({ verdict: "fail", actual: "2 orders without items" });
    expect(outcome.metrics).toEqual({ orders: 312 });
    const thrown = await assertKind(kind, named("throws"), here());
    expect(thrown).toMatchObject({ verdict: "fail", actual: "TypeError: no such order" });
    expect(thrown.details).toContain("main.ts:");
  });
  it("errs when its process ends, what it runs is not there, or it is declared no more", async ({
    expect,
  }) => {
    const exited = await shown(kind, named("exits"), here());
    expect(exited).toEqual(["error", expect.any(String), "ended its process with exit code 7"]);
    const nothing: unknown = expect.stringContaining("cannot run cw-no-such-program");
    expect(await shown(kind, named("runsNothing"), here())).toEqual(["error", null, nothing]);
    const fn = { module: "main.ts", position: 0, of: 1, hash: "0".repeat(64) };
    const changed: unknown = expect.stringContaining("clockwork compile");
    expect(await shown(kind, { fn }, here())).toEqual(["error", null, changed]);
  });
  it("fails when its function hangs, and ends it with what it runs", async ({ expect }) => {
    const [verdict, , actual] = await shown(kind, named("sleeps"), here(FUNCTION_HANGING));
    expect([verdict, actual]).toEqual(["fail", "no answer within 3 s"]);
  });
});

describe.skipIf(!hasPart("docker"))("with a Docker Engine,", () => {
  let engine: DockerEngine;
  let env: Record<string, string>;
  let shop: Container;
  let redis: Container;
  let web: Container;
  let paused: Container;

  beforeAll(async () => {
    engine = await dockerEngine();
    env = { DOCKER_HOST: engine.host };
    [shop, redis, web, paused] = await Promise.all([
      runContainer({ image: "busybox" }),
      runContainer({ image: "redis" }),
      runContainer({ image: "nginx" }),
      runContainer({ image: "nginx" }),
    ]);
    await engine.request("POST", `/containers/${paused.id}/pause`);
  });
  afterAll(async () => {
    await Promise.all([shop, redis, web, paused].map((each) => each.remove()));
  });

  function related(from: Container, to: Container): Required<Pick<Place, "related">> {
    const parts = ({ name }: Container): object => ({ container: { engine: "docker", name } });
    return { related: { here: parts(from), there: parts(to) } };
  }
  /** Tries to reach a container from the one of the shop. On the engine's own network, nobody has a name. */
  async function reach(
    to: Container,
    options: object,
    place: Place = {},
  ): Promise<readonly unknown[]> {
    const host = (await to.inspect()).NetworkSettings.IPAddress;
    const all = { fromService: "here", toService: "there", host, port: 80, ...options };
    return await shown("service-connectivity", all, { env, ...related(shop, to), ...place });
  }

  describe.concurrent("ServiceConnectivityAssert", () => {
    it("passes from inside a container, over TCP and HTTP", async ({ expect }) => {
      await expect
        .poll(() => reach(redis, { port: 6379 }), { timeout: 10_000 })
        .toEqual(["pass", "reachable", expect.stringMatching(/^reached 1[\d.]+:6379$/u)]);
      await expect
        .poll(() => reach(web, { protocol: "http" }), { timeout: 10_000 })
        .toEqual(["pass", "reachable", expect.stringMatching(/^reached 1[\d.]+:80$/u)]);
    });
    it("fails where nobody listens", async ({ expect }) => {
      const refused: unknown = expect.stringMatching(/^1[\d.]+:81: .*refused/iu);
      expect(await reach(web, { port: 81 })).toEqual(["fail", "reachable", refused]);
    });
    it("errs without an engine, when it hangs, and when the source is not there", async ({
      expect,
    }) => {
      const missing: unknown = expect.stringMatching(/^no docker engine answers/u);
      expect(await reach(web, {}, NO_ENGINE)).toEqual(["error", null, missing]);
      const gone = {
        here: { container: { engine: "docker", name: "cw-no-such-container" } },
      } as const;
      const absent: unknown = expect.stringContaining("cw-no-such-container");
      const place = { related: { ...related(shop, web).related, ...gone } };
      expect(await reach(web, {}, place)).toEqual(["error", null, absent]);
      await using silent = await rawServer();
      const hanging = { DOCKER_HOST: `tcp://127.0.0.1:${String(silent.port)}` };
      const seen = await reach(web, {}, { env: hanging, ...HANGING });
      await silent.allClosed();
      expect(seen).toEqual(["error", null, NO_ANSWER]);
    });
    it("fails when the target takes the connection and never speaks", async ({ expect }) => {
      const place = { timeoutSeconds: 3 };
      const seen = await reach(paused, { protocol: "http" }, place);
      const silent: unknown = expect.stringMatching(/^1[\d.]+:80: no answer within/u);
      expect(seen).toEqual(["fail", "reachable", silent]);
      // Its kernel still takes connections for it.
      expect((await reach(paused, {}, place))[0]).toBe("pass");
    });
  });

  describe.concurrent("CrossResourceAssert", () => {
    const kind = "cross-resource";
    it("passes when what is written in the source is read in the target", async ({ expect }) => {
      const place = here({ env, ...related(shop, shop) });
      const seen = await shown(kind, named("arrives"), place);
      expect(seen).toEqual(["pass", expect.any(String), "alive"]);
    });
    it("fails when it is not, and cleans up", async ({ expect }) => {
      const seen = await shown(kind, named("is lost"), here({ env, ...related(web, redis) }));
      expect(seen).toEqual(["fail", expect.any(String), "nothing arrived"]);
      const target = { container: { engine: "docker", name: web.name } } as const;
      const left = await shown("code", named("isClean"), here({ env, target }));
      expect(left[0]).toBe("pass");
    });
    it("errs without an engine", async ({ expect }) => {
      const place = here({ ...NO_ENGINE, ...related(shop, redis) });
      const missing: unknown = expect.stringContaining("no docker engine answers");
      expect(await shown(kind, named("arrives"), place)).toEqual(["error", null, missing]);
    });
    it("fails when its function hangs", async ({ expect }) => {
      const place = here({ env, ...related(shop, redis), ...FUNCTION_HANGING });
      const [verdict, , actual] = await shown(kind, named("waits"), place);
      expect([verdict, actual]).toEqual(["fail", "no answer within 3 s"]);
    });
  });
});

describe.skipIf(!hasPart("nginx"))("ServiceConnectivityAssert from this machine", () => {
  const options = { fromService: "here", toService: "there" };
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await startNginx();
  });
  afterAll(async () => {
    await nginx[Symbol.asyncDispose]();
  });

  function to(url: string): Pick<Place, "related"> {
    return { related: { here: {}, there: { url } } };
  }

  it.concurrent.for(["tcp", "http"])(
    "passes and fails over %s, and gives up",
    async (protocol, { expect }) => {
      const asked = { ...options, protocol };
      const passed = await shown("service-connectivity", asked, to(nginx.url));
      expect(passed).toEqual(["pass", "reachable", `reached 127.0.0.1:${String(nginx.port)}`]);
      const port = String(await closedPort());
      const refused: unknown = expect.stringContaining(`127.0.0.1:${port}: connection refused`);
      const failed = await shown("service-connectivity", asked, to(`http://127.0.0.1:${port}/`));
      expect(failed).toEqual(["fail", "reachable", refused]);
      if (protocol === "tcp") return;
      await using silent = await rawServer();
      const place = { ...to(silent.origin), ...HANGING };
      const waited = await shown("service-connectivity", asked, place);
      const nothing = `127.0.0.1:${String(silent.port)}: no answer within 0.36 s`;
      expect(waited).toEqual(["fail", "reachable", nothing]);
      await silent.allClosed();
    },
  );
});
