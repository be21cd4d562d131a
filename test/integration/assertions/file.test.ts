import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertKind, HANGING, NO_ANSWER, shown, type Shown } from "../../support/assert-kind.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";
import { hangingFiles } from "../../support/hanging-files.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { hasPart } from "../../support/parts.ts";

const CONTENT = "listen 80\nserver_name example\n";
const SUM = createHash("sha256").update(CONTENT).digest("hex");
const OTHER_SUM = "0".repeat(64);

const HOUR_MS = 3_600_000;
const MEBIBYTE = 1_048_576;

/** Links that lead in a circle: whether there is a file, nobody can tell, whoever asks. */
const CIRCLE = /^cannot look at \/\S+\/circle: links lead in a circle \(ELOOP\)$/u;

let folder: TestFolder;
let leftovers: Leftovers;

beforeAll(() => {
  folder = testFolder();
  folder.write("site.conf", CONTENT);
  chmodSync(folder.write("secret", "s3cret"), 0o600);
  folder.write("mebibyte", "x".repeat(MEBIBYTE));
  truncateSync(folder.write("long", "x"), 11 * MEBIBYTE);
  const old = folder.write("old", "");
  utimesSync(old, new Date(), new Date(Date.now() - 48 * HOUR_MS));
  mkdirSync(join(folder.path, "data"));
  execFileSync("mkfifo", [join(folder.path, "pipe")]);
  symlinkSync("circle", join(folder.path, "circle"));
  leftovers = watchLeftovers();
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await leftovers.expectNone();
});

/** Carries out an assertion on a path of the folder. */
function at(name: string, kind: string, options: object = {}): Promise<Shown> {
  return shown(kind, { path: name, ...options }, { root: folder.path });
}

