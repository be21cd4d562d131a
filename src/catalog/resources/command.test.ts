import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { CommandResource } from "./command.ts";

const { kind } = CommandResource;

it("CommandResource is nothing that could be looked at by itself", async () => {
  const { target, claims, parameters } = await declare(kind, { apply: ["migrate", "up"] });
  expect(target).toMatchObject({ command: null, path: null, container: null });
  expect(claims).toEqual([]);
  expect(kind.hasBuiltIn).toBe(false);
  expect(parameters).toMatchObject({ check: null, destroy: null });
  expect(kind.checkIntervalSeconds).toBe(60);
});

it("CommandResource needs lists, and something to apply", async () => {
  await expect(declare(kind, { check: ["a"] })).rejects.toThrow("apply");
  await expect(declare(kind, { apply: ["a"], destroy: "rm -rf x" })).rejects.toThrow("a list");
});
