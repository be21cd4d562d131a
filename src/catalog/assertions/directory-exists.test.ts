import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Files, FileType } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";
import { DirectoryExistsAssert } from "./directory-exists.ts";

const { kind } = DirectoryExistsAssert;

function holding(type: FileType | null): Pick<World, "files"> {
  const files: Partial<Files> = {
    status: (path) =>
      Promise.resolve(
        type === null || path !== "/srv"
          ? null
          : { type, sizeBytes: 1, mode: 0o755, userId: 0, groupId: 0, modifiedAt: 0 },
      ),
  };
  return { files: () => Promise.resolve(files as Files) };
}

it("DirectoryExistsAssert passes for a directory", async () => {
  const judgement = await probe(kind, { path: "/srv" }, { world: holding("directory") });
  expect(judgement.verdict).toBe("pass");
});

it.each([
  ["file", "a file"],
  [null, "nothing there"],
] as const)("DirectoryExistsAssert fails for %s", async (type, actual) => {
  const judgement = await probe(kind, { path: "/srv" }, { world: holding(type) });
  expect(judgement).toEqual({ verdict: "fail", expected: "a directory", actual });
});

it("DirectoryExistsAssert cannot say anything where we may not look", async () => {
  const error = new ObservationError("permission denied");
  const files: Partial<Files> = { status: () => Promise.reject(error) };
  const world = { files: () => Promise.resolve(files as Files) };
  await expect(probe(kind, { path: "/srv" }, { world })).rejects.toBe(error);
});

it("DirectoryExistsAssert takes the path from its resource, or says that it needs one", () => {
  expect(bind(kind, {}, { target: { path: "/srv" } })).toEqual({ path: "/srv" });
  expect(() => bind(kind, {})).toThrow("needs a path");
});
