import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { assertKind, HANGING, NO_ANSWER, shown, type Place } from "../../support/assert-kind.ts";
import { runContainer, type Container } from "../../support/containers.ts";
import { dockerEngine } from "../../support/docker.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { hasPart } from "../../support/parts.ts";
import { rawServer, type RawServer } from "../../support/raw-server.ts";

const PRINTING = "echo listening on port 80; echo no space left >&2; exec sleep 1000";
const NO_ENGINE = { env: { DOCKER_HOST: "unix:///nonexistent" } };

/** What an engine that is not there is an error of, whatever is asked. */
const ENGINE_MISSING =
  "no docker engine answers: tried /nonexistent (not there); start the engine, or set DOCKER_HOST to its address";

describe.skipIf(!hasPart("docker"))("with a Docker Engine,", () => {
  let leftovers: Leftovers;
  let env: Record<string, string>;
  let silent: RawServer;
  let web: Container;
  let ended: Container;
  let paused: Container;
  let well: Container;
  let ill: Container;
  let stuck: Container;

  beforeAll(async () => {
    const engine = await dockerEngine();
    env = { DOCKER_HOST: engine.host };
    silent = await rawServer();
    const command = ["sh", "-c", PRINTING];
    [web, ended, paused, well, ill, stuck] = await Promise.all([
      runContainer({ image: "busybox", command }),
      runContainer({ image: "busybox", command: ["sh", "-c", "echo out of memory; exit 7"] }),
      runContainer({ image: "busybox", command, healthcheck: { command: "true" } }),
      runContainer({ image: "busybox", healthcheck: { command: "true" } }),
      runContainer({ image: "busybox", healthcheck: { command: "echo queue full; exit 1" } }),
      runContainer({ image: "busybox", healthcheck: { command: "sleep 1000", timeoutMs: 200 } }),
    ]);
    const healthOf = async (each: Container): Promise<string | undefined> =>
      (await each.inspect()).State.Health?.Status;
    await vi.waitFor(
      async () => {
        expect((await ended.inspect()).State.Status).toBe("exited");
        expect(await Promise.all([paused, well, ill, stuck].map(healthOf))).toEqual([
          "healthy",
          "healthy",
          "unhealthy",
          "unhealthy",
        ]);
        expect(
          (await shown("log-contains", { pattern: /no space/, ...named(web) }, { env }))[0],
        ).toBe("pass");
        expect(
          (await shown("log-contains", { pattern: /no space/, ...named(paused) }, { env }))[0],
        ).toBe("pass");
      },
      { timeout: 30_000, interval: 50 },
    );
    await engine.request("POST", `/containers/${paused.id}/pause`);
    leftovers = watchLeftovers();
  });
  afterAll(async () => {
    await leftovers.expectNone();
    await silent.allClosed();
    await silent[Symbol.asyncDispose]();
    await Promise.all([web, ended, paused, well, ill, stuck].map((each) => each.remove()));
  });

  function named({ name }: Container): { container: string } {
    return { container: name };
  }

  /** The engine itself accepts, and never speaks. */
  function hangingEngine(): Place {
    return { env: { DOCKER_HOST: `tcp://127.0.0.1:${String(silent.port)}` }, ...HANGING };
  }

  describe.concurrent("ContainerRunningAssert", () => {
    const kind = "container-running";
    it("passes for a container that runs, by default that of its resource", async ({ expect }) => {
      expect(await shown(kind, named(web), { env })).toEqual(["pass", "running", "running"]);
      const target = { container: { engine: "docker", name: web.name } } as const;
      expect(await shown(kind, {}, { env, target })).toEqual(["pass", "running", "running"]);
    });
    it("fails for one that ended, with its last words, and for one that is not there", async ({
      expect,
    }) => {
      expect(await assertKind(kind, named(ended), { env })).toMatchObject({
        verdict: "fail",
        expected: "running",
        actual: "exited with 7",
        details: "out of memory",
      });
      const none = await shown(kind, { container: "cw-no-such-container" }, { env });
      expect(none).toEqual(["fail", "running", "no such container"]);
    });
    it("errs when no engine answers", async ({ expect }) => {
      const seen = await shown(kind, named(web), NO_ENGINE);
      expect(seen).toEqual(["error", null, ENGINE_MISSING]);
    });
    it("errs when the engine hangs, and fails when the container is paused", async ({ expect }) => {
      const seen = await shown(kind, named(web), hangingEngine());
      expect(seen).toEqual(["error", null, NO_ANSWER]);
      expect(await shown(kind, named(paused), { env })).toEqual(["fail", "running", "paused"]);
    });
  });

  describe.concurrent("ContainerHealthyAssert", () => {
    const kind = "container-healthy";
    it("passes when its image's health check does", async ({ expect }) => {
      expect(await shown(kind, named(well), { env })).toEqual(["pass", "healthy", "healthy"]);
    });
    it("fails when that fails or there is none, or the container is not there", async ({
      expect,
    }) => {
      const outcome = await assertKind(kind, named(ill), { env });
      expect(outcome).toMatchObject({ verdict: "fail", expected: "healthy", actual: "unhealthy" });
      expect(outcome.details).toContain("queue full");
      const none = ["fail", "healthy", "its image has no health check"];
      expect(await shown(kind, named(web), { env })).toEqual(none);
      const gone = await shown(kind, named(ended), { env });
      expect(gone).toEqual(["fail", "healthy", "exited with 7"]);
    });
    it("errs when no engine answers", async ({ expect }) => {
      const seen = await shown(kind, named(well), NO_ENGINE);
      expect(seen).toEqual(["error", null, ENGINE_MISSING]);
    });
    it("errs when the engine hangs, fails when the container or its health check does", async ({
      expect,
    }) => {
      const seen = await shown(kind, named(well), hangingEngine());
      expect(seen).toEqual(["error", null, NO_ANSWER]);
      expect(await shown(kind, named(stuck), { env })).toEqual(["fail", "healthy", "unhealthy"]);
      expect(await shown(kind, named(paused), { env })).toEqual(["fail", "healthy", "paused"]);
    });
  });

  describe.concurrent("LogContainsAssert", () => {
    const kind = "log-contains";
    it("passes for a line of either output, and for one that is rightly absent", async ({
      expect,
    }) => {
      const out = await shown(kind, { pattern: /^listening/, ...named(web) }, { env });
      expect(out).toEqual(["pass", "a line matching /^listening/", '"listening on port 80"']);
      const err = await shown(kind, { pattern: "no space", ...named(web) }, { env });
      expect(err[0]).toBe("pass");
      const options = { pattern: /panic/, absent: true, ...named(web) };
      const absent = await shown(kind, options, { env });
      expect(absent).toEqual(["pass", "no line matching /panic/", "none in 2 lines"]);
    });
    it("fails when no line matches, or one that must not", async ({ expect }) => {
      const none = await shown(kind, { pattern: /panic/, ...named(web) }, { env });
      expect(none).toEqual(["fail", "a line matching /panic/", "none in 2 lines"]);
      const options = { pattern: /no space/, absent: true, ...named(web) };
      const present = await shown(kind, options, { env });
      expect(present).toEqual(["fail", "no line matching /no space/", '"no space left"']);
      const gone = await shown(kind, { pattern: /x/, container: "cw-no-such-container" }, { env });
      expect(gone).toEqual(["fail", "a line matching /x/", "no such container"]);
    });
    it("errs when no engine answers", async ({ expect }) => {
      const seen = await shown(kind, { pattern: /x/, ...named(web) }, NO_ENGINE);
      expect(seen).toEqual(["error", null, ENGINE_MISSING]);
    });
    it("errs when the engine hangs; that of a paused container can be read", async ({ expect }) => {
      const seen = await shown(kind, { pattern: /x/, ...named(web) }, hangingEngine());
      expect(seen).toEqual(["error", null, NO_ANSWER]);
      const options = { pattern: /no space/, ...named(paused) };
      expect((await shown(kind, options, { env }))[0]).toBe("pass");
    });
  });
});
