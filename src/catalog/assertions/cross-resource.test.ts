import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import { targetOf } from "../../model/target.ts";
import type { FunctionOptions, Functions } from "../../ports/functions.ts";
import { CrossResourceAssert } from "./cross-resource.ts";

const { kind } = CrossResourceAssert;
const assertion = { module: "main.ts", position: 0, of: 1, hash: "0a".repeat(32) };
const options = { source: "shop", target: { name: "redis" }, assertion };
const related = {
  shop: targetOf("shop", "docker", { container: { engine: "docker", name: "shop" } }),
  redis: targetOf("redis", "docker", { container: { engine: "docker", name: "redis" } }),
};

function functions(run: Functions["run"]): { functions: () => Promise<Functions> } {
  const port = { run, [Symbol.asyncDispose]: () => Promise.resolve() };
  return { functions: () => Promise.resolve(port) };
}

it("CrossResourceAssert gives its function the source first, then the target", async () => {
  const asked: FunctionOptions[] = [];
  const world = functions((_, how) => {
    asked.push(how);
    return Promise.resolve({ end: "returned", value: true, output: "" });
  });
  expect(await probe(kind, options, { world, related })).toMatchObject({ verdict: "pass" });
  expect(asked[0]?.targets.map(({ resource }) => resource)).toEqual(["shop", "redis"]);
});

it("CrossResourceAssert fails when its function says so", async () => {
  const value = { passed: false, message: "redis has nothing", waitedMs: 200 };
  const world = functions(() => Promise.resolve({ end: "returned", value, output: "" }));
  expect(await probe(kind, options, { world, related })).toMatchObject({
    verdict: "fail",
    actual: "redis has nothing",
    metrics: { waitedMs: 200 },
  });
});

it("CrossResourceAssert cannot say anything with a plan that does not know its target", async () => {
  const world = functions(() => Promise.reject(new Error("must not be run")));
  const { shop } = related;
  await expect(probe(kind, options, { world, related: { shop } })).rejects.toThrow(
    new ObservationError("the plan does not say what redis is: run clockwork compile"),
  );
});

it("CrossResourceAssert passes its signal on, so that a function that hangs can be ended", async () => {
  const reason = new Error("over");
  const world = functions((_, { signal }) => {
    signal.throwIfAborted();
    return Promise.resolve({ end: "returned", value: true, output: "" });
  });
  const signal = AbortSignal.abort(reason);
  await expect(probe(kind, options, { world, related, signal })).rejects.toBe(reason);
});

it("CrossResourceAssert names the function form when the claim is in words", () => {
  const words = { ...options, assertion: "what the shop writes arrives in redis" };
  const { problems } = readOptions(kind.fields, words);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    property: "assertion",
    message: "must be a function (source, target, context): words cannot be run",
  });
  expect(problems[0]?.hint).toContain("assertion: async (source, target) =>");
});

it("CrossResourceAssert names its source first, so that it belongs to it", () => {
  const references = Object.entries(kind.fields).filter(([, field]) => field.isReference);
  expect(references.map(([name]) => name)).toEqual(["source", "target"]);
});

it("CrossResourceAssert claims what its name says", () => {
  expect(kind.claim(bind(kind, options))).toBe("shop works with redis");
  expect(kind.claim(bind(kind, { ...options, name: "orders arrive" }))).toBe("orders arrive");
  expect(kind.subject(bind(kind, options))).toBe("shop → redis");
});
