import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import type { Files } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";
import { DiskSpaceAssert } from "./disk-space.ts";

const { kind } = DiskSpaceAssert;

function free(availableBytes: number | null, asked: string[] = []): Pick<World, "files"> {
  const files: Partial<Files> = {
    diskSpace: (path) => {
      asked.push(path);
      const space = { totalBytes: 50e9, usedBytes: 1e9 };
      return Promise.resolve(availableBytes === null ? null : { ...space, availableBytes });
    },
  };
  return { files: () => Promise.resolve(files as Files) };
}

it("DiskSpaceAssert takes a GB for 1,000,000,000 bytes", async () => {
  const enough = await probe(kind, { minGbFree: 5 }, { world: free(5_000_000_000) });
  expect(enough).toEqual({
    verdict: "pass",
    expected: "at least 5 GB free",
    actual: "5 GB free of 50 GB",
    metrics: { availableBytes: 5e9, totalBytes: 50e9 },
  });
  const tooLittle = await probe(kind, { minGbFree: 5 }, { world: free(4_999_999_999) });
  expect(tooLittle).toMatchObject({
    verdict: "fail",
    actual: "4.999999999 GB free of 50 GB",
  });
});

it("DiskSpaceAssert looks at its path, its resource's path, or /", async () => {
  const asked: string[] = [];
  const world = free(9e9, asked);
  await probe(kind, { minGbFree: 1, path: "/var" }, { world, target: { path: "/srv" } });
  await probe(kind, { minGbFree: 1 }, { world, target: { path: "/srv" } });
  await probe(kind, { minGbFree: 1 }, { world });
  expect(asked).toEqual(["/var", "/srv", "/"]);
});

it("DiskSpaceAssert fails where nothing is", async () => {
  const judgement = await probe(kind, { minGbFree: 0.5, path: "/none" }, { world: free(null) });
  expect(judgement).toMatchObject({
    verdict: "fail",
    expected: "at least 500 MB free",
    actual: "nothing there",
  });
});

it("DiskSpaceAssert says what it claims", () => {
  const parameters = bind(kind, { minGbFree: 2.5 });
  expect(kind.claim(parameters)).toBe("/ has at least 2.5 GB free");
  expect(kind.subject(parameters)).toBe("/");
});
