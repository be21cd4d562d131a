import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { ObservationError } from "../../model/errors.ts";
import type { FunctionOutcome } from "../../model/function-outcome.ts";
import type { FunctionReference } from "../../model/function-reference.ts";
import type { FunctionOptions, Functions } from "../../ports/functions.ts";
import { CodeAssert } from "./code.ts";

const { kind } = CodeAssert;
const fn = { module: "main.ts", position: 1, of: 2, hash: "0a".repeat(32) };

interface Asked {
  readonly reference: FunctionReference;
  readonly options: FunctionOptions;
}

function functions(run: (asked: Asked) => Promise<FunctionOutcome>): {
  functions: () => Promise<Functions>;
} {
  return {
    functions: () =>
      Promise.resolve({
        run: (reference, options) => run({ reference, options }),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  };
}

it("CodeAssert runs its function with its resource, and passes when it says so", async () => {
  const asked: Asked[] = [];
  const world = functions((question) => {
    asked.push(question);
    return Promise.resolve({ end: "returned", value: [true, "312 orders"], output: "" });
  });
  const options = { fn, memoryMb: 256 };
  const judgement = await probe(kind, options, { world, target: { path: "/srv" }, timeoutMs: 800 });
  expect(judgement).toMatchObject({ verdict: "pass", actual: "312 orders" });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.reference).toEqual(fn);
  expect(asked[0]?.options).toMatchObject({
    targets: [{ resource: "resource", path: "/srv" }],
    memoryMb: 256,
    timeoutMs: 800,
  });
});

it("CodeAssert fails with the message and stack of what was thrown", async () => {
  const world = functions(() =>
    Promise.resolve({ end: "threw", message: "Error: no", stack: "at main.ts:2:3", output: "" }),
  );
  expect(await probe(kind, { fn }, { world })).toMatchObject({
    verdict: "fail",
    actual: "Error: no",
    details: "at main.ts:2:3",
  });
});

it("CodeAssert cannot say anything when its function cannot be run", async () => {
  const error = new ObservationError("main.ts does not declare this function any more");
  const world = functions(() => Promise.reject(error));
  await expect(probe(kind, { fn }, { world })).rejects.toBe(error);
});

it("CodeAssert cannot say anything when its function takes too much memory", async () => {
  const killed = { end: "killed", reason: "memory", message: "used more", output: "" } as const;
  const world = functions(() => Promise.resolve(killed));
  expect(await probe(kind, { fn }, { world })).toMatchObject({ verdict: "error" });
});

it("CodeAssert passes its signal on, so that a function that hangs can be ended", async () => {
  const reason = new Error("over");
  const aborted = AbortSignal.abort(reason);
  const world = functions(({ options }) => {
    options.signal.throwIfAborted();
    return Promise.resolve({ end: "returned", value: true, output: "" });
  });
  await expect(probe(kind, { fn }, { world, signal: aborted })).rejects.toBe(reason);
});

it("CodeAssert claims what its name says", () => {
  const named = bind(kind, { fn, name: "orders add up" });
  expect([kind.claim(named), kind.subject(named)]).toEqual(["orders add up", "orders add up"]);
  const nameless = bind(kind, { fn });
  expect(kind.claim(nameless)).toBe("function 2 of main.ts passes");
  expect(nameless["memoryMb"]).toBe(128);
});

it.each([31, 65_537, 64.5])("CodeAssert refuses a memory limit of %s", (memoryMb) => {
  expect(() => bind(kind, { fn, memoryMb })).toThrow("integer from 32 to 65536");
});

it("CodeAssert outside of a project says where it belongs", () => {
  expect(() => new CodeAssert(() => true)).toThrow(ConfigurationError);
  expect(() => new CodeAssert(() => true)).toThrow("only the files of a project may declare");
});

it("CodeAssert refuses what is no function, and options that do not exist", () => {
  const make = (of: unknown, options?: object): unknown => new CodeAssert(of as never, options);
  expect(() => make("true")).toThrow('CodeAssert.fn: must be a function: got "true"');
  expect(() => make(fn, { memory: 1 })).toThrow("CodeAssert.memory: is not an option");
});
