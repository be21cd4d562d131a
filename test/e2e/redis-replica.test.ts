import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cli } from "../support/cli.ts";
import { runContainer, type Container } from "../support/containers.ts";
import { dockerEngine, type DockerEngine } from "../support/docker.ts";
import { hasPart } from "../support/parts.ts";
import { exchange } from "../support/wire.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/redis-replica");

const PORT = 6379;
const SERVER = ["redis-server", "--protected-mode", "no", "--save", ""];

/** What of `clockwork assert --format json` is looked at. */
interface Document {
  readonly results: readonly {
    readonly assertion: string;
    readonly verdict: string;
    readonly claim: string;
    readonly actual: string;
  }[];
}

describe.skipIf(!hasPart("docker"))("a Redis with its replica", { timeout: 60_000 }, () => {
  let engine: DockerEngine;
  let primary: Container;
  let replica: Container;
  let env: Record<string, string>;

  beforeAll(async () => {
    engine = await dockerEngine();
    primary = await runContainer({ image: "redis", command: SERVER, ports: [PORT] });
    const address = (await primary.inspect()).NetworkSettings.IPAddress;
    const following = [...SERVER, "--replicaof", address, String(PORT)];
    replica = await runContainer({ image: "redis", command: following, ports: [PORT] });
    env = {
      DOCKER_HOST: engine.host,
      PRIMARY_CONTAINER: primary.name,
      REPLICA_CONTAINER: replica.name,
    };
    await vi.waitFor(
      async () => {
        expect(await ask(replica, "INFO replication")).toContain("master_link_status:up");
      },
      { timeout: 15_000, interval: 50 },
    );
  });
  afterAll(async () => {
    await Promise.all([primary.remove(), replica.remove()]);
  });

  function ask(redis: Container, command: string): Promise<string> {
    return exchange({ port: redis.hostPort(PORT) }, `${command}\r\n`, /\r\n$/u);
  }

  /** What the claim across both came to, and with which code the command ended. */
  async function replication(): Promise<object> {
    const args = ["assert", "--format", "json", "--only", "cross-resource"];
    const { code, stdout } = await cli(args, { cwd: EXAMPLE, env });
    const { results } = JSON.parse(stdout) as Document;
    return { code, results };
  }

  const claim = "what is written to the primary arrives at the replica";
  const assertion = "CrossResourceAssert";

  it("is well while what is written arrives, fails when it does not, and is left as it was", async () => {
    const arrived = {
      code: 0,
      results: [{ assertion, claim, verdict: "pass", actual: "it arrived" }],
    };
    expect(await replication()).toMatchObject(arrived);
    expect(await ask(primary, "DBSIZE")).toBe(":0\r\n");

    await ask(replica, "REPLICAOF NO ONE");
    const lost = {
      code: 1,
      results: [{ assertion, claim, verdict: "fail", actual: "it did not arrive" }],
    };
    expect(await replication()).toMatchObject(lost);
    expect(await ask(primary, "DBSIZE")).toBe(":0\r\n");
    expect(await ask(replica, "DBSIZE")).toBe(":0\r\n");
  });
});
