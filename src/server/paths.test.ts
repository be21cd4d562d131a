import { describe, expect, it } from "vitest";
import { methodsByPath, routerPath } from "./paths.ts";

describe("methodsByPath()", () => {
  const methods = methodsByPath("/wm.x");

  it("gives all that a path takes", () => {
    expect(methods("/wm.x/api/projects")).toEqual(["GET", "HEAD", "POST"]);
    expect(methods("/wm.x/api/projects/shop/?x=/y")).toEqual(["GET", "HEAD", "DELETE"]);
    expect(methods("/wm.x")).toEqual(["GET", "HEAD"]);
    expect(methods("/wm.x/")).toEqual(["GET", "HEAD"]);
  });

  it.each(["/", "/wmyx/api", "/wm.x/api/projects//", "/wm.x/api/projects/a/b/c", "", "/wm.x/apix"])(
    "gives none for %j",
    (path) => {
      expect(methods(path)).toEqual([]);
    },
  );
});

describe("routerPath()", () => {
  it("puts parameters behind colons", () => {
    const path = "/api/projects/{project}/holds/{kind}" as const;
    expect(routerPath({ path }, "/wm")).toBe("/wm/api/projects/:project/holds/:kind");
  });
});
