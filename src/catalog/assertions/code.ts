import { assertion } from "../../model/assertion.ts";
import type { CheckFunction } from "../../model/check-function.ts";
import { functionOption } from "../../model/function-option.ts";
import { judgeFunction, shownFunction } from "../../model/function-outcome.ts";
import { integer, text } from "../../model/option-types.ts";
import type { World } from "../../ports/world.ts";

const LIMIT_NAME = 200;

const FIELDS = {
  fn: functionOption<CheckFunction>().required(
    "Gets its resource and a context; returns a boolean, [boolean, message] or { passed, message, …diagnostics }, or a promise of it.",
  ),
  name: text({ most: LIMIT_NAME }).optional(
    "What must be true, in words; the name of the function by default.",
  ),
  memoryMb: integer(32, 65_536).or(128, "The most memory that it may use, in MiB."),
};

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const ORDERS = { module: "main.ts", position: 0, of: 2, hash: HASH };
const STOCK = { module: "main.ts", position: 1, of: 2, hash: HASH };

// The same with its function among the options, as plans have it.
class CodeAssertion extends assertion({
  kind: "code",
  name: "CodeAssert",
  summary: "A function of yours says that all is well; it runs in a process of its own.",
  timeoutSeconds: 10,
  uses: ["functions"],
  // So many processes run functions at once.
  lane: () => ({ name: "functions", atOnce: 4 }),
  fields: FIELDS,
  claim: ({ fn, name }) => name ?? `${shownFunction(fn)} passes`,
  subject: ({ fn, name }) => name ?? shownFunction(fn),
  probe: async ({ fn, memoryMb }, world: World, { target, signal, timeoutMs }) => {
    const functions = await world.functions();
    return await functions.run(fn, { targets: [target], memoryMb, timeoutMs, signal });
  },
  judge: judgeFunction,
  samples: [
    {
      options: { fn: ORDERS, name: "orders add up" },
      observation: { end: "returned", value: [true, "312 orders"], output: "" },
      verdict: "pass",
    },
    {
      options: { fn: ORDERS, name: "orders add up" },
      observation: {
        end: "returned",
        value: { passed: false, message: "2 orders without items", orders: 312, without: [17, 41] },
        output: "",
      },
      verdict: "fail",
    },
    {
      options: { fn: STOCK },
      observation: {
        end: "threw",
        message: "TypeError: fetch failed",
        stack: "at main.ts:21:17",
        output: "",
      },
      verdict: "fail",
    },
    {
      options: { fn: STOCK },
      observation: {
        end: "killed",
        reason: "memory",
        message: "used more than 128 MiB of memory",
        output: "",
      },
      verdict: "error",
    },
  ],
}) {}

/** Options of a `CodeAssert`, besides its function. */
type CodeOptions = Omit<NonNullable<ConstructorParameters<typeof CodeAssertion>[0]>, "fn">;

/**
 * A function of yours says that all is well.
 *
 * It runs in a process of its own with an empty environment, and may import packages and files of the project. The process is
 * killed, with all that it started, when it takes too long or too much memory. That contains accidents, not malice: a function
 * may do whatever the user may who runs Clockwork.
 *
 * @example
 * ```ts
 * new CodeAssert(async (resource) => {
 *   const { stdout } = await resource.run(["redis-cli", "dbsize"]);
 *   return [Number(stdout) > 0, `${stdout.trim()} keys`];
 * });
 * ```
 */
export class CodeAssert extends CodeAssertion {
  /**
   * Declares that a function passes.
   *
   * @param fn - Gets its resource and a context; returns a boolean, `[boolean, message]` or `{ passed, message, …diagnostics }`.
   * @param options - Its resource, where it stands in the list of none; name, timeout (10 s by default), memory, severity.
   */
  constructor(fn: CheckFunction, options: CodeOptions = {}) {
    const own = typeof fn === "function" && fn.name !== "" ? fn.name.slice(0, LIMIT_NAME) : null;
    super({ ...(own === null ? {} : { name: own }), ...options, fn });
  }
}
