import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { describeHolder, readHolder, writeHolder } from "./lock-holder.ts";

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

const SINCE = Date.UTC(2026, 0, 2, 3, 4, 5);
const holder = { pid: 7, startedAt: 1, host: "web-1", command: "clockwork apply", since: SINCE };

it("writeHolder() tells who we are, over whoever was there, and leaves nothing else", () => {
  const path = folder.write("lock.json", "{ garbage");
  writeHolder(path, "clockwork apply");
  expect(readHolder(path)).toMatchObject({
    pid: process.pid,
    host: hostname(),
    command: "clockwork apply",
  });
  expect(readdirSync(folder.path)).toEqual(["lock.json"]);
});

it("writeHolder() does without where nothing can be written", () => {
  writeHolder(join(folder.path, "gone", "lock.json"), "clockwork apply");
  expect(readdirSync(folder.path)).toEqual([]);
});

it("describeHolder() names them", () => {
  expect(describeHolder(holder)).toBe(
    "clockwork apply, pid 7 on web-1, since 2026-01-02T03:04:05Z",
  );
  expect(describeHolder(null)).toBe("somebody else");
});

describe("readHolder()", () => {
  it("reads what was written, without what drives a terminal", () => {
    const path = folder.write("lock.json", JSON.stringify({ ...holder, command: "a\u001b[31m\n" }));
    expect(readHolder(path)).toEqual({ ...holder, command: "a?[31m?" });
  });

  it.each([
    ["", "nothing"],
    ["null", "null"],
    ["[]", "a list"],
    [JSON.stringify({ ...holder, pid: "7" }), "a pid that is none"],
    [JSON.stringify({ ...holder, since: 1e300 }), "a moment that is none"],
    [JSON.stringify(holder).padEnd(70_000), "too much"],
  ])("knows nobody from %j", (text) => {
    expect(readHolder(folder.write("lock.json", text))).toBeNull();
  });

  it("does not wait at a pipe", () => {
    execFileSync("mkfifo", [join(folder.path, "lock.json")]);
    expect(readHolder(join(folder.path, "lock.json"))).toBeNull();
  });

  it("survives any JSON, and what it gives can be told", () => {
    const value = fc.oneof(fc.jsonValue(), fc.double(), fc.string({ unit: "binary" }));
    const fields = Object.fromEntries(Object.keys(holder).map((key) => [key, value]));
    const part = fc.record(fields, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), part), fc.boolean(), (json, isWhole) => {
        const content = isWhole ? { ...holder, ...(json as object) } : json;
        const read = readHolder(folder.write("lock.json", JSON.stringify(content)));
        expect(describeHolder(read)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
