import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { containers } from "../../src/adapters/docker/containers.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { systemCommands } from "../../src/adapters/system/commands.ts";
import { ObservationError } from "../../src/model/errors.ts";
import type { ContainerReference, Containers, Reach } from "../../src/ports/containers.ts";
import { runContainer, type Container } from "../support/containers.ts";
import { dockerEngine, type DockerEngine } from "../support/docker.ts";
import { hasPart } from "../support/parts.ts";
import { closedPort } from "../support/services.ts";

const execute = promisify(execFile);
const WITHIN = { timeout: 10_000, interval: 20 };
const SERVE = ["/bin/sh", "-c", "httpd -p 8080 -h /www; trap 'exit 0' TERM; sleep 86400 & wait"];
const isRoot = process.platform === "linux" && process.geteuid?.() === 0;

function opened(host: string, options: { readonly mayEnterNamespaces?: boolean } = {}): Containers {
  const commands = systemCommands({ cwd: "/" });
  return containers({ clock: systemClock, env: { DOCKER_HOST: host }, commands, ...options });
}

function named({ name }: Container): ContainerReference {
  return { engine: "docker", name };
}

function soon(): AbortSignal {
  return AbortSignal.timeout(15_000);
}

function to(options: Partial<Reach>): Reach {
  const signal = soon();
  return {
    ...{ host: "127.0.0.1", port: 8080, protocol: "tcp", path: "/", timeoutMs: 5_000, signal },
    ...options,
  };
}

