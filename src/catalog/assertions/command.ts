import { boundedWork } from "../../model/bounded-work.ts";
import { assertion, type Judgement } from "../../model/assertion.ts";
import { ENVIRONMENT, resolveEnvironment } from "../../model/command-environment.ts";
import { outputDetails, shownCommand } from "../../model/command-text.ts";
import { quotedExcerpt } from "../../model/excerpt.ts";
import { command, either, list } from "../../model/composite-types.ts";
import { integer, text } from "../../model/option-types.ts";
import { expressionOf, pattern, shownPattern, type Pattern } from "../../model/pattern-option.ts";
import { PATH } from "../../model/path-option.ts";
import { redactor } from "../../model/redactor.ts";
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

/** How a command ended. */
interface Seen extends CommandOutcome {
  /** What it was given in confidence, and may have printed: nothing that is shown may hold it. */
  readonly secrets: readonly string[];
}

/** One thing that must hold of an outcome. */
interface Condition {
  readonly expected: string;
  readonly isMet: boolean;
  readonly actual: string;
  /** True when nothing can be said of it, as the output was cut. */
  readonly isUnknown: boolean;
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
  uses: ["commands"],
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
      `What its standard output must match; of more than ${String(LIMIT_MIB)} MiB nothing can be said.`,
    ),
    stderrMatches: pattern().optional(
      `What its standard error must match; of more than ${String(LIMIT_MIB)} MiB nothing can be said.`,
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
    const { variables, secrets } = await resolveEnvironment(env, world.secrets.resolve);
    const commands = await world.commands();
    const outcome = await commands.run(words, {
      signal,
      limitBytes: LIMIT_BYTES,
      env: variables,
      ...(cwd === null ? {} : { cwd }),
      ...(input === null ? {} : { input }),
    });
    return { ...outcome, secrets };
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
        secrets: [],
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
        secrets: [],
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
        secrets: [],
      },
      verdict: "error",
    },
  ],
}) {}

function judged(outcome: Seen, all: readonly [Condition, ...(readonly Condition[])]): Judgement {
  const [exit] = all;
  const unmet = all.find(({ isMet, isUnknown }) => !isMet && !isUnknown);
  const open = unmet ?? all.find(({ isMet }) => !isMet);
  if (open === undefined) {
    return { verdict: "pass", expected: exit.expected, actual: exit.actual };
  }
  const { expected, actual, isUnknown } = open;
  const redact = redactor(outcome.secrets);
  const details = outputDetails({
    stdout: redact(outcome.stdout),
    stderr: redact(outcome.stderr),
  });
  const more = details === "" ? {} : { details };
  if (!isUnknown) return { verdict: "fail", expected, actual, ...more };
  const cut = `${actual}; no more than ${String(LIMIT_MIB)} MiB were searched`;
  return { verdict: "error", expected, actual: cut, ...more };
}

// Without an outcome, these are the conditions alone, for the claim.
function conditions(
  outcome: Seen | null,
  { expectedReturnCode, stdoutContains, stdoutMatches, stderrMatches }: Wanted,
): readonly [Condition, ...(readonly Condition[])] {
  return [
    exitCondition(outcome, expectedReturnCode),
    ...(stdoutContains === null ? [] : [containsCondition(outcome, stdoutContains)]),
    ...(stdoutMatches === null ? [] : [matchCondition("stdout", outcome, stdoutMatches)]),
    ...(stderrMatches === null ? [] : [matchCondition("stderr", outcome, stderrMatches)]),
  ];
}

function exitCondition(
  outcome: Seen | null,
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
    isUnknown: false,
  };
}

function containsCondition(outcome: Seen | null, wanted: string): Condition {
  return {
    expected: `stdout with ${quotedExcerpt(wanted)}`,
    isMet: outcome?.stdout.includes(wanted) === true,
    actual: shownOutput("stdout", outcome),
    isUnknown: outcome?.isTruncated === true,
  };
}

// Output that was cut ends where nothing ends, so that `$` or `(?!…)` would be met there by mistake.
function matchCondition(
  name: "stdout" | "stderr",
  outcome: Seen | null,
  wanted: Pattern,
): Condition {
  const isUnknown = outcome?.isTruncated === true;
  const isFound = (): boolean => expressionOf(wanted).test(outcome?.[name] ?? "");
  return {
    expected: `${name} matching ${shownPattern(wanted)}`,
    isMet: !isUnknown && boundedWork("searching the output", isFound),
    actual: shownOutput(name, outcome),
    isUnknown,
  };
}

function shownOutput(name: "stdout" | "stderr", outcome: Seen | null): string {
  const output = redactor(outcome?.secrets ?? [])(outcome?.[name] ?? "");
  return output.trim() === "" ? `nothing on ${name}` : `${name} ${quotedExcerpt(output)}`;
}
