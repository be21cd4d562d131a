import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { ProjectDeclaration } from "../../model/project.ts";
import type { SourceLocation } from "../../model/source-location.ts";
import type { LoadMessage } from "./load-message.ts";
import { endOfLoading, type LoaderEnding } from "./loader-ending.ts";

/** How a project is loaded. */
export interface LoadOptions {
  /** How long it may take, in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number;
  /** How much memory it may take, in MiB; 512 by default. */
  readonly memoryMb?: number;
  readonly signal?: AbortSignal;
  /** Gets what the project prints while it is loaded, up to 65,536 characters. */
  readonly onOutput?: (text: string) => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** With this, Node ends when a top-level `await` can never be settled. */
const UNSETTLED_AWAIT = 13;

/**
 * Loads a project in a process of its own, which comes to no good and does no harm when the file loops, exits or throws.
 *
 * @param main - The absolute path of its `main.ts`.
 * @param options - How long it may take, and who reads what it prints.
 * @returns What it declares; whatever is wrong with it is among the problems.
 * @throws The reason of the signal.
 */
export async function loadProject(
  main: string,
  options: LoadOptions = {},
): Promise<ProjectDeclaration> {
  const { signal, onOutput = ignore, timeoutMs = DEFAULT_TIMEOUT_MS, memoryMb } = options;
  const file = basename(main);
  if (!existsSync(main)) return failed(file, missing(file));
  signal?.throwIfAborted();
  // Node names files by where they really are: the folder must be named likewise.
  const path = join(realpathSync(dirname(main)), file);
  const ending = await endOfLoading({ main: path, memoryMb }, { timeoutMs, signal, onOutput });
  signal?.throwIfAborted();
  if (ending.message?.state === "loaded") return ending.message.declaration;
  return failed(file, problemOf(ending, path, timeoutMs));
}

function ignore(): void {
  // Nobody reads it.
}

/** Why nothing was loaded, and which line is to blame. */
export type LoadProblem = Pick<Diagnostic, "code" | "message" | "hint"> & {
  readonly at?: SourceLocation | null;
};

/**
 * Tells why nothing was loaded.
 *
 * @param ending - How the process ended that should have.
 * @param main - The absolute path of the file.
 * @param timeoutMs - How long it had.
 * @returns The problem, without the file where that is all that is known of its place.
 */
export function problemOf(ending: LoaderEnding, main: string, timeoutMs: number): LoadProblem {
  const { message, isLate, isOutOfMemory, isTooLong, exitCode, memoryMb } = ending;
  if (isOutOfMemory) return outOfMemory(memoryMb);
  if (isLate) return late(timeoutMs, lateAt(ending, main));
  if (isTooLong) return tooLong();
  if (message?.state === "exited") return exited(message);
  return exitCode === UNSETTLED_AWAIT ? unsettled(awaitLine(main)) : ended(ending);
}

function missing(file: string): LoadProblem {
  return {
    code: "project-missing",
    message: file.endsWith(".ts") ? `there is no ${file} here` : "there is no such file or folder",
    hint: "run clockwork init to write one, or name the folder with --project",
  };
}

function outOfMemory(memoryMb: number): LoadProblem {
  return {
    code: "project-exited",
    message: `ran out of memory while it was loaded: it may use ${String(memoryMb)} MiB`,
    hint: "a project declares; what takes memory belongs into a CodeAssert",
  };
}

function late(timeoutMs: number, at: SourceLocation | null): LoadProblem {
  return {
    code: "project-timeout",
    message: `did not finish loading within ${String(timeoutMs / 1_000)} s`,
    hint: "a project declares; loops and waits belong into a CodeAssert",
    at,
  };
}

// What a timer calls is what runs now and then, while something else never comes to its end.
function lateAt({ busy }: LoaderEnding, main: string): SourceLocation | null {
  if (busy === null) return awaitLine(main);
  return busy.isTimer ? (awaitLine(main) ?? busy.at) : busy.at;
}

function tooLong(): LoadProblem {
  return {
    code: "project-exited",
    message: "declares more than fits into 64 MiB",
    hint: "divide it into several projects",
  };
}

function exited({ exitCode, at }: Extract<LoadMessage, { readonly state: "exited" }>): LoadProblem {
  return {
    code: "project-exited",
    message: `ended the process with code ${String(exitCode)} while it was loaded`,
    hint: "a project declares; it must not call process.exit()",
    at,
  };
}

function unsettled(at: SourceLocation | null): LoadProblem {
  return {
    code: "project-timeout",
    message: "waits at the top level for something that never comes",
    hint: "every top-level await must come to an end",
    at,
  };
}

function ended({ exitCode, exitSignal }: LoaderEnding): LoadProblem {
  const how = exitSignal ?? `code ${String(exitCode)}`;
  return { code: "project-exited", message: `ended with ${how} while it was loaded`, hint: null };
}

function failed(file: string, { code, message, hint, at = null }: LoadProblem): ProjectDeclaration {
  const place = at ?? { file, line: null, column: null };
  return {
    resources: [],
    files: [file],
    problems: [{ ...place, code, property: null, message, hint }],
  };
}

// Where a file waits at its top level, as far as its text tells: only when there is one such place.
function awaitLine(main: string): SourceLocation | null {
  const waiting = textOf(main)
    .split("\n")
    .flatMap((text, index) =>
      /^(?:export\s+)?(?:(?:const|let|var)\s[^=]*=\s*)?await\b/u.test(text) ? [index + 1] : [],
    );
  const [line] = waiting;
  return line === undefined || waiting.length > 1
    ? null
    : { file: basename(main), line, column: 1 };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
