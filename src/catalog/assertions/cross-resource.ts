import { assertion } from "../../model/assertion.ts";
import type { CrossCheckFunction } from "../../model/check-function.ts";
import { ObservationError } from "../../model/errors.ts";
import { functionOption } from "../../model/function-option.ts";
import { judgeFunction } from "../../model/function-outcome.ts";
import type { FunctionReference } from "../../model/function-reference.ts";
import { OptionType } from "../../model/option-type.ts";
import { integer, resourceReference, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import type { World } from "../../ports/world.ts";

const FUNCTION = functionOption<CrossCheckFunction>();

// People who write a claim in words are told what to write instead.
const CLAIM = new OptionType<CrossCheckFunction | FunctionReference, FunctionReference>(
  "function",
  (value) => {
    if (typeof value !== "string") return FUNCTION.read(value);
    throw new InvalidOption("must be a function (source, target, context): words cannot be run", {
      hint: 'write assertion: async (source, target) => { const { exitCode } = await source.run(["…"]); return exitCode === 0; }, and the words as name',
    });
  },
);

const EXAMPLE = {
  source: "shop",
  target: "redis",
  assertion: {
    module: "main.ts",
    position: 0,
    of: 1,
    hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  },
  name: "what the shop writes arrives in redis",
};

/**
 * A function of yours says that two resources work together. It belongs to the source, which from then on depends on the
 * target.
 *
 * It runs as the function of a `CodeAssert` does: in a process of its own with an empty environment, contained against
 * accidents, not against malice.
 *
 * @example
 * ```ts
 * new CrossResourceAssert({
 *   source: shop,
 *   target: redis,
 *   assertion: async (source, target) => {
 *     await source.run(["shop", "put", "canary", "42"]);
 *     try {
 *       const { stdout } = await target.run(["redis-cli", "get", "canary"]);
 *       return [stdout.trim() === "42", `redis has ${stdout.trim()}`];
 *     } finally {
 *       await target.run(["redis-cli", "del", "canary"]);
 *     }
 *   },
 * });
 * ```
 */
export class CrossResourceAssert extends assertion({
  kind: "cross-resource",
  name: "CrossResourceAssert",
  summary: "A function of yours says that two resources work together.",
  timeoutSeconds: 10,
  uses: ["functions"],
  // So many processes run functions at once.
  lane: () => ({ name: "functions", atOnce: 4 }),
  fields: {
    source: resourceReference().required(
      "The resource that it belongs to, and that needs the other.",
    ),
    target: resourceReference().required("The resource that is needed."),
    assertion: CLAIM.required(
      "Gets source, target and a context; returns a boolean, [boolean, message] or { passed, message, …diagnostics }, or a promise of it.",
    ),
    name: text({ most: 200 }).optional("What must be true, in words."),
    memoryMb: integer(32, 65_536).or(128, "The most memory that it may use, in MiB."),
  },
  claim: ({ source, target, name }) => name ?? `${source} works with ${target}`,
  subject: ({ source, target }) => `${source} → ${target}`,
  probe: async (parameters, world: World, { related, signal, timeoutMs }) => {
    const { source, target, assertion: claim, memoryMb } = parameters;
    const targets = [source, target].map((name) => {
      const known = related[name];
      if (known !== undefined) return known;
      throw new ObservationError(`the plan does not say what ${name} is: run clockwork compile`);
    });
    const functions = await world.functions();
    return await functions.run(claim, { targets, memoryMb, timeoutMs, signal });
  },
  judge: judgeFunction,
  samples: [
    {
      options: EXAMPLE,
      observation: { end: "returned", value: true, output: "" },
      verdict: "pass",
    },
    {
      options: EXAMPLE,
      observation: { end: "returned", value: [false, "redis has nothing"], output: "" },
      verdict: "fail",
    },
    {
      options: EXAMPLE,
      observation: {
        end: "killed",
        reason: "exit",
        message: "ended its process with exit code 1",
        output: "",
      },
      verdict: "error",
    },
  ],
}) {}
