import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { containers } from "../../src/adapters/docker/containers.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { systemCommands } from "../../src/adapters/system/commands.ts";
import { ObservationError } from "../../src/model/errors.ts";
import type { ContainerReference, Containers } from "../../src/ports/containers.ts";
import { runContainer, type Container } from "../support/containers.ts";
import { dockerEngine, type DockerEngine } from "../support/docker.ts";
import { hasPart } from "../support/parts.ts";

const WITHIN = { timeout: 10_000, interval: 20 };
const isRoot = process.platform === "linux" && process.geteuid?.() === 0;

function opened(host: string): Containers {
  const commands = systemCommands({ cwd: "/" });
  return containers({ clock: systemClock, env: { DOCKER_HOST: host }, commands });
}

function named({ name }: Container): ContainerReference {
  return { engine: "docker", name };
}

function soon(): AbortSignal {
  return AbortSignal.timeout(15_000);
}

function isAlive(mark: string, pid: number): boolean {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, "utf8").includes(mark);
  } catch {
    return false;
  }
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

  it("find() tells of a running container", async () => {
    await using web = await runContainer({ image: "busybox", env: { GREETING: "a=b", EMPTY: "" } });
    const state = await looking.find(named(web), soon());
    expect(state).toMatchObject({
      id: web.id,
      name: web.name,
      status: "running",
      health: "none",
      healthOutput: null,
      exitCode: null,
      isOutOfMemory: false,
      error: null,
      environment: { GREETING: "a=b", EMPTY: "" },
      pid: (await web.inspect()).State.Pid,
      addresses: [(await web.inspect()).NetworkSettings.IPAddress],
    });
    expect(state?.image).toMatch(/^clockwork-test\/busybox:/u);
    expect(await looking.find({ engine: "docker", name: web.id }, soon())).toEqual(state);
    expect(await looking.find({ engine: "docker", name: web.id.slice(0, 12) }, soon())).toEqual(
      state,
    );
  });

  it("find() tells of a container that has ended, is paused, or is gone", async () => {
    await using web = await runContainer({ image: "busybox", command: ["sh", "-c", "exit 7"] });
    await vi.waitFor(async () => {
      const state = await looking.find(named(web), soon());
      expect(state).toMatchObject({ status: "exited", exitCode: 7, pid: null, addresses: [] });
    }, WITHIN);
    await using other = await runContainer({ image: "busybox" });
    await engine.request("POST", `/containers/${other.id}/pause`);
    expect(await looking.find(named(other), soon())).toMatchObject({
      status: "paused",
      exitCode: null,
    });
    await engine.request("POST", `/containers/${other.id}/unpause`);
    await other.remove();
    expect(await looking.find(named(other), soon())).toBeNull();
  });

  it("find() takes no container for another one whose id begins with its name", async () => {
    await using web = await runContainer({ image: "busybox" });
    const name = web.id.slice(0, 6);
    expect(await engine.request("GET", `/containers/${name}/json`)).toMatchObject({ Id: web.id });
    expect(await looking.find({ engine: "docker", name }, soon())).toBeNull();
  });

  it("find() tells what the image's own health check says", async () => {
    await using web = await runContainer({
      image: "busybox",
      healthcheck: { command: "echo out of order; exit 1" },
    });
    await vi.waitFor(async () => {
      expect(await looking.find(named(web), soon())).toMatchObject({
        status: "running",
        health: "unhealthy",
        healthOutput: "out of order\n",
      });
    }, WITHIN);
  });

  it("logs() reads the last lines of both outputs in their order", async () => {
    const command = [
      "sh",
      "-c",
      "for i in 1 2 3 4; do echo out $i; echo err $i >&2; done; exec sleep 99",
    ];
    await using web = await runContainer({ image: "busybox", command });
    const read = async (lines: number): Promise<readonly string[] | null> =>
      (await looking.logs(named(web), { lines, signal: soon() }))?.lines ?? null;
    await vi.waitFor(async () => {
      expect(await read(100)).toHaveLength(8);
    }, WITHIN);
    const all = (await read(100)) ?? [];
    expect(all.filter((line) => line.startsWith("out"))).toEqual([
      "out 1",
      "out 2",
      "out 3",
      "out 4",
    ]);
    expect(all.filter((line) => line.startsWith("err"))).toEqual([
      "err 1",
      "err 2",
      "err 3",
      "err 4",
    ]);
    expect(await read(3)).toEqual(all.slice(-3));
    await web.remove();
    expect(await read(3)).toBeNull();
  });

  it("usage() measures memory and processors, with the container's own limit", async () => {
    const command = ["sh", "-c", "while :; do :; done"];
    await using busy = await runContainer({ image: "busybox", command });
    await using ended = await runContainer({ image: "busybox", command: ["true"] });
    await engine.request("POST", `/containers/${busy.id}/update`, {
      Memory: 64 * 2 ** 20,
      MemorySwap: 64 * 2 ** 20,
    });
    const usage = await looking.usage(named(busy), soon());
    expect(usage?.memoryLimitBytes).toBe(64 * 2 ** 20);
    expect(usage?.memoryBytes).toBeGreaterThan(10_000);
    expect(usage?.memoryBytes).toBeLessThan(64 * 2 ** 20);
    expect(usage?.cpuPercent).toBeGreaterThan(5);
    await vi.waitFor(async () => {
      expect(await looking.usage(named(ended), soon())).toBeNull();
    }, WITHIN);
    expect(await looking.usage({ engine: "docker", name: "clockwork-nobody" }, soon())).toBeNull();
  });

  it("run() gives exit code and both outputs, each within its limit", async () => {
    await using web = await runContainer({ image: "busybox" });
    const run = (command: readonly string[], limitBytes = 1_000): ReturnType<Containers["run"]> =>
      looking.run(named(web), command, { signal: soon(), limitBytes });
    expect(await run(["sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
      ...{ exitCode: 3, exitSignal: null, stdout: "out\n", stderr: "err\n", isTruncated: false },
    });
    const much = await run(["sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x; exit 4"], 10);
    expect(much).toMatchObject({ exitCode: 4, stdout: "xxxxxxxxxx", isTruncated: true });
    expect(await run(["sh", "-c", "nothing-of-that-name"])).toMatchObject({ exitCode: 127 });
    const missing = `container ${web.name} cannot run "no-such-tool": executable file not found`;
    await expect(run(["no-such-tool", "--all"])).rejects.toThrow(missing);
    await expect(run(["/etc"])).rejects.toThrow(/cannot run "\/etc": permission denied/u);
    await expect(run(["no-such-tool"])).rejects.toBeInstanceOf(ObservationError);
    await web.stop();
    await expect(run(["true"])).rejects.toThrow(
      `nothing can be run in container ${web.name}: it is`,
    );
    await web.remove();
    await expect(run(["true"])).rejects.toThrow(`there is no container ${web.name}`);
  });

  it.skipIf(!isRoot)("run() kills what it gives up, with what that started", async () => {
    await using web = await runContainer({ image: "busybox" });
    const mark = String(100_000 + Math.floor(Math.random() * 100_000));
    const stop = new AbortController();
    const running = looking.run(named(web), ["sh", "-c", `sleep ${mark} & sleep ${mark}`], {
      signal: stop.signal,
      limitBytes: 1_000,
    });
    const inside = async (): Promise<number[]> => {
      const top = await engine.request("GET", `/containers/${web.id}/top`);
      const { Processes: processes } = top as { Processes: string[][] };
      return processes.map(([, pid = ""]) => Number(pid)).filter((pid) => isAlive(mark, pid));
    };
    await vi.waitFor(async () => {
      expect((await inside()).length).toBeGreaterThan(1);
    }, WITHIN);
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await vi.waitFor(async () => {
      expect(await inside()).toEqual([]);
    }, WITHIN);
  });
});
