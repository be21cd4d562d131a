import { resolve } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { absolutePath, absoluteRepository, besidePath, isWithin, parentOf } from "./git-path.ts";

it("absolutePath() is what the system takes a path for", () => {
  const part = fc.constantFrom("a", "b.c", ".", "..", "", " ");
  const path = fc
    .tuple(fc.constantFrom("", "/"), fc.array(part))
    .map(([start, parts]) => start + parts.join("/"));
  fc.assert(
    fc.property(path, (text) => {
      expect(absolutePath("/srv/project", text)).toBe(resolve("/srv/project", text));
    }),
  );
});

it("parentOf() and besidePath() stay on the same file system, also at the top", () => {
  expect(parentOf("/srv/site")).toBe("/srv");
  expect(parentOf("/srv")).toBe("/");
  expect(besidePath("/srv/site", "1-2")).toBe("/srv/.site.clockwork-1-2");
  expect(besidePath("/srv", "1")).toBe("/.srv.clockwork-1");
});

it("isWithin() takes a folder of a longer name for another one", () => {
  expect(isWithin("/srv", "/srv/a")).toBe(true);
  expect(isWithin("/", "/srv")).toBe(true);
  expect(isWithin("/srv", "/srv2/a")).toBe(false);
  expect(isWithin("/srv", "/srv")).toBe(false);
});

it.each([
  ["../site", "/srv/site"],
  ["a/b:c", "/srv/project/a/b:c"],
  ["/x/../site.git", "/site.git"],
  ["git@example.com:site.git", "git@example.com:site.git"],
  ["https://example.com/a/../b", "https://example.com/a/../b"],
  ["file:///srv/x", "file:///srv/x"],
])("absoluteRepository() takes %s for %s", (url, wanted) => {
  expect(absoluteRepository("/srv/project", url)).toBe(wanted);
});
