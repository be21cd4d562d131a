import { ENVIRONMENT } from "../../model/command-environment.ts";
import { command, either } from "../../model/composite-types.ts";
import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { boolean, secretReference, text, url } from "../../model/option-types.ts";
import { InvalidOption, type ValuesOf } from "../../model/options.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import {
  configurationTextProblem,
  programNameProblem,
  variableProblem,
} from "../../model/supervisor-text.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { createProgram, removeProgram, updateProgram } from "../lifecycles/supervisor-change.ts";
import { restartProgram } from "../lifecycles/supervisor-restart.ts";
import { listPrograms, readProgram } from "../lifecycles/supervisor-read.ts";
import { diagnoseProgram, verifyProgram } from "../lifecycles/supervisor-verify.ts";

const FIELDS = {
  program: text({ most: 255, like: /^[^\s[\]]+$/u, label: "name of a program" }).optional(
    "Its name, with its group before a colon where that differs; the name of the resource by default.",
  ),
  command: command().optional("The program and its arguments; only looked at when left out."),
  cwd: PATH.optional("Where it runs; where supervisord does by default."),
  user: text({ most: 255, like: /^[^\s:/]+$/u, label: "name of an account" }).optional(
    "The user that it runs as; that of supervisord by default.",
  ),
  envVars: ENVIRONMENT.or({}, "Its environment, as text or secret references."),
  autoStart: boolean().or(true, "Whether supervisord starts it when it starts itself."),
  autoRestart: boolean().or(true, "Whether supervisord restarts it when it ends."),
  serverUrl: either(
    url("http", "https"),
    text({ most: 4_096, like: /^unix:\/\/\/[^?#]*$/u, label: "unix:///path" }),
  ).optional("Where supervisord answers; as its own configuration says by default."),
  username: text({ most: 255 }).optional("Who asks, where supervisord wants to know."),
  password: secretReference().optional("The password of that user."),
  configFolder: PATH.optional(
    "The folder of the files that supervisord includes (*.conf), where its own configuration does not say.",
  ),
};

const LIFECYCLE: LifecycleDefinition<typeof FIELDS, DeployWorld> = {
  // It counts as running after 1 s, and is given up after 4 attempts, some 10 s later.
  settleSeconds: 15,
  replacing: ["program", "serverUrl", "configFolder"],
  isManaged: ({ command: words }) => words !== null,
  claims: ({ program, serverUrl }, name) => [
    `program:${serverUrl ?? "default"}:${program ?? name}`,
  ],
  verify: verifyProgram,
  read: readProgram,
  create: createProgram,
  update: updateProgram,
  remove: removeProgram,
  restart: restartProgram,
  diagnose: diagnoseProgram,
  list: listPrograms,
};

/**
 * A program under supervisord.
 *
 * With a command it is made: its section is written to a file of its own, `clockwork-<program>.conf`, in a folder that
 * supervisord includes, and supervisord is told over its XML-RPC to add and start this one program. No other program is
 * touched. supervisord has no other way to be given secrets, so they stand in that file, which then only its owner may read
 * (0600).
 *
 * Without assertions, it must be RUNNING.
 *
 * @example
 * ```ts
 * new SupervisorProgramResource({ name: "mailer", program: "workers:mailer" });
 * ```
 */
export class SupervisorProgramResource extends resource({
  kind: "supervisor-program",
  name: "SupervisorProgramResource",
  summary: "A program under supervisord.",
  fields: FIELDS,
  checkIntervalSeconds: 10,
  target: (parameters, name) => {
    const { program, username, password } = parameters;
    if ((username === null) !== (password === null)) {
      throw new InvalidOption("needs username and password, or neither of them");
    }
    if (parameters.command !== null) refuseUnwritable(parameters, program ?? name);
    return { program: program ?? name };
  },
  builtIn: ({ serverUrl, username, password }) => [
    { kind: "supervisor-program", parameters: { serverUrl, username, password } },
  ],
  lifecycle: LIFECYCLE,
  sample: { program: "workers:mailer" },
}) {}

function refuseUnwritable(
  { command: words, cwd, user, envVars }: ValuesOf<typeof FIELDS>,
  program: string,
): void {
  const refuse = (property: string, problem: string | null): void => {
    if (problem !== null) throw new InvalidOption(`${property} ${problem}`);
  };
  refuse("program", programNameProblem(program));
  for (const word of words ?? []) refuse("command", configurationTextProblem(word));
  refuse("cwd", configurationTextProblem(cwd ?? ""));
  refuse("user", configurationTextProblem(user ?? ""));
  for (const [variable, value] of Object.entries(envVars)) {
    const text = typeof value === "string" ? value : "";
    refuse(`envVars.${variable}`, variableProblem(variable, text));
  }
}
