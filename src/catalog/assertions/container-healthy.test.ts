import { expect, it } from "vitest";
import { containerState, containerWorld } from "../../../test/support/container-world.ts";
import { probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { ContainerHealthyAssert } from "./container-healthy.ts";

const { kind } = ContainerHealthyAssert;

const target = { container: { engine: "docker", name: "db" } } as const;

it("ContainerHealthyAssert passes when the image's health check does", async () => {
  const { world } = containerWorld(containerState({ health: "healthy", healthOutput: "fine" }));
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toEqual({ verdict: "pass", expected: "healthy", actual: "healthy" });
});

it("ContainerHealthyAssert fails with what the health check printed", async () => {
  const { world } = containerWorld(containerState({ health: "unhealthy", healthOutput: "no" }));
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "unhealthy", details: "no" });
});

it("ContainerHealthyAssert fails while the first check has not passed", async () => {
  const { world } = containerWorld(containerState({ health: "starting" }));
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toEqual({ verdict: "fail", expected: "healthy", actual: "starting" });
});

it("ContainerHealthyAssert says what to do for an image without a health check", async () => {
  const { world } = containerWorld(containerState());
  const judgement = await probe(kind, {}, { world, target });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "its image has no health check" });
  expect(judgement.details).toContain("HealthcheckAssert");
});

it("ContainerHealthyAssert fails for what was healthy when it ended", async () => {
  const state = containerState({ status: "exited", exitCode: 2, health: "healthy" });
  const judgement = await probe(kind, {}, { world: containerWorld(state).world, target });
  expect(judgement).toEqual({ verdict: "fail", expected: "healthy", actual: "exited with 2" });
});

it("ContainerHealthyAssert fails when there is no such container", async () => {
  const judgement = await probe(kind, {}, { world: containerWorld(null).world, target });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "no such container" });
});

it("ContainerHealthyAssert cannot say anything when the engine cannot be asked", async () => {
  const error = new ObservationError("no engine listens");
  const world = {
    containers: () => Promise.resolve({ find: () => Promise.reject(error) } as never),
  };
  await expect(probe(kind, {}, { world, target })).rejects.toBe(error);
});
