import { expect, it } from "vitest";
import { ownPath } from "./path-option.ts";
import { targetOf } from "./target.ts";

it("ownPath keeps a declared path", () => {
  expect(ownPath("/a", targetOf("r", "file", { path: "/b" }))).toEqual({});
});

it("ownPath takes the path of the resource", () => {
  expect(ownPath(null, targetOf("r", "file", { path: "/b" }))).toEqual({ path: "/b" });
});

it("ownPath says that a path is needed where the resource has none", () => {
  expect(() => ownPath(null, targetOf("r", "host", {}))).toThrow("needs a path");
});
