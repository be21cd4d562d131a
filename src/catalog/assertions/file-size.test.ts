import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import type { Files, FileType } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";
import { FileSizeAssert } from "./file-size.ts";

const { kind } = FileSizeAssert;

function holding(sizeBytes: number | null, type: FileType = "file"): Pick<World, "files"> {
  const status = { type, mode: 0o644, userId: 0, groupId: 0, modifiedAt: 0 };
  const files: Partial<Files> = {
    status: () => Promise.resolve(sizeBytes === null ? null : { ...status, sizeBytes }),
  };
  return { files: () => Promise.resolve(files as Files) };
}

it.each([
  [{ minBytes: 100 }, 100],
  [{ maxBytes: 100 }, 100],
  [{ minBytes: 0, maxBytes: 0 }, 0],
])("FileSizeAssert(%j) passes for %d bytes", async (options, sizeBytes) => {
  const judgement = await probe(kind, { path: "/a", ...options }, { world: holding(sizeBytes) });
  expect(judgement).toMatchObject({ verdict: "pass", metrics: { sizeBytes } });
});

it.each([
  [{ minBytes: 100 }, 99, "at least 100 B", "99 B"],
  [{ maxBytes: 1_000_000 }, 1_000_001, "at most 1 MB", "1.000001 MB"],
  [{ minBytes: 1_000, maxBytes: 2_000 }, 5, "at least 1 kB and at most 2 kB", "5 B"],
  [{ minBytes: 7, maxBytes: 7 }, 8, "exactly 7 B", "8 B"],
])("FileSizeAssert(%j) fails for %d bytes", async (options, sizeBytes, expected, actual) => {
  const judgement = await probe(kind, { path: "/a", ...options }, { world: holding(sizeBytes) });
  expect(judgement).toMatchObject({ verdict: "fail", expected, actual });
});

it("FileSizeAssert fails for what is no file, or not there", async () => {
  const options = { path: "/a", maxBytes: 9_999 };
  const directory = await probe(kind, options, { world: holding(4_096, "directory") });
  expect(directory).toMatchObject({ verdict: "fail", actual: "a directory" });
  const nothing = await probe(kind, options, { world: holding(null) });
  expect(nothing).toMatchObject({ verdict: "fail", actual: "nothing there" });
});

it("FileSizeAssert needs a bound, and bounds in order", () => {
  expect(() => bind(kind, { path: "/a" })).toThrow("needs minBytes or maxBytes");
  expect(() => bind(kind, { path: "/a", minBytes: 2, maxBytes: 1 })).toThrow("got 2 and 1");
});