describe.concurrent("FileExistsAssert", () => {
  it("passes for a file, also when only its resource knows where", async ({ expect }) => {
    const passed = ["pass", "a file", "a file"];
    expect(await at("site.conf", "file-exists")).toEqual(passed);
    const place = { root: folder.path, target: { path: "site.conf" } };
    expect(await shown("file-exists", {}, place)).toEqual(passed);
  });
  it("fails for what is missing or no file", async ({ expect }) => {
    expect(await at("none", "file-exists")).toEqual(["fail", "a file", "nothing there"]);
    expect(await at("data", "file-exists")).toEqual(["fail", "a file", "a directory"]);
    expect(await at("pipe", "file-exists")).toEqual(["fail", "a file", "a fifo"]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const seen = ["error", null, expect.stringMatching(CIRCLE)];
    expect(await at("circle", "file-exists")).toEqual(seen);
  });
});

describe.concurrent("DirectoryExistsAssert", () => {
  it("passes for a directory", async ({ expect }) => {
    const seen = await at("data", "directory-exists");
    expect(seen).toEqual(["pass", "a directory", "a directory"]);
  });
  it("fails for what is missing or no directory", async ({ expect }) => {
    const seen = await at("none", "directory-exists");
    expect(seen).toEqual(["fail", "a directory", "nothing there"]);
    expect(await at("pipe", "directory-exists")).toEqual(["fail", "a directory", "a fifo"]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const seen = ["error", null, expect.stringMatching(CIRCLE)];
    expect(await at("circle", "directory-exists")).toEqual(seen);
  });
});

describe.concurrent("FilePermissionsAssert", () => {
  const uid = process.getuid?.() ?? 0;
  it("passes for the right permissions and owner", async ({ expect }) => {
    const options = { expectedPerms: "0600", owner: uid };
    const wanted = `permissions 0600, owner ${String(uid)}`;
    expect(await at("secret", "file-permissions", options)).toEqual(["pass", wanted, wanted]);
  });
  it("fails for wrong ones", async ({ expect }) => {
    const seen = await at("secret", "file-permissions", { expectedPerms: 0o644 });
    expect(seen).toEqual(["fail", "permissions 0644", "permissions 0600"]);
    const owned = await at("secret", "file-permissions", { owner: "no-such-user" });
    expect(owned).toEqual(["fail", "owner no-such-user", expect.stringMatching(/^owner \w+$/u)]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const seen = ["error", null, expect.stringMatching(CIRCLE)];
    expect(await at("circle", "file-permissions", { expectedPerms: "0600" })).toEqual(seen);
  });
});

describe.concurrent("FileSizeAssert", () => {
  it("passes for a size within bounds", async ({ expect }) => {
    const seen = await at("site.conf", "file-size", { minBytes: 1, maxBytes: 1_000 });
    expect(seen).toEqual(["pass", "at least 1 B and at most 1 kB", "30 B"]);
  });
  it("fails for a size beyond them", async ({ expect }) => {
    const seen = await at("site.conf", "file-size", { minBytes: 31 });
    expect(seen).toEqual(["fail", "at least 31 B", "30 B"]);
    const piped = await at("pipe", "file-size", { minBytes: 1 });
    expect(piped).toEqual(["fail", "at least 1 B", "a fifo"]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const seen = ["error", null, expect.stringMatching(CIRCLE)];
    expect(await at("circle", "file-size", { minBytes: 1 })).toEqual(seen);
  });
});

describe.concurrent("FileContentMatchesAssert", () => {
  const kind = "file-content-matches";
  it("passes when the pattern or the sum is that of the content", async ({ expect }) => {
    const regex = /^server_name/m;
    const expected = "a match of /^server_name/m";
    expect(await at("site.conf", kind, { regex })).toEqual(["pass", expected, "a match in line 2"]);
    const sum = `SHA-256 ${SUM}`;
    expect(await at("site.conf", kind, { sha256: SUM })).toEqual(["pass", sum, sum]);
  });
  it("fails when it is not", async ({ expect }) => {
    const seen = await at("site.conf", kind, { regex: /ssl/ });
    expect(seen).toEqual(["fail", "a match of /ssl/", "no match"]);
    const summed = await at("site.conf", kind, { sha256: OTHER_SUM });
    expect(summed).toEqual(["fail", `SHA-256 ${OTHER_SUM}`, `SHA-256 ${SUM}`]);
  });
  it("fails for a FIFO that nobody writes to, and does not wait for anybody", async ({
    expect,
  }) => {
    const expected = "a match of /x/";
    expect(await at("pipe", kind, { regex: /x/ })).toEqual(["fail", expected, "a fifo"]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const seen = ["error", null, expect.stringMatching(CIRCLE)];
    expect(await at("circle", kind, { regex: /x/ })).toEqual(seen);
    const cut = "no match in the first 10 MiB; the rest was not searched";
    expect(await at("long", kind, { regex: /y/ })).toEqual(["error", "a match of /y/", cut]);
  });
});

describe.concurrent("FileModifiedWithinAssert", () => {
  const kind = "file-modified-within";
  it("passes for a file that was just written", async ({ expect }) => {
    const seen = await at("site.conf", kind, { maxAge: "1h" });
    expect(seen).toEqual([
      "pass",
      "modified within 1h",
      expect.stringMatching(/^modified \d+s ago$/u),
    ]);
  });
  it("fails for one that is older", async ({ expect }) => {
    const seen = await at("old", kind, { maxAge: "26h" });
    const actual: unknown = expect.stringMatching(/^modified 2d\d+s ago$/u);
    expect(seen).toEqual(["fail", "modified within 1d2h", actual]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const seen = ["error", null, expect.stringMatching(CIRCLE)];
    expect(await at("circle", kind, { maxAge: 60 })).toEqual(seen);
  });
});

describe.concurrent("DiskSpaceAssert", () => {
  const free = /^[\d.]+ [kMGTP]?B free of [\d.]+ [kMGTP]B$/u;
  it("passes where there is room", async ({ expect }) => {
    const seen = await at(".", "disk-space", { minGbFree: 0 });
    expect(seen).toEqual(["pass", "at least 0 B free", expect.stringMatching(free)]);
  });
  it("fails where there is less", async ({ expect }) => {
    const seen = await at(".", "disk-space", { minGbFree: 1e9 });
    expect(seen).toEqual(["fail", "at least 1000 PB free", expect.stringMatching(free)]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const circle = /^cannot look at the file system of \/\S+\/circle: links lead in a circle/u;
    const seen = await at("circle", "disk-space", { minGbFree: 1 });
    expect(seen).toEqual(["error", null, expect.stringMatching(circle)]);
  });
});

describe.concurrent("DiskUsageAssert", () => {
  it("passes for what takes little", async ({ expect }) => {
    const seen = await at("mebibyte", "disk-usage", { maxMb: 2, maxPercent: 100 });
    const actual: unknown = expect.stringMatching(/^[\d.]+ % used, 1\.\d+ MB$/u);
    expect(seen).toEqual(["pass", "at most 100 % used, at most 2 MB", actual]);
  });
  it("fails for what takes more", async ({ expect }) => {
    const seen = await at("mebibyte", "disk-usage", { maxMb: 1 });
    expect(seen).toEqual(["fail", "at most 1 MB", expect.stringMatching(/^1\.\d+ MB$/u)]);
  });
  it("errs when nobody can tell", async ({ expect }) => {
    const circle = /^cannot measure \/\S+\/circle: links lead in a circle/u;
    const seen = await at("circle", "disk-usage", { maxMb: 1 });
    expect(seen).toEqual(["error", null, expect.stringMatching(circle)]);
  });
});

// One after the other: each keeps a thread of Node waiting until its file system is gone, and there are four.
describe.skipIf(!hasPart("hanging-files"))("on a file system that does not answer", () => {
  it.each([
    ["FileExistsAssert", "file-exists", {}, "fail"],
    ["DirectoryExistsAssert", "directory-exists", {}, "fail"],
    ["FilePermissionsAssert", "file-permissions", { owner: 0 }, "fail"],
    ["FileSizeAssert", "file-size", { minBytes: 1 }, "fail"],
    ["FileContentMatchesAssert", "file-content-matches", { regex: /x/ }, "fail"],
    ["FileModifiedWithinAssert", "file-modified-within", { maxAge: 60 }, "fail"],
    ["DiskSpaceAssert", "disk-space", { minGbFree: 1 }, "fail"],
    // A tree may simply be large: that says nothing against it.
    ["DiskUsageAssert", "disk-usage", { maxMb: 1 }, "error"],
  ])("%s gives up at its deadline", async (_, kind, options, verdict) => {
    using files = hangingFiles();
    const outcome = await assertKind(kind, { path: files.path, ...options }, HANGING);
    expect(outcome).toMatchObject({ verdict, expected: null, actual: NO_ANSWER });
    expect(outcome.durationMs).toBeLessThan(2_000);
  });
});
