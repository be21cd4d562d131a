import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { readOptions } from "../../model/options.ts";
import type { Files } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";
import { FilePermissionsAssert } from "./file-permissions.ts";

const { kind } = FilePermissionsAssert;

/** A file of user 33, group 42, with mode 0640; only the user has a name. */
function world(lookups: string[] = []): Pick<World, "files"> {
  const status = { type: "file", sizeBytes: 1, mode: 0o640, userId: 33, groupId: 42 } as const;
  const files: Partial<Files> = {
    status: (path) => Promise.resolve(path === "/a" ? { ...status, modifiedAt: 0 } : null),
    userName: (userId) => {
      lookups.push(`user ${String(userId)}`);
      return Promise.resolve("www-data");
    },
    groupName: () => Promise.resolve(null),
  };
  return { files: () => Promise.resolve(files as Files) };
}

it.each([
  [{ expectedPerms: "0640" }],
  [{ expectedPerms: "640" }],
  [{ expectedPerms: 0o640 }],
  [{ owner: "www-data" }],
  [{ owner: 33 }],
  [{ owner: "33" }],
  [{ group: 42 }],
  [{ expectedPerms: "0640", owner: "www-data", group: "42" }],
])("FilePermissionsAssert passes for %j", async (options) => {
  const judgement = await probe(kind, { path: "/a", ...options }, { world: world() });
  expect(judgement.verdict).toBe("pass");
});

it.each([
  [{ expectedPerms: "0644" }, "permissions 0644", "permissions 0640"],
  [{ expectedPerms: "4640" }, "permissions 4640", "permissions 0640"],
  [{ owner: "root" }, "owner root", "owner www-data"],
  [{ owner: 0 }, "owner 0", "owner 33"],
  [{ group: "shadow" }, "group shadow", "group 42"],
  [
    { expectedPerms: "0640", owner: "root" },
    "permissions 0640, owner root",
    "permissions 0640, owner www-data",
  ],
])("FilePermissionsAssert fails for %j", async (options, expected, actual) => {
  const judgement = await probe(kind, { path: "/a", ...options }, { world: world() });
  expect(judgement).toEqual({ verdict: "fail", expected, actual });
});

it("FilePermissionsAssert fails where nothing is", async () => {
  const judgement = await probe(kind, { path: "/b", owner: 0 }, { world: world() });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "nothing there" });
});

it("FilePermissionsAssert asks for no name that it does not compare", async () => {
  const lookups: string[] = [];
  await probe(kind, { path: "/a", expectedPerms: "0640", owner: 33 }, { world: world(lookups) });
  expect(lookups).toEqual([]);
});

it.each(["648", "64", "00644", "rw-r--r--", -1, 0o10000, 1.5, true])(
  "FilePermissionsAssert refuses the permissions %j",
  (expectedPerms) => {
    const { problems } = readOptions(kind.fields, { path: "/a", expectedPerms });
    expect(problems).toMatchObject([{ property: "expectedPerms" }]);
    expect(problems[0]?.message).toContain('"0644" or 0o644');
  },
);

it.each([644, 755, 600, 777])("FilePermissionsAssert finds %d without 0o", (expectedPerms) => {
  const { problems } = readOptions(kind.fields, { path: "/a", expectedPerms });
  const text = String(expectedPerms);
  expect(problems[0]?.hint).toBe(`write 0o${text} or "0${text}"`);
});

it("FilePermissionsAssert takes every mode that 0o writes and people use", () => {
  for (const mode of [0o600, 0o644, 0o640, 0o755, 0o777, 0o1777, 0o2755, 0o4755, 0]) {
    const { values } = readOptions(kind.fields, { path: "/a", expectedPerms: mode });
    expect(values?.["expectedPerms"]).toBe(mode.toString(8).padStart(4, "0"));
  }
});

it("FilePermissionsAssert needs something to compare, and a path", () => {
  expect(() => bind(kind, { path: "/a" })).toThrow("needs expectedPerms, owner or group");
  expect(() => bind(kind, { owner: 0 })).toThrow("needs a path");
});
