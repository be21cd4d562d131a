import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import { reasonOf, systemErrorCode } from "./system-failure.ts";

/**
 * Says in words why a program could not be started. The error of Node is left out: it shows all arguments.
 *
 * @param program - As it was named.
 * @param cwd - The working directory it was to have.
 * @param error - What Node says.
 * @returns An {@link ObservationError} that names the program; what has no code is a bug, and is given back as it is.
 */
export async function startFailure(program: string, cwd: string, error: unknown): Promise<Error> {
  const code = systemErrorCode(error);
  if (code === null) return error instanceof Error ? error : new Error(String(error));
  const reason = (await placeProblem(program, cwd, code)) ?? reasonOf(error, code);
  return new ObservationError(singleLine(`cannot run ${program}: ${reason}`));
}

// The system gives one code for several problems, and Node names the program even when the directory is what is missing.
async function placeProblem(program: string, cwd: string, code: string): Promise<string | null> {
  if (code !== "ENOENT" && code !== "EACCES" && code !== "ENOTDIR") return null;
  const problem = (await directoryProblem(cwd)) ?? (await programProblem(program, cwd, code));
  return `${problem} (${code})`;
}

async function directoryProblem(cwd: string): Promise<string | null> {
  const directory = await stat(cwd).catch(() => null);
  if (directory === null) return `its working directory ${cwd} does not exist`;
  if (!directory.isDirectory()) return `its working directory ${cwd} is no directory`;
  return await access(cwd, constants.X_OK).then(
    () => null,
    () => `its working directory ${cwd} may not be entered`,
  );
}

async function programProblem(program: string, cwd: string, code: string): Promise<string> {
  const isInPath = !program.includes("/");
  if (code === "EACCES") {
    // A folder of PATH that we may not enter gives the same code, whether or not the program is in it.
    return isInPath ? "no such program that may be executed is in PATH" : "it may not be executed";
  }
  if (isInPath) return "no such program is in PATH";
  const file = await stat(resolve(cwd, program)).catch(() => null);
  return file === null ? "it does not exist" : "the interpreter it names does not exist";
}