/** The one tool that this machine surely has and that understands names and both protocols. */
async function giveBash(engine: DockerEngine, { id }: Container): Promise<void> {
  const { stdout: libraries } = await execute("ldd", ["/bin/bash"]);
  const files = [...libraries.matchAll(/\/\S+(?= \(0x)/gu)].map(([path]) => path.slice(1));
  const args = ["--create", "--dereference", "--directory", "/", "bin/bash", ...files];
  const tar = await execute("tar", args, { encoding: "buffer", maxBuffer: 100_000_000 });
  await engine.request("PUT", `/containers/${id}/archive?path=/`, tar.stdout);
}

describe.skipIf(!hasPart("docker"))("containers() with Docker", () => {
  let engine: DockerEngine;
  let looking: Containers;

  beforeAll(async () => {
    engine = await dockerEngine();
    looking = opened(engine.host);
  });
  afterAll(async () => {
    await looking[Symbol.asyncDispose]();
  });

  describe.each([
    ["with a probe of our own", isRoot],
    ["with the tools of the image", false],
  ])("reach() %s", (_, mayEnterNamespaces) => {
    it("goes by name and by address in a network of one's own", async () => {
      await using reaching = opened(engine.host, { mayEnterNamespaces });
      await using from = await runContainer({ image: "busybox" });
      if (!mayEnterNamespaces) await giveBash(engine, from);
      await using target = await runContainer({ image: "busybox", command: SERVE });
      const network = `clockwork-test-${randomUUID()}`;
      await engine.request("POST", "/networks/create", { Name: network });
      const join = (container: Container, aliases: string[]): Promise<unknown> =>
        engine.request("POST", `/networks/${network}/connect`, {
          Container: container.id,
          EndpointConfig: { Aliases: aliases },
        });
      try {
        await join(from, []);
        await join(target, ["shop"]);
        const address = (await looking.find(named(target), soon()))?.addresses[1] ?? "none";
        const tried = async (host: string): Promise<string | null> =>
          await reaching.reach(named(from), to({ host, protocol: "http" }));
        await vi.waitFor(async () => {
          expect(await tried(address)).toBeNull();
        }, WITHIN);
        expect(await tried(target.name)).toBeNull();
        expect(await tried("shop")).toBeNull();
        expect(await tried("nobody-of-that-name")).toMatch(/not resolve|not known|resolution/u);
        const overTcp = to({ host: "shop" });
        expect(await reaching.reach(named(from), overTcp)).toBeNull();
        const refused = to({ host: "shop", port: 8081 });
        expect(await reaching.reach(named(from), refused)).toMatch(/refused/iu);
      } finally {
        await Promise.all([from.remove(), target.remove()]);
        await engine.request("DELETE", `/networks/${network}`);
      }
    });

    it("finds a container by its name in the default network, too", async () => {
      await using reaching = opened(engine.host, { mayEnterNamespaces });
      await using from = await runContainer({ image: "busybox" });
      if (!mayEnterNamespaces) await giveBash(engine, from);
      await using target = await runContainer({ image: "busybox", command: SERVE });
      await vi.waitFor(async () => {
        const found = reaching.reach(named(from), to({ host: target.name, protocol: "http" }));
        expect(await found).toBeNull();
      }, WITHIN);
    });

    it("looks from the container, not from this machine", async () => {
      await using reaching = opened(engine.host, { mayEnterNamespaces });
      await using from = await runContainer({ image: "busybox", command: SERVE, ports: [8080] });
      if (!mayEnterNamespaces) await giveBash(engine, from);
      const here = await closedPort();
      await vi.waitFor(async () => {
        const found = reaching.reach(named(from), to({ protocol: "http", path: "/none?a b" }));
        expect(await found).toBeNull();
      }, WITHIN);
      const published = to({ port: from.hostPort(8080), protocol: "http" });
      expect(await reaching.reach(named(from), published)).toMatch(/refused/iu);
      expect(await reaching.reach(named(from), to({ port: here, protocol: "http" }))).toMatch(
        /refused/iu,
      );
    });

    it("tells what gives no answer, and from where nothing can be looked at", async () => {
      await using reaching = opened(engine.host, { mayEnterNamespaces });
      await using from = await runContainer({ image: "busybox" });
      if (!mayEnterNamespaces) await giveBash(engine, from);
      // Addresses of the container's own network that nobody has, and of one that nobody routes.
      const silent = to({ host: "172.17.255.254", protocol: "http", timeoutMs: 700 });
      expect(await reaching.reach(named(from), silent)).toMatch(/no answer|no route|timed out/iu);
      await from.stop();
      await expect(reaching.reach(named(from), to({}))).rejects.toThrow(/: it is exited/u);
      await from.remove();
      await expect(reaching.reach(named(from), to({}))).rejects.toThrow(/there is no container/u);
    });
  });

  it("reach() over TCP says what it needs where the image has no tool", async () => {
    await using reaching = opened(engine.host, { mayEnterNamespaces: false });
    await using from = await runContainer({ image: "busybox" });
    const command = ["rm", "/bin/nc", "/bin/bash"];
    await looking.run(named(from), command, { signal: soon(), limitBytes: 100 });
    await expect(reaching.reach(named(from), to({}))).rejects.toThrow(
      /run clockwork as root .* or have nc or bash in the image/u,
    );
  });

  it.skipIf(!isRoot)("reach() uses the image's tools where nsenter is not to be had", async () => {
    const commands = { run: () => Promise.reject(new ObservationError("no nsenter here")) };
    const env = { DOCKER_HOST: engine.host };
    await using reaching = containers({ clock: systemClock, env, commands });
    await using from = await runContainer({ image: "busybox", command: SERVE });
    await expect(reaching.reach(named(from), to({}))).rejects.toThrow(
      /no nsenter here, or have nc or bash in the image/u,
    );
    await giveBash(engine, from);
    await vi.waitFor(async () => {
      expect(await reaching.reach(named(from), to({}))).toBeNull();
    }, WITHIN);
  });

  it.skipIf(!isRoot)("reach() over TCP needs nothing in the image as root", async () => {
    await using from = await runContainer({ image: "redis" });
    await vi.waitFor(async () => {
      expect(await looking.reach(named(from), to({ port: 6379 }))).toBeNull();
    }, WITHIN);
    expect(await looking.reach(named(from), to({ port: 6380 }))).toBe(
      "127.0.0.1: connection refused (ECONNREFUSED)",
    );
  });
});
