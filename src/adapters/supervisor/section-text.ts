import { markLine } from "../../model/mark-line.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import {
  configurationTextProblem,
  programNameProblem,
  variableProblem,
} from "../../model/supervisor-text.ts";
import type { ProgramDefinition, SectionOptions } from "../../ports/supervisor-control.ts";

/** Expands to nothing: it stands between characters that would mean something together. */
export const NOTHING = "%(program_name).0s";

const PLAIN_WORD = /^[\w@%+=:,./-]+$/u;

/**
 * Writes the file of a program: our marks, and its section.
 *
 * @param program - Its name.
 * @param options - What it says.
 * @returns The text.
 * @throws {@link DeployError} When supervisord's configuration has no way to say it; no value is in the message.
 * @see supervisord's options.py and datatypes.py, version 4.2: ConfigParser, then expansion by %, then shlex.
 */
export function sectionText(program: string, { definition, marks }: SectionOptions): string {
  refuseUnwritable(program, definition);
  const { command, cwd, user, variables, autoStart, autoRestart } = definition;
  const environment = Object.entries(variables)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${quotedValue(value)}`);
  const options = [
    `command=${escaped(command.map(quotedWord).join(" "))}`,
    ...(cwd === null ? [] : [`directory=${escaped(cwd)}`]),
    ...(user === null ? [] : [`user=${escaped(user)}`]),
    ...(environment.length === 0 ? [] : [`environment=${escaped(environment.join(","))}`]),
    `autostart=${String(autoStart)}`,
    `autorestart=${String(autoRestart)}`,
  ];
  return `${markLine(";", marks)}[program:${program}]\n${options.join("\n")}\n`;
}

function refuseUnwritable(program: string, definition: ProgramDefinition): void {
  const { command, cwd, user, variables } = definition;
  const texts = [...command, cwd ?? "", user ?? ""];
  const problems = [
    { what: "program", problem: programNameProblem(program) },
    ...texts.map((text) => ({
      what: "command, cwd and user",
      problem: configurationTextProblem(text),
    })),
    ...Object.entries(variables).map(([name, value]) => ({
      what: `envVars.${name}`,
      problem: variableProblem(name, value),
    })),
  ];
  for (const { what, problem } of problems) {
    if (problem !== null) throw new DeployError(`${what} ${problem}`, { code: "option-invalid" });
  }
}

// As `shlex.split` of Python takes apart.
function quotedWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function quotedValue(value: string): string {
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

// What follows white space would be a comment, and `%(here)s` is replaced before anything else is looked at.
function escaped(text: string): string {
  return text
    .replaceAll("%", "%%")
    .replace(/%%(?=\()/gu, `%%${NOTHING}`)
    .replace(/(?<=\s)(?=[;#])/gu, NOTHING);
}
