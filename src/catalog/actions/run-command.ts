import { action } from "../../model/action.ts";
import { ENVIRONMENT, resolveEnvironment } from "../../model/command-environment.ts";
import { outputDetails, shownCommand } from "../../model/command-text.ts";
import { command, either, list } from "../../model/composite-types.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { duration, integer } from "../../model/option-types.ts";
import { PATH } from "../../model/path-option.ts";
import { redactor } from "../../model/redactor.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { withinLimit } from "../lifecycles/within-limit.ts";

/** Enough to find what went wrong. */
const LIMIT_BYTES = 64 * 1024;

const MOST_CODE = 255;

/**
 * Runs a command, given as a list: no shell is involved. Whatever of its process group is left when it has ended goes with it;
 * a daemon, which has a session of its own, stays.
 *
 * @example
 * ```ts
 * new RunCommandAction({ command: ["systemctl", "restart", "nginx"], timeout: 30 });
 * ```
 */
export class RunCommandAction extends action({
  kind: "run-command",
  name: "RunCommandAction",
  summary: "Runs a command; no shell is involved.",
  fields: {
    command: command().required(
      "The program, looked up in PATH when it has no slash, and its arguments.",
    ),
    workingDir: PATH.optional("Where it runs; in the project's folder by default."),
    environment: ENVIRONMENT.or(
      {},
      "Variables for it, as text or secret references, besides PATH, HOME, LANG and the like.",
    ),
    timeout: duration().or(60, "How long it may take before it is killed."),
    expectedReturnCode: either(
      integer(0, MOST_CODE),
      list(integer(0, MOST_CODE), { least: 1, most: MOST_CODE + 1 }),
    ).or(0, "The exit code, or a list of those that are fine."),
  },
  timeoutSeconds: 86_400,
  run: async (parameters, world: DeployWorld, { signal: stopped }) => {
    const { command: words, workingDir, timeout: seconds, expectedReturnCode } = parameters;
    const { resolve } = world.secrets;
    const { variables, secrets } = await resolveEnvironment(parameters.environment, resolve);
    const commands = await world.commands();
    const shown = shownCommand(words);
    const outcome = await withinLimit(
      { clock: world.clock, signal: stopped, seconds, doing: shown },
      (signal) =>
        commands.run(words, {
          ...{ signal, limitBytes: LIMIT_BYTES, env: variables },
          ...(workingDir === null ? {} : { cwd: workingDir }),
        }),
    );
    const { exitCode } = outcome;
    if (exitCode === null || ![expectedReturnCode].flat().includes(exitCode)) {
      throw new DeployError(redactor(secrets)(`${shown} ${howItEnded(outcome)}`), {
        hint: whatItSaid(outcome, secrets),
      });
    }
    return redactor(secrets)(`${shown} exited with ${String(exitCode)}`);
  },
  sample: { command: ["systemctl", "restart", "nginx"], timeout: 30 },
}) {}

function howItEnded({ exitCode, exitSignal }: CommandOutcome): string {
  return exitCode === null
    ? `was ended by ${exitSignal ?? "a signal"}`
    : `exited with ${String(exitCode)}`;
}

// Before it is cut, as half of a secret would not be found.
function whatItSaid({ stdout, stderr }: CommandOutcome, secrets: readonly string[]): string | null {
  const redact = redactor(secrets);
  const said = outputDetails({ stdout: redact(stdout), stderr: redact(stderr) });
  return said === "" ? null : said;
}
