import { expect, it } from "vitest";
import { catalogKinds } from "./kinds.ts";
import { catalogReference } from "./kinds-reference.ts";

it("catalogKinds finds a kind by its name, and nothing that every object has", async () => {
  expect(await catalogKinds.assertion("port-accessible")).toMatchObject({
    name: "PortAccessibleAssert",
  });
  expect(await catalogKinds.resource("host")).toMatchObject({ name: "HostResource" });
  expect(await catalogKinds.action("restart")).toMatchObject({ name: "RestartAction" });
  for (const name of ["constructor", "__proto__", "toString", "", "host-"]) {
    expect(await catalogKinds.assertion(name)).toBeNull();
    expect(await catalogKinds.resource(name)).toBeNull();
    expect(await catalogKinds.action(name)).toBeNull();
  }
});

it("catalogReference describes every kind with its options, and those that all have", async () => {
  const { kinds, common } = await catalogReference();
  const port = kinds.find(({ kind }) => kind === "port-accessible");
  expect(port).toMatchObject({ family: "assertion", name: "PortAccessibleAssert" });
  expect(port?.options[0]).toEqual({
    name: "port",
    type: "integer from 1 to 65535",
    presence: "required",
    default: null,
    summary: "The port.",
  });
  const families = kinds.map(({ family }) => family);
  expect([...new Set(families)]).toEqual(["assertion", "resource", "action"]);
  expect(common.assertion.map(({ name }) => name)).toContain("severity");
  expect(common.action.map(({ name }) => name)).toEqual(["attempts"]);
  expect(common.resource.map(({ name }) => name)).toContain("dependsOn");
});
