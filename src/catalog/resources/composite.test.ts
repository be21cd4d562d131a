import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { readOptions } from "../../model/options.ts";
import { CompositeResource } from "./composite.ts";
import { HostResource } from "./host.ts";

const { kind } = CompositeResource;

it("CompositeResource is nothing of the world itself, and claims nothing", async () => {
  const db = new HostResource({ name: "db" });
  const { parameters, target, claims } = await declare(kind, { resources: [db, "web"] }, "shop");
  expect(parameters).toEqual({ resources: ["db", "web"] });
  expect(target).toMatchObject({ resource: "shop", kind: "composite", path: null, url: null });
  expect(claims).toEqual([]);
  expect(kind.hasBuiltIn).toBe(true);
  expect(kind.lifecycle).toBeNull();
  expect(kind.passesOnDependencies).toBe(true);
});

it.each([[{}], [{ resources: [] }], [{ resources: "db" }], [{ resources: [7] }]])(
  "CompositeResource refuses %j",
  (options) => {
    const { problems } = readOptions(kind.fields, options);
    expect(problems.map(({ property }) => property.replace(/\[.*/u, ""))).toEqual(["resources"]);
  },
);

it("CompositeResource can be extended to a unit with parts of its own", () => {
  class Shop extends CompositeResource {
    constructor(name: string) {
      super({ name, resources: [new HostResource({ name: `${name}-db` })], dependsOn: ["net"] });
    }
  }
  const shop = new Shop("berlin");
  expect(shop).toMatchObject({
    kind: "composite",
    name: "berlin",
    parameters: { resources: ["berlin-db"] },
    policy: { dependsOn: ["net"] },
  });
});
