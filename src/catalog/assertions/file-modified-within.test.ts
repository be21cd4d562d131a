import { expect, it } from "vitest";
import { probe } from "../../../test/support/probe.ts";
import { readOptions } from "../../model/options.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Files } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";
import { FileModifiedWithinAssert } from "./file-modified-within.ts";

const { kind } = FileModifiedWithinAssert;

const NOW = 1_800_000_000_000;

function modified(ageMs: number | null): Pick<World, "files" | "clock"> {
  const status = { type: "file", sizeBytes: 1, mode: 0o644, userId: 0, groupId: 0 } as const;
  const files: Partial<Files> = {
    status: () => Promise.resolve(ageMs === null ? null : { ...status, modifiedAt: NOW - ageMs }),
  };
  const clock: Partial<Clock> = { now: () => NOW };
  return { files: () => Promise.resolve(files as Files), clock: clock as Clock };
}

it.each([
  [0, "modified 0s ago"],
  [90_500, "modified 1m30s ago"],
  [7_200_000, "modified 2h ago"],
  [-1_500, "modified 1s in the future"],
])("FileModifiedWithinAssert passes for an age of %d ms", async (ageMs, actual) => {
  const judgement = await probe(kind, { path: "/a", maxAge: "2h" }, { world: modified(ageMs) });
  expect(judgement).toMatchObject({ verdict: "pass", actual });
});

it.each([
  [7_200_001, "modified 2h1s ago"],
  [-7_200_001, "modified 2h1s in the future"],
  [null, "nothing there"],
])("FileModifiedWithinAssert fails for an age of %s ms", async (ageMs, actual) => {
  const judgement = await probe(kind, { path: "/a", maxAge: "2h" }, { world: modified(ageMs) });
  expect(judgement).toMatchObject({ verdict: "fail", expected: "modified within 2h", actual });
});

it("FileModifiedWithinAssert takes a bare number for seconds", async () => {
  const judgement = await probe(kind, { path: "/a", maxAge: 60 }, { world: modified(60_001) });
  expect(judgement).toMatchObject({ verdict: "fail", expected: "modified within 1m" });
});

it("FileModifiedWithinAssert needs an age", () => {
  const { problems } = readOptions(kind.fields, { path: "/a" });
  expect(problems).toMatchObject([{ property: "maxAge", code: "option-missing" }]);
});
