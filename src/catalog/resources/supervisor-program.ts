import { ENVIRONMENT } from "../../model/command-environment.ts";
import { command, either } from "../../model/composite-types.ts";
import { boolean, secretReference, text, url } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";

/**
 * A program under supervisord.
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
  fields: {
    program: text({ most: 255, like: /^[^\s[\]]+$/u, label: "name of a program" }).optional(
      "Its name, with its group before a colon where that differs; the name of the resource by default.",
    ),
    command: command().optional("The program and its arguments; only looked at when left out."),
    cwd: PATH.optional("Where it runs."),
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
  },
  checkIntervalSeconds: 10,
  target: ({ program, username, password }, name) => {
    if ((username === null) !== (password === null)) {
      throw new InvalidOption("needs username and password, or neither of them");
    }
    return { program: program ?? name };
  },
  builtIn: ({ serverUrl, username, password }) => [
    { kind: "supervisor-program", parameters: { serverUrl, username, password } },
  ],
  sample: { program: "workers:mailer" },
}) {}
