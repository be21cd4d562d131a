import type { ProgramFile } from "../../ports/supervisor-control.ts";
import type { Ini } from "./ini.ts";
import { NOTHING } from "./section-text.ts";

type Definition = ProgramFile["definition"];

const OWN_OPTIONS: ReadonlySet<string> = new Set([
  "command",
  "directory",
  "user",
  "environment",
  "autostart",
  "autorestart",
]);

const OTHERS_LIMIT = 20;

const YES = /^(?:yes|true|on|1)$/iu;
const NO = /^(?:no|false|off|0)$/iu;

/** One part of a word: in quotes, escaped, or plain. */
const WORD_PART = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/suy;
const SPACE = /\s+/uy;
const ASSIGNMENT = /\s*([\w./+():-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w./+():-]+))\s*(,|$)/uy;

/**
 * Reads how a program is run from the text of a file, whoever wrote it.
 *
 * @param ini - The file.
 * @param program - Its name.
 * @returns What its section says, and the names of what else stands there.
 */
export function readSection(ini: Ini, program: string): Pick<ProgramFile, "definition" | "others"> {
  const own = `program:${program}`;
  const section = ini.get(own);
  const option = (name: string): string | null => {
    const value = section?.get(name);
    return value === undefined ? null : unescaped(value);
  };
  const environment = option("environment");
  const command = option("command");
  const definition: Definition = {
    command: command === null ? null : wordsOf(command),
    cwd: option("directory"),
    user: option("user"),
    variables: environment === null ? {} : variablesOf(environment),
    autoStart: switchOf(option("autostart")),
    autoRestart: switchOf(option("autorestart")),
  };
  const sections = [...ini.keys()].filter((name) => name !== own).map((name) => `[${name}]`);
  const options = [...(section?.keys() ?? [])].filter((name) => !OWN_OPTIONS.has(name));
  return { definition, others: [...options, ...sections].slice(0, OTHERS_LIMIT) };
}

/**
 * Takes a command apart as supervisord does.
 *
 * @param text - The program and its arguments, quoted as in a shell.
 * @returns Null when a quote is not closed.
 */
export function wordsOf(text: string): readonly string[] | null {
  const words: string[] = [];
  for (let at = endOfSpace(text, 0); at < text.length; at = endOfSpace(text, at)) {
    let word = "";
    for (let part = partAt(text, at); part !== null; part = partAt(text, at)) {
      word += part.text;
      at = part.end;
    }
    // A quote that is not closed.
    if (at < text.length && endOfSpace(text, at) === at) return null;
    words.push(word);
  }
  return words;
}

function endOfSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.test(text) ? SPACE.lastIndex : at;
}

function partAt(text: string, at: number): { readonly text: string; readonly end: number } | null {
  WORD_PART.lastIndex = at;
  const part = WORD_PART.exec(text);
  if (part === null) return null;
  const [, single, double, character, plain = ""] = part;
  const within = double?.replace(/\\(["\\])/gu, "$1");
  return { text: single ?? within ?? character ?? plain, end: WORD_PART.lastIndex };
}

/**
 * Takes an environment apart as supervisord does.
 *
 * @param text - Such as `A="1",B='2'`.
 * @returns Null when it is none.
 */
export function variablesOf(text: string): Readonly<Record<string, string>> | null {
  const entries: (readonly [string, string])[] = [];
  for (let at = 0; at < text.length;) {
    ASSIGNMENT.lastIndex = at;
    const [whole, name = "", double, single, plain] = ASSIGNMENT.exec(text) ?? [];
    if (whole === undefined) return null;
    const value = double ?? single ?? plain ?? "";
    entries.push([name, value.replace(/^["']+|["']+$/gu, "")]);
    at = ASSIGNMENT.lastIndex;
  }
  return Object.fromEntries(entries);
}

function unescaped(value: string): string {
  return value.replaceAll(NOTHING, "").replaceAll("%%", "%");
}

function switchOf(value: string | null): boolean | null {
  if (value === null) return null;
  if (YES.test(value)) return true;
  return NO.test(value) ? false : null;
}
