import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { readOptions } from "../../model/options.ts";
import type { Files, FileType } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";
import { FileContentMatchesAssert } from "./file-content-matches.ts";

const { kind } = FileContentMatchesAssert;

const SUM = "ab".repeat(32);

interface Content {
  readonly text?: string;
  readonly type?: FileType;
  readonly isTruncated?: boolean;
  readonly limits?: number[];
}

function holding(content: Content | null): Pick<World, "files"> {
  const { text = "", type = "file", isTruncated = false, limits = [] } = content ?? {};
  const status = { type, sizeBytes: 1, mode: 0o644, userId: 0, groupId: 0, modifiedAt: 0 };
  const files: Partial<Files> = {
    status: () => Promise.resolve(content === null ? null : status),
    read: (_, { limitBytes }) => {
      limits.push(limitBytes);
      return Promise.resolve({ bytes: new TextEncoder().encode(text), isTruncated });
    },
    sha256: () => Promise.resolve(SUM),
  };
  return { files: () => Promise.resolve(files as Files) };
}

it("FileContentMatchesAssert passes when the pattern is found, and says where", async () => {
  const world = holding({ text: "a\nb\nready\n", isTruncated: true });
  const judgement = await probe(kind, { path: "/a", regex: /^ready$/m }, { world });
  expect(judgement).toEqual({
    verdict: "pass",
    expected: "a match of /^ready$/m",
    actual: "a match in line 3",
  });
});

it("FileContentMatchesAssert fails when the whole file has no match, without showing it", async () => {
  const world = holding({ text: "password = hunter2\n" });
  const judgement = await probe(kind, { path: "/a", regex: "ready" }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "no match" });
  expect(JSON.stringify(judgement)).not.toContain("hunter2");
});

it("FileContentMatchesAssert cannot exclude a match in what it did not search", async () => {
  const limits: number[] = [];
  const world = holding({ text: "no", isTruncated: true, limits });
  const judgement = await probe(kind, { path: "/a", regex: "ready" }, { world });
  expect(judgement.verdict).toBe("error");
  expect(judgement.actual).toContain("in the first 10 MiB");
  expect(limits).toEqual([10_485_760]);
});

it("FileContentMatchesAssert compares the SHA-256 whatever its case", async () => {
  const world = holding({});
  const same = await probe(kind, { path: "/a", sha256: SUM.toUpperCase() }, { world });
  expect(same.verdict).toBe("pass");
  const other = await probe(kind, { path: "/a", sha256: "0".repeat(64) }, { world });
  expect(other).toEqual({
    verdict: "fail",
    expected: `SHA-256 ${"0".repeat(64)}`,
    actual: `SHA-256 ${SUM}`,
  });
});

it.each([
  [{ type: "directory" }, "a directory"],
  [{ type: "fifo" }, "a fifo"],
  [null, "nothing there"],
] as const)("FileContentMatchesAssert fails without reading for %j", async (content, actual) => {
  const limits: number[] = [];
  const world = holding(content === null ? null : { ...content, limits });
  const judgement = await probe(kind, { path: "/a", regex: "x" }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual });
  expect(limits).toEqual([]);
});

it("FileContentMatchesAssert needs either a pattern or a sum", () => {
  expect(() => bind(kind, { path: "/a" })).toThrow("needs regex or sha256");
  const both = { path: "/a", regex: "x", sha256: SUM };
  expect(() => bind(kind, both)).toThrow("takes only one of regex, sha256");
  const { problems } = readOptions(kind.fields, { path: "/a", sha256: "abc" });
  expect(problems[0]?.message).toContain("SHA-256 in hexadecimal");
});
