import { boundedWork } from "./bounded-work.ts";
import { text } from "./option-types.ts";
import { expressionOf, shownPattern, type Pattern } from "./pattern-option.ts";

/** The name of a process, as an option. */
export const PROCESS_NAME = text({
  most: 255,
  like: /^[^/]+(?:\/\d+)?$/u,
  label: "name of a process, without a path",
});

/** What of a process tells whether it is meant. */
export interface SelectableProcess {
  /** The name that the kernel knows it by: at most 15 bytes of its program's file name. */
  readonly name: string;
  /** The program and its arguments; empty for a thread of the kernel. */
  readonly command: readonly string[];
  readonly isZombie: boolean;
}

/** Which processes are meant: all that is not null must hold. */
export interface ProcessCriteria {
  /** The kernel's name, or the file name of the program. */
  readonly name: string | null;
  /** Searched in the program and its arguments, joined by single spaces. */
  readonly pattern: Pattern | null;
  /** The program and its arguments, exactly; or a script with these, run by the interpreter in its first line. */
  readonly command: readonly string[] | null;
}

/** The processes that are meant. */
export interface SelectedProcesses<P> {
  readonly running: readonly P[];
  /** Those that have ended, and nobody has taken notice. */
  readonly zombies: readonly P[];
}

/** The kernel keeps that much of a name. */
const LIMIT_NAME_BYTES = 15;

/** An interpreter, and one argument that the first line of a script may give it. */
const MOST_INTERPRETER_WORDS = 2;

/**
 * Finds the processes that are meant.
 *
 * @param processes - All there are.
 * @param criteria - Which are meant; none is where all are null.
 * @returns Those that run, apart from those that only wait for their end to be noticed.
 */
export function selectProcesses<P extends SelectableProcess>(
  processes: readonly P[],
  criteria: ProcessCriteria,
): SelectedProcesses<P> {
  const tests = testsOf(criteria);
  const select = (): P[] =>
    processes.filter((process) => tests.length > 0 && tests.every((test) => test(process)));
  const meant =
    criteria.pattern === null ? select() : boundedWork("searching the command lines", select);
  return {
    running: meant.filter(({ isZombie }) => !isZombie),
    zombies: meant.filter(({ isZombie }) => isZombie),
  };
}

/**
 * Names the processes that are meant, without their arguments: those may hold what nobody should read.
 *
 * @param criteria - Which are meant.
 * @returns Such as `nginx`, `node matching /server\.js/`, `process matching /server\.js/`.
 */
export function shownCriteria({ name, pattern, command }: ProcessCriteria): string {
  const program = name ?? (command === null ? "process" : baseName(command[0] ?? ""));
  return pattern === null ? program : `${program} matching ${shownPattern(pattern)}`;
}

function testsOf(criteria: ProcessCriteria): readonly ((process: SelectableProcess) => boolean)[] {
  const { name, pattern, command } = criteria;
  const expression = pattern === null ? null : expressionOf(pattern);
  return [
    ...(name === null ? [] : [(process: SelectableProcess) => hasName(process, name)]),
    ...(expression === null
      ? []
      : [(process: SelectableProcess) => isMatched(process, expression)]),
    ...(command === null ? [] : [(process: SelectableProcess) => hasCommand(process, command)]),
  ];
}

function hasName(process: SelectableProcess, name: string): boolean {
  const fileName = baseName(process.command[0] ?? "");
  if (fileName === name) return true;
  if (!isKernelName(process.name, name)) return false;
  if (utf8Length(name) < LIMIT_NAME_BYTES) return true;
  // Two long names may begin alike; where the full one is known, it decides.
  return !fileName.startsWith(cutName(name));
}

// The cut may fall within a character, of which the decoded name then has only a mark.
function isKernelName(kernelName: string, name: string): boolean {
  return kernelName.replace(/\uFFFD+$/u, "") === cutName(name);
}

function cutName(name: string): string {
  let bytes = 0;
  let cut = "";
  for (const character of name) {
    bytes += utf8Length(character);
    if (bytes > LIMIT_NAME_BYTES) break;
    cut += character;
  }
  return cut;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function isMatched({ command }: SelectableProcess, expression: RegExp): boolean {
  return command.length > 0 && expression.test(command.join(" "));
}

function hasCommand(process: SelectableProcess, command: readonly string[]): boolean {
  if (isSame(process.command, command)) return true;
  const [program = "", ...args] = command;
  // The kernel names a script's process after the script: that tells it from an editor that has it open.
  if (!isKernelName(process.name, baseName(program))) return false;
  const words = process.command.length - command.length;
  if (words < 1 || words > MOST_INTERPRETER_WORDS) return false;
  const script = process.command[words] ?? "";
  const isScript = program.includes("/") ? script === program : baseName(script) === program;
  return isScript && isSame(process.command.slice(words + 1), args);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
