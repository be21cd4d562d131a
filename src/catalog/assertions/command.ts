import { assertion, type Judgement } from "../../model/assertion.ts";
import { ENVIRONMENT, resolveEnvironment } from "../../model/command-environment.ts";
import { outputDetails, shownCommand } from "../../model/command-text.ts";
import { quotedExcerpt } from "../../model/excerpt.ts";
import { command, either, list } from "../../model/composite-types.ts";
import { integer, text } from "../../model/option-types.ts";
import { expressionOf, pattern, shownPattern, type Pattern } from "../../model/pattern-option.ts";
import { PATH } from "../../model/path-option.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { World } from "../../ports/world.ts";

/** How much of each output is kept and searched. */
const LIMIT_MIB = 1;
const LIMIT_BYTES = LIMIT_MIB * 1024 * 1024;

const MOST_CODE = 255;

interface Wanted {
  readonly expectedReturnCode: number | readonly number[];
  readonly stdoutContains: string | null;
  readonly stdoutMatches: Pattern | null;
  readonly stderrMatches: Pattern | null;
}

/** One thing that must hold of an outcome. */
interface Condition {
  readonly expected: string;
  readonly isMet: boolean;
  readonly actual: string;
  /** True when more of the output could have met it. */
  readonly isOfOutput: boolean;
}

/**
 * A command ends as it should. It is given as a list: no shell is involved.
 *
 * @example
 * ```ts
 * new CommandAssert({ command: ["systemctl", "is-system-running"], stdoutMatches: /^running$/m });
 * ```
 */
export class CommandAssert extends assertion({
  kind: "command",
  name: "CommandAssert",
  summary: "A command ends as it should; no shell is involved.",
  fields: {
    command: command().required(
      "The program, looked up in PATH when it has no slash, and its arguments.",
    ),
    expectedReturnCode: either(
      integer(0, MOST_CODE),
      list(integer(0, MOST_CODE), { least: 1, most: MOST_CODE + 1 }),
    ).or(0, "The exit code, or a list of those that are fine."),
    stdoutContains: text().optional(
      `What stands in the first ${String(LIMIT_MIB)} MiB of its standard output.`,
    ),
    stdoutMatches: pattern().optional(
      `What is found in the first ${String(LIMIT_MIB)} MiB of its standard output.`,
    ),
    stderrMatches: pattern().optional(
      `What is found in the first ${String(LIMIT_MIB)} MiB of its standard error.`,
    ),
    env: ENVIRONMENT.optional(
      "Variables for it, as text or secret references, besides PATH, HOME, LANG and the like.",
    ),
    cwd: PATH.optional("Where it runs; in the project's folder by default."),
    input: text({ mayBeEmpty: true }).optional("What it reads; nothing by default."),
  },
  claim: (parameters) => {
    const ends = conditions(null, parameters).map(({ expected }) => expected);
    return `${shownCommand(parameters.command)} gives ${ends.join(", ")}`;
  },
  subject: (parameters) => shownCommand(parameters.command),
  probe: async ({ command: words, env, cwd, input }, world: World, { signal }) => {
    const { variables, redact } = await resolveEnvironment(env, world.secrets.resolve);
    const commands = await world.commands();
    const outcome = await commands.run(words, {
      signal,
      limitBytes: LIMIT_BYTES,
      env: variables,
      ...(cwd === null ? {} : { cwd }),
      ...(input === null ? {} : { input }),
    });
    const { exitCode, exitSignal, stdout, stderr, isTruncated } = outcome;
    return {
      exitCode,
      exitSignal,
      stdout: redact(stdout),
      stderr: redact(stderr),
      isTruncated,
    };
  },
  judge: (outcome, parameters) => judged(outcome, conditions(outcome, parameters)),
  samples: [
    {
      options: { command: ["nginx", "-t"], stderrMatches: /syntax is ok/ },
      observation: {
        exitCode: 0,
        exitSignal: null,
        stdout: "",
        stderr: "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n",
        isTruncated: false,
      },
      verdict: "pass",
    },
    {
      options: { command: ["pg_isready"], expectedReturnCode: [0, 1] },
      observation: {
        exitCode: 2,
        exitSignal: null,
        stdout: "/var/run/postgresql:5432 - no response\n",
        stderr: "",
        isTruncated: false,
      },
      verdict: "fail",
    },
    {
      options: { command: ["journalctl"], stdoutContains: "ready" },
      observation: {
        exitCode: 0,
        exitSignal: null,
        stdout: "started\n",
        stderr: "",
        isTruncated: true,
      },
      verdict: "error",
    },
  ],
}) {}

function judged(
  outcome: CommandOutcome,
  all: readonly [Condition, ...(readonly Condition[])],
): Judgement {
  const [exit] = all;
  const unmet = all.find(({ isMet }) => !isMet);
  if (unmet === undefined) {
    return { verdict: "pass", expected: exit.expected, actual: exit.actual };
  }
  const { expected, actual, isOfOutput } = unmet;
  const details = outputDetails(outcome);
  const more = details === "" ? {} : { details };
  if (isOfOutput && outcome.isTruncated) {
    const cut = `${actual}; no more than ${String(LIMIT_MIB)} MiB were searched`;
    return { verdict: "error", expected, actual: cut, ...more };
  }
  return { verdict: "fail", expected, actual, ...more };
}

// Without an outcome, these are the conditions alone, for the claim.
function conditions(
  outcome: CommandOutcome | null,
  wanted: Wanted,
): readonly [Condition, ...(readonly Condition[])] {
  const { stdoutContains, stdoutMatches, stderrMatches } = wanted;
  const { stdout, stderr } = outcome ?? { stdout: "", stderr: "" };
  return [
    exitCondition(outcome, wanted.expectedReturnCode),
    ...(stdoutContains === null
      ? []
      : [
          {
            expected: `stdout with ${quotedExcerpt(stdoutContains)}`,
            isMet: stdout.includes(stdoutContains),
            actual: shownOutput("stdout", stdout),
            isOfOutput: true,
          },
        ]),
    ...(stdoutMatches === null ? [] : [matchCondition("stdout", stdout, stdoutMatches)]),
    ...(stderrMatches === null ? [] : [matchCondition("stderr", stderr, stderrMatches)]),
  ];
}

function exitCondition(
  outcome: CommandOutcome | null,
  expectedReturnCode: number | readonly number[],
): Condition {
  const codes = [expectedReturnCode].flat();
  const exitCode = outcome?.exitCode ?? null;
  return {
    expected: `exit code ${codes.join(" or ")}`,
    isMet: exitCode !== null && codes.includes(exitCode),
    actual:
      exitCode === null
        ? `ended by ${outcome?.exitSignal ?? "a signal"}`
        : `exit code ${String(exitCode)}`,
    isOfOutput: false,
  };
}

function matchCondition(name: string, output: string, wanted: Pattern): Condition {
  return {
    expected: `${name} matching ${shownPattern(wanted)}`,
    isMet: expressionOf(wanted).test(output),
    actual: shownOutput(name, output),
    isOfOutput: true,
  };
}

function shownOutput(name: string, output: string): string {
  return output.trim() === "" ? `nothing on ${name}` : `${name} ${quotedExcerpt(output)}`;
}
