import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import type { Files, FileType } from "../../ports/files.ts";
import { FileExistsAssert } from "./file-exists.ts";

const { kind } = FileExistsAssert;

function holding(type: FileType | null): { files: () => Promise<Files> } {
  const status =
    type === null
      ? null
      : { type, sizeBytes: 1, mode: 0o644, userId: 0, groupId: 0, modifiedAt: 0 };
  return {
    files: () => Promise.resolve({ status: () => Promise.resolve(status) } as unknown as Files),
  };
}

it("FileExistsAssert passes for a file", async () => {
  const judgement = await probe(kind, { path: "/a" }, { world: holding("file") });
  expect(judgement.verdict).toBe("pass");
});

it.each([
  ["directory", "a directory"],
  [null, "nothing there"],
] as const)("FileExistsAssert fails for %s", async (type, actual) => {
  const judgement = await probe(kind, { path: "/a" }, { world: holding(type) });
  expect(judgement).toEqual({ verdict: "fail", expected: "a file", actual });
});

it("FileExistsAssert takes the path from its resource", () => {
  expect(bind(kind, {}, { target: { path: "/srv/a" } })).toEqual({ path: "/srv/a" });
});

it("FileExistsAssert says that a path is needed where its resource has none", () => {
  expect(() => bind(kind, {})).toThrow("needs a path");
});
