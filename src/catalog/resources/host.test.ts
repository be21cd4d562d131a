import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { HostResource } from "./host.ts";

const { kind } = HostResource;

it("HostResource is a place for claims, and claims nothing itself", async () => {
  const { target, claims } = await declare(kind, {}, "box");
  expect(target).toMatchObject({ resource: "box", kind: "host", path: null, url: null });
  expect(claims).toEqual([]);
  expect(kind.hasBuiltIn).toBe(false);
});
