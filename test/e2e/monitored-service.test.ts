import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openProject } from "../../src/app/project/open-project.ts";
import { cli } from "../support/cli.ts";
import { runContainer, type Container } from "../support/containers.ts";
import { dockerEngine } from "../support/docker.ts";
import { hasPart } from "../support/parts.ts";
import { exchange } from "../support/wire.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/monitored-service");

/** What of `clockwork assert --format json` is looked at. */
interface Document {
  readonly resources: readonly { readonly name: string; readonly health: string }[];
  readonly results: readonly {
    readonly resource: string;
    readonly assertion: string;
    readonly verdict: string;
  }[];
}

const REDIS_ASSERTIONS = ["ContainerRunningAssert", "PortAccessibleAssert", "TCPExpectAssert"];
const NGINX_ASSERTIONS = [
  "ContainerRunningAssert",
  "PortAccessibleAssert",
  "HealthcheckAssert",
  "ResponseTimeAssert",
];

describe.skipIf(!hasPart("docker"))("the monitored service", { timeout: 60_000 }, () => {
  let redis: Container;
  let nginx: Container;
  let env: Record<string, string>;

  beforeAll(async () => {
    const { host } = await dockerEngine();
    [redis, nginx] = await Promise.all([
      runContainer({ image: "redis", ports: [6379] }),
      runContainer({ image: "nginx", ports: [80] }),
    ]);
    env = {
      DOCKER_HOST: host,
      REDIS_CONTAINER: redis.name,
      REDIS_PORT: String(redis.hostPort(6379)),
      NGINX_CONTAINER: nginx.name,
      NGINX_PORT: String(nginx.hostPort(80)),
    };
  });
  afterAll(async () => {
    await Promise.all([redis.remove(), nginx.remove()]);
  });
  beforeEach(upAgain);

  /** Starts both; one that runs is left as it is. What is in them takes a moment more. */
  async function upAgain(): Promise<void> {
    await Promise.all([redis.start(), nginx.start()]);
    const answers = async (): Promise<void> => {
      await exchange({ port: redis.hostPort(6379) }, "PING\r\n", /PONG/u);
      await exchange({ port: nginx.hostPort(80) }, "GET / HTTP/1.0\r\n\r\n", /hello/u);
    };
    await vi.waitFor(answers, { timeout: 15_000, interval: 50 });
  }

  /** By the command, what each assertion said, and how each resource is. */
  async function byCommand(): Promise<{
    readonly code: number | null;
    readonly health: Record<string, string>;
    readonly failed: readonly string[];
  }> {
    const { code, stdout } = await cli(["assert", "--format", "json"], {
      cwd: EXAMPLE,
      env,
    });
    const { resources, results } = JSON.parse(stdout) as Document;
    expect(results).toHaveLength(REDIS_ASSERTIONS.length + NGINX_ASSERTIONS.length);
    return {
      code,
      health: Object.fromEntries(resources.map(({ name, health }) => [name, health])),
      failed: results
        .filter(({ verdict }) => verdict !== "pass")
        .map(({ resource, assertion, verdict }) => `${resource} ${assertion} ${verdict}`),
    };
  }

  /** By the library, how each resource is, one asked for at a time. */
  async function byLibrary(): Promise<Record<string, string>> {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const project = await openProject(EXAMPLE);
    const health: Record<string, string> = {};
    for (const { name } of project.resources) {
      ({ health: health[name] } = await project.checkResourceHealth(name));
    }
    return health;
  }

  function failures(resource: string, assertions: readonly string[]): string[] {
    return assertions.map((assertion) => `${resource} ${assertion} fail`);
  }

  it("is healthy in both of its parts when both are up", async () => {
    const health = { redis: "healthy", nginx: "healthy" };
    expect(await byCommand()).toEqual({ code: 0, health, failed: [] });
    expect(await byLibrary()).toEqual(health);
  });
  it("is unhealthy in exactly redis when redis is stopped", async () => {
    await redis.stop();
    const health = { redis: "unhealthy", nginx: "healthy" };
    const failed = failures("redis", REDIS_ASSERTIONS);
    expect(await byCommand()).toEqual({ code: 1, health, failed });
    expect(await byLibrary()).toEqual(health);
    const alone = await cli(["assert", "nginx"], { cwd: EXAMPLE, env });
    expect(alone.code).toBe(0);
  });
  it("is unhealthy in exactly nginx when nginx is stopped", async () => {
    await nginx.stop();
    const health = { redis: "healthy", nginx: "unhealthy" };
    const failed = failures("nginx", NGINX_ASSERTIONS);
    expect(await byCommand()).toEqual({ code: 1, health, failed });
    expect(await byLibrary()).toEqual(health);
  });
  it("is unhealthy in both when both are stopped, and healthy in both when they are up again", async () => {
    await Promise.all([redis.stop(), nginx.stop()]);
    const unhealthy = { redis: "unhealthy", nginx: "unhealthy" };
    const failed = [...failures("redis", REDIS_ASSERTIONS), ...failures("nginx", NGINX_ASSERTIONS)];
    expect(await byCommand()).toEqual({ code: 1, health: unhealthy, failed });
    expect(await byLibrary()).toEqual(unhealthy);
    await upAgain();
    const healthy = { redis: "healthy", nginx: "healthy" };
    expect(await byCommand()).toEqual({ code: 0, health: healthy, failed: [] });
    expect(await byLibrary()).toEqual(healthy);
  });
});
