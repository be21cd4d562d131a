import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { folderSpecifier, runningPackage } from "./running-package.ts";

it("runningPackage() is the folder with our package.json", () => {
  expect(existsSync(join(runningPackage(), "package.json"))).toBe(true);
  expect(runningPackage()).toBe(join(import.meta.dirname, "../../.."));
});

it.each([
  ["/no-a/b/health", "/no-a/b/clockwork", "file:../clockwork"],
  ["/no-a/b/clockwork/health", "/no-a/b/clockwork", "file:.."],
  ["/no-a/1/2/3", "/no-a/clockwork", "file:../../../clockwork"],
  ["/no-a/1/2/3/4", "/no-a/clockwork", "file:/no-a/clockwork"],
  ["/no-a/health", "/no-b/clockwork", "file:/no-b/clockwork"],
  ["/no-a", "/no-b", "file:/no-b"],
])("folderSpecifier() from %s to %s is %s", (from, to, specifier) => {
  expect(folderSpecifier(from, to)).toBe(specifier);
});

it("folderSpecifier() counts from where a folder really is", () => {
  using folder = testFolder();
  mkdirSync(join(folder.path, "a/b/c"), { recursive: true });
  symlinkSync(join(folder.path, "a/b/c"), join(folder.path, "link"));
  const to = join(folder.path, "clockwork");
  expect(folderSpecifier(join(folder.path, "link"), to)).toBe("file:../../../clockwork");
  expect(folderSpecifier(join(folder.path, "new/x"), to)).toBe("file:../../clockwork");
});
