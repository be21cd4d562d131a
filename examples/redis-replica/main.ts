import { setTimeout as sleep } from "node:timers/promises";
import { ContainerRunningAssert, CrossResourceAssert } from "clockwork/assertions";
import { DockerResource } from "clockwork/resources";

// Each of these may be set in the environment, where the defaults are taken.
const {
  PRIMARY_CONTAINER = "primary",
  REPLICA_CONTAINER = "replica",
  REDIS_IMAGE = "redis:alpine",
} = process.env;

export const primary = new DockerResource({
  name: "primary",
  description: "Takes what is written",
  image: REDIS_IMAGE,
  containerName: PRIMARY_CONTAINER,
  assertions: [new ContainerRunningAssert()],
});

export const replica = new DockerResource({
  name: "replica",
  description: "Serves what is read",
  image: REDIS_IMAGE,
  containerName: REPLICA_CONTAINER,
  command: ["redis-server", "--replicaof", "primary", "6379"],
  assertions: [new ContainerRunningAssert()],
});

export const replication = new CrossResourceAssert({
  source: primary,
  target: replica,
  name: "what is written to the primary arrives at the replica",
  assertion: async (source, target, { signal }) => {
    const key = `clockwork:canary:${crypto.randomUUID()}`;
    // Should nobody come back to clean up, it is gone after a minute all the same.
    await source.run(["redis-cli", "SET", key, "alive", "EX", "60"]);
    try {
      const patience = Date.now() + 2_000;
      while (Date.now() < patience) {
        const { stdout } = await target.run(["redis-cli", "GET", key]);
        if (stdout.trim() === "alive") return [true, "it arrived"];
        await sleep(50, null, { signal });
      }
      return [false, "it did not arrive"];
    } finally {
      await source.run(["redis-cli", "DEL", key]);
    }
  },
});
