/** A line of supervisord's configuration ends with any of these, and nothing there stands for one. */
const CONTROL = /[[\p{Cc}\p{Cs}\u2028\u2029]--[\t]]/v;
const QUOTES_AT_ENDS = /^["']|["']$/u;
const VARIABLE_NAME = /^[\w.-]{1,255}$/u;

/** What a program may be called whose section we write: it is part of the name of a file. */
const PROGRAM_NAME = /^[\w@+-][\w.@+-]{0,199}$/u;

/**
 * Tells why a program cannot be called so.
 *
 * @param name - Its name.
 * @returns In words; null when it can.
 */
export function programNameProblem(name: string): string | null {
  if (PROGRAM_NAME.test(name)) return null;
  return name.includes(":")
    ? "must be a plain name where there is a command: a program in a group of another name cannot be written"
    : "must be of letters, digits and ._@+- where there is a command";
}

/**
 * Tells why something cannot stand in supervisord's configuration.
 *
 * @param text - A word of a command, or a path.
 * @returns In words; null when it can.
 */
export function configurationTextProblem(text: string): string | null {
  return CONTROL.test(text)
    ? "must hold no line break or control character, as supervisord's configuration has no way to write one"
    : null;
}

/**
 * Tells why supervisord cannot give a variable to a program. It has no way to write some values: within quotes there is none
 * to write a quote, and quotes at the ends are taken off.
 *
 * @param name - The variable.
 * @param value - Its value, which is no part of the answer.
 * @returns In words; null when it can.
 */
export function variableProblem(name: string, value: string): string | null {
  if (!VARIABLE_NAME.test(name)) return "must have a name of letters, digits, _, . and -";
  const problem = configurationTextProblem(value);
  if (problem !== null) return problem;
  const hasBoth = value.includes('"') && value.includes("'");
  return hasBoth || QUOTES_AT_ENDS.test(value)
    ? "must not begin or end with a quote, nor hold both kinds of them, as supervisord's configuration has no way to write that"
    : null;
}
