import { printable, singleLine, truncate } from "./text.ts";

/** Wide enough for a program and what tells one use of it from another. */
const LIMIT_COLUMNS = 60;

/** The last lines of an output are those that say what went wrong. */
const LIMIT_LINES = 20;
const LIMIT_TAIL_CHARACTERS = 1_500;

const PLAIN_WORD = /^[\w@%+=:,./-]+$/u;

/** An option of which the value is no business of a report. */
const SECRET_OPTION = /^--?[\w-]*(?:pass(?:w(?:or)?d)?|secret|token|api-?key|credentials?)$/iu;

const CREDENTIALS = /(?<=\/\/)[^/\s]*@/gu;

/**
 * Shows a command on one line, as one would type it, cut when it is long.
 *
 * Credentials in URLs and the values of options that are named like a password are hidden.
 *
 * @param command - The program and its arguments.
 * @returns Such as `check_http -H localhost`.
 */
export function shownCommand(command: readonly string[]): string {
  const words = command.map((word, index) => shownWord(word, command[index - 1] ?? ""));
  return truncate(singleLine(words.join(" ")), LIMIT_COLUMNS);
}

/**
 * Keeps the end of what a command printed.
 *
 * @param output - What it printed to each of its outputs.
 * @returns At most 20 lines and 1,500 characters of each, under its name; empty when it printed nothing.
 */
export function outputDetails(output: {
  readonly stdout: string;
  readonly stderr: string;
}): string {
  const parts = (["stderr", "stdout"] as const).map((name) => {
    const tail = tailOf(output[name]);
    return tail === "" ? "" : `${name}:\n${tail}`;
  });
  return parts.filter((part) => part !== "").join("\n");
}

function shownWord(word: string, before: string): string {
  if (SECRET_OPTION.test(before) && !word.startsWith("-")) return "***";
  const equals = word.indexOf("=");
  const option = equals === -1 ? "" : word.slice(0, equals);
  if (SECRET_OPTION.test(option)) return `${option}=***`;
  const bare = word.replace(CREDENTIALS, "***@");
  return PLAIN_WORD.test(bare.replaceAll("***@", "")) ? bare : JSON.stringify(bare);
}

function tailOf(output: string): string {
  const lines = printable(output).trimEnd().split("\n").slice(-LIMIT_LINES).join("\n");
  return lines.length > LIMIT_TAIL_CHARACTERS ? `…${lines.slice(-LIMIT_TAIL_CHARACTERS)}` : lines;
}
