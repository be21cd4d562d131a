import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { readValues } from "../../model/options.ts";
import { DirectoryResource } from "./directory.ts";

const { kind } = DirectoryResource;

it("DirectoryResource is a path, where a directory must be", async () => {
  const { target, claims } = await declare(kind, { path: "uploads", owner: "www-data" });
  expect(target.path).toBe("uploads");
  expect(claims).toEqual(["uploads is a directory"]);
  expect(kind.checkIntervalSeconds).toBe(300);
});

it("DirectoryResource refuses permissions that are no octal text", async () => {
  await expect(declare(kind, { path: "uploads", mode: 750 })).rejects.toThrow("got 750");
});

it("DirectoryResource is always managed, and makes the folders that it needs unless told otherwise", () => {
  const { lifecycle, fields } = kind;
  const values = readValues(fields, { path: "a" });
  expect(values).toMatchObject({ parents: true, allowOutside: false });
  expect(lifecycle?.isManaged(values)).toBe(true);
  expect(lifecycle?.claims(values, "uploads", "/srv")).toEqual(["path:/srv/a"]);
  expect(lifecycle?.isFiles).toBe(true);
});
