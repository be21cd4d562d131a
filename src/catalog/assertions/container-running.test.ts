import { expect, it } from "vitest";
import { containerState, containerWorld } from "../../../test/support/container-world.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Containers, ContainerState } from "../../ports/containers.ts";
import { ContainerRunningAssert } from "./container-running.ts";

const { kind } = ContainerRunningAssert;

const target = { container: { engine: "podman", name: "web" } } as const;

it("ContainerRunningAssert passes when its resource's container runs, without asking for its log", async () => {
  const { world, asked } = containerWorld(containerState());
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toEqual({ verdict: "pass", expected: "running", actual: "running" });
  expect(asked).toEqual([{ engine: "podman", name: "web" }]);
});

const ENDS: [Partial<ContainerState>, string][] = [
  [{ status: "exited", exitCode: 137, isOutOfMemory: true }, "exited with 137, out of memory"],
  [{ status: "exited", exitCode: 0 }, "exited with 0"],
  [{ status: "paused", exitCode: null }, "paused"],
  [{ status: "restarting", exitCode: 1 }, "restarting, last exited with 1"],
  [
    { status: "created", exitCode: null, error: "port is taken" },
    "created, but never started, port is taken",
  ],
  [{ status: "dead" }, "dead"],
];

it.each(ENDS)("ContainerRunningAssert fails for %j", async (parts, actual) => {
  const { world } = containerWorld(containerState(parts), () =>
    Promise.resolve({ lines: ["one", "t\u001bwo"], isTruncated: false }),
  );
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toEqual({
    verdict: "fail",
    expected: "running",
    actual,
    details: "one\nt\uFFFDwo",
  });
});

it("ContainerRunningAssert fails when there is no such container", async () => {
  const { world } = containerWorld(null);
  const judgement = await probe(kind, { container: "gone" }, { world });
  expect(judgement).toEqual({ verdict: "fail", expected: "running", actual: "no such container" });
});

it("ContainerRunningAssert still fails when the log cannot be read", async () => {
  const logs = (): Promise<never> => Promise.reject(new ObservationError("no logs here"));
  const { world } = containerWorld(containerState({ status: "exited", exitCode: 1 }), logs);
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toEqual({ verdict: "fail", expected: "running", actual: "exited with 1" });
});

it("ContainerRunningAssert still fails when the engine never sends the log", async () => {
  const logs: Containers["logs"] = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
    });
  const { world } = containerWorld(containerState({ status: "exited", exitCode: 1 }), logs);
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "exited with 1" });
});

it("ContainerRunningAssert cannot say anything when the engine cannot be asked", async () => {
  const error = new ObservationError("no engine listens");
  const world = {
    containers: () => Promise.resolve({ find: () => Promise.reject(error) } as never),
  };
  await expect(probe(kind, {}, { world, target })).rejects.toBe(error);
});

it("ContainerRunningAssert blames ourselves when the engine does not answer in time", () => {
  expect(kind.blameForTimeout).toBe("ourselves");
});

it("ContainerRunningAssert says that a container is needed where its resource is none", () => {
  expect(() => bind(kind, {})).toThrow("needs a container, as its resource is none");
});

it("ContainerRunningAssert claims what must be true in words", () => {
  expect(kind.claim(bind(kind, {}, { target }))).toBe("container web is running");
});
