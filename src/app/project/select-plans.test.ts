import { expect, it } from "vitest";
import { fakePlan } from "../../../test/support/fake-kinds.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { selectPlans } from "./select-plans.ts";

const plans = [
  fakePlan("redis", ["pass"], [], { kind: "port-accessible" }),
  fakePlan("web", ["pass"], ["redis"], { kind: "http-status" }),
];

async function namesOf(selection: Parameters<typeof selectPlans>[1]): Promise<readonly string[]> {
  return (await selectPlans(plans, selection)).map(({ resource }) => resource);
}

it("selectPlans takes all, or those that are named in the order of the project", async () => {
  expect(await namesOf({})).toEqual(["redis", "web"]);
  expect(await namesOf({ resources: [] })).toEqual(["redis", "web"]);
  expect(await namesOf({ resources: ["web", "redis", "web"] })).toEqual(["redis", "web"]);
});

it("selectPlans takes a kind by its kind or its class, and leaves out what has none of it", async () => {
  expect(await namesOf({ only: "http-status" })).toEqual(["web"]);
  expect(await namesOf({ only: "PortAccessibleAssert" })).toEqual(["redis"]);
});

it("selectPlans refuses to select nothing, as a run of nothing would look like one where all is well", async () => {
  await expect(selectPlans(plans, { only: "ping" })).rejects.toMatchObject({
    diagnostics: [{ code: "no-assertions", hint: "there are http-status, port-accessible" }],
  });
});

it("selectPlans names everything that does not exist, with a hint", async () => {
  const selecting = selectPlans(plans, { resources: ["radis", "constructor", "web"] });
  await expect(selecting).rejects.toBeInstanceOf(ConfigurationError);
  await expect(selecting).rejects.toMatchObject({
    diagnostics: [
      { message: 'there is no resource called "radis"', hint: "did you mean redis?" },
      { message: 'there is no resource called "constructor"', hint: "there are redis, web" },
    ],
  });
  await expect(selectPlans(plans, { only: "constructor" })).rejects.toMatchObject({
    diagnostics: [{ code: "kind-unknown" }],
  });
});

it("selectPlans takes what a resource without checks depends on along with it", async () => {
  const units = [...plans, fakePlan("inner", [], ["redis"]), fakePlan("outer", [], ["inner", "x"])];
  const names = (selection: Parameters<typeof selectPlans>[1]): Promise<readonly string[]> =>
    selectPlans(units, selection).then((chosen) => chosen.map(({ resource }) => resource));
  expect(await names({ resources: ["outer"] })).toEqual(["redis", "inner", "outer"]);
  expect(await names({ resources: ["outer"], only: "port-accessible" })).toEqual(["redis"]);
  expect(await names({ resources: ["web"] })).toEqual(["web"]);
});
