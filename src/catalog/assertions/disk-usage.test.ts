import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Files } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";
import { DiskUsageAssert } from "./disk-usage.ts";

const { kind } = DiskUsageAssert;

function disk(parts: Partial<Files>): Pick<World, "files"> {
  return { files: () => Promise.resolve(parts as Files) };
}

/** 10 % is reserved for root: of the other 90, 72 are used. */
const SPACE = { totalBytes: 100e9, usedBytes: 72e9, availableBytes: 18e9 };

it("DiskUsageAssert counts percent as df does, without what is reserved for root", async () => {
  const world = disk({ diskSpace: () => Promise.resolve(SPACE) });
  expect(await probe(kind, { maxPercent: 80 }, { world })).toEqual({
    verdict: "pass",
    expected: "at most 80 % used",
    actual: "80 % used",
    metrics: { usedPercent: 80 },
  });
  const judgement = await probe(kind, { maxPercent: 79.9 }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "80 % used" });
});

it("DiskUsageAssert takes a MB for 1,000,000 bytes", async () => {
  const holding = (bytes: number) => disk({ diskUsageBytes: () => Promise.resolve(bytes) });
  const options = { path: "/var/log", maxMb: 500 };
  const within = await probe(kind, options, { world: holding(500_000_000) });
  expect(within).toMatchObject({ verdict: "pass", metrics: { usageBytes: 5e8 } });
  const beyond = await probe(kind, options, { world: holding(500_000_001) });
  expect(beyond).toMatchObject({
    verdict: "fail",
    expected: "at most 500 MB",
    actual: "500.000001 MB",
  });
});

it("DiskUsageAssert needs both limits to hold when both are given", async () => {
  const world = disk({
    diskSpace: () => Promise.resolve(SPACE),
    diskUsageBytes: () => Promise.resolve(3e6),
  });
  const judgement = await probe(kind, { path: "/a", maxPercent: 90, maxMb: 2 }, { world });
  expect(judgement).toMatchObject({
    verdict: "fail",
    expected: "at most 90 % used, at most 2 MB",
    actual: "80 % used, 3 MB",
  });
});

it("DiskUsageAssert fails where nothing is", async () => {
  const world = disk({ diskUsageBytes: () => Promise.resolve(null) });
  const judgement = await probe(kind, { path: "/none", maxMb: 2 }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "nothing there" });
});

it("DiskUsageAssert cannot say anything about what it may not read", async () => {
  const error = new ObservationError("permission denied");
  const world = disk({ diskUsageBytes: () => Promise.reject(error) });
  await expect(probe(kind, { path: "/a", maxMb: 2 }, { world })).rejects.toBe(error);
});

it("DiskUsageAssert that takes too long says nothing about the target", () => {
  expect(kind.blameForTimeout).toBe("ourselves");
});

it("DiskUsageAssert is about / only where the whole file system is meant", () => {
  expect(bind(kind, { maxPercent: 90 })).toMatchObject({ path: "/" });
  expect(bind(kind, { maxPercent: 90 }, { target: { path: "/srv" } })["path"]).toBe("/srv");
  expect(() => bind(kind, { maxMb: 90 })).toThrow("needs a path");
  expect(() => bind(kind, {})).toThrow("needs maxPercent or maxMb");
});

it("DiskUsageAssert says what it claims", () => {
  expect(kind.claim(bind(kind, { path: "/a", maxPercent: 90, maxMb: 1_500 }))).toBe(
    "the file system of /a is at most 90 % full, and /a takes at most 1.5 GB",
  );
});
