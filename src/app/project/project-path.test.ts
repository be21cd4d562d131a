import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { projectPath } from "./project-path.ts";

it("projectPath takes a folder, or a file in one", () => {
  using folder = testFolder();
  const root = realpathSync(folder.path);
  mkdirSync(join(root, "shop"));
  const expected = { main: join(root, "shop/main.ts"), root: join(root, "shop"), name: "shop" };
  expect(projectPath(join(root, "shop"))).toEqual(expected);
  expect(projectPath(join(root, "shop/main.ts"))).toEqual(expected);
  expect(projectPath(join(root, "shop/other.ts"))).toMatchObject({ name: "shop" });
});

it("projectPath follows a link to a folder, and keeps its name", () => {
  using folder = testFolder();
  const root = realpathSync(folder.path);
  mkdirSync(join(root, "release-7"));
  symlinkSync("release-7", join(root, "shop"));
  expect(projectPath(join(root, "shop"))).toEqual({
    main: join(root, "release-7/main.ts"),
    root: join(root, "release-7"),
    name: "shop",
  });
});

it("projectPath takes what is not there for a file", () => {
  expect(projectPath("/no/such/place.ts")).toEqual({
    main: "/no/such/place.ts",
    root: "/no/such",
    name: "such",
  });
});
