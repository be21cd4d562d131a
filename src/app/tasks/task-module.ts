import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import type { Json } from "../../model/json.ts";
import { problemOf } from "../project/load-project.ts";
import { endOfLoading } from "../project/loader-ending.ts";

const MODULE = /\.[cm]?[jt]s$/u;
const EXPORT =
  /\bexport\s+(?:const|let|var)\s+monitoredTasks\b|\bexport\s*\{[^}]*\bmonitoredTasks\b/u;
const ENTRY = "app/tasks/task-module-process";
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Tells by its name whether a file is a module.
 *
 * @param path - The file.
 * @returns True for TypeScript and JavaScript.
 */
export function isModule(path: string): boolean {
  return MODULE.test(path);
}

/**
 * Tells by its text whether a module exports tasks: it is not run for that.
 *
 * @param path - The file.
 * @returns False, too, when it cannot be read.
 */
export function exportsTasks(path: string): boolean {
  try {
    return EXPORT.test(readFileSync(path, "utf8"));
  } catch {
    return false;
  }
}

/**
 * Loads a module of tasks in a process of its own, under a deadline.
 *
 * @param path - The file.
 * @param options - What ends it early; how long it may take, in milliseconds, 10,000 by default; who gets what it prints.
 * @returns What it exports, not read yet.
 * @throws {@link ConfigurationError} When it cannot be loaded, or exports something else than data.
 * @throws The reason of the signal.
 */
export async function loadTaskModule(
  path: string,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly timeoutMs?: number;
    readonly onOutput?: (text: string) => void;
  } = {},
): Promise<readonly Json[]> {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS, onOutput = () => undefined } = options;
  const absolute = resolve(path);
  if (!existsSync(absolute)) throw missing(path);
  signal?.throwIfAborted();
  const main = join(realpathSync(dirname(absolute)), basename(absolute));
  const ending = await endOfLoading({ main, entry: ENTRY }, { timeoutMs, signal, onOutput });
  signal?.throwIfAborted();
  const { message } = ending;
  if (message?.state !== "tasks") {
    throw new ConfigurationError([placed(problemOf(ending, main, timeoutMs), path)]);
  }
  if (message.tasks !== null) return message.tasks;
  throw new ConfigurationError(
    message.problems.map((problem) => ({ ...problem, file: fileOf(problem.file, path) })),
  );
}

function missing(file: string): ConfigurationError {
  const message = "a file that exists is needed: got none";
  return new ConfigurationError([placed({ code: "file-missing", message, hint: null }, file)]);
}

function placed({ at = null, ...problem }: ReturnType<typeof problemOf>, file: string): Diagnostic {
  const place = { line: at?.line ?? null, column: at?.column ?? null };
  return { file, ...place, property: null, ...problem };
}

// As the person named it, and what it imports beside it.
function fileOf(file: string, path: string): string {
  return file === basename(path) ? path : join(dirname(path), file);
}
