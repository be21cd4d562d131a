import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Machine } from "../../ports/machine.ts";
import type { World } from "../../ports/world.ts";
import { LoadAverageAssert } from "./load-average.ts";

const { kind } = LoadAverageAssert;

function loaded(...load: [number, number, number]): Pick<World, "machine"> {
  const machine: Partial<Machine> = {
    load: () => Promise.resolve(load),
    processorCount: () => 4,
  };
  return { machine: () => Promise.resolve(machine as Machine) };
}

it("LoadAverageAssert compares each average with its own limit", async () => {
  const world = loaded(6, 3, 1.5);
  expect(await probe(kind, { max1: 6, max5: 3, max15: 1.5 }, { world })).toMatchObject({
    verdict: "pass",
    metrics: { load1: 6, load5: 3, load15: 1.5, processorCount: 4 },
  });
  expect(await probe(kind, { max5: 3, max15: 1.4 }, { world })).toMatchObject({
    verdict: "fail",
    expected: "at most 3 (5 min), at most 1.4 (15 min)",
    actual: "3 (5 min), 1.5 (15 min)",
  });
});

it("LoadAverageAssert divides by the number of processors when asked to", async () => {
  const world = loaded(6, 3, 1.5);
  const fine = await probe(kind, { max1: 1.5, perProcessor: true }, { world });
  expect(fine).toMatchObject({ verdict: "pass", actual: "1.5 (1 min)" });
  const tooHigh = await probe(kind, { max1: 1.49, perProcessor: true }, { world });
  expect(tooHigh.verdict).toBe("fail");
});

it("LoadAverageAssert keeps a load apart from its limit", async () => {
  const judgement = await probe(kind, { max1: 2 }, { world: loaded(2.0004, 0, 0) });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "2.0004 (1 min)" });
});

it("LoadAverageAssert cannot say anything where the load is not known", async () => {
  const error = new ObservationError("not on this system");
  const machine: Partial<Machine> = { load: () => Promise.reject(error) };
  const world = { machine: () => Promise.resolve(machine as Machine) };
  await expect(probe(kind, { max1: 1 }, { world })).rejects.toBe(error);
});

it("LoadAverageAssert needs a limit", () => {
  expect(() => bind(kind, { perProcessor: true })).toThrow("needs max1, max5 or max15");
});

it("LoadAverageAssert says what it claims", () => {
  expect(kind.claim(bind(kind, { max5: 0.8, perProcessor: true }))).toBe(
    "the load per processor is at most 0.8 (5 min)",
  );
});
