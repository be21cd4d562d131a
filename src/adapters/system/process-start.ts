import { spawn, type ChildProcess } from "node:child_process";
import { DeployError } from "../../model/deploy-errors.ts";
import type { ProcessEnd, ProcessIdentity, StartOptions } from "../../ports/process-host.ts";
import { PASSED_ON } from "./commands.ts";
import { identityAt } from "./hosted-processes.ts";
import { openLog } from "./process-log.ts";
import { variablesOf } from "./process-marks.ts";
import { writeNote } from "./process-notes.ts";
import { startFailure } from "./start-failure.ts";

const DECLARATION_LIMIT_CHARACTERS = 64 * 1024;

/**
 * Starts a process that outlives us: in a session of its own, without input, its outputs appended to a file. Between its start
 * and its note there is no other turn of ours.
 *
 * @param options - What is started.
 * @param onEnd - Hears how it ended, as long as we live.
 * @returns Which process it is.
 * @throws {@link DeployError} When it cannot be started.
 */
export async function startProcess(
  options: StartOptions,
  onEnd: (end: ProcessEnd) => void,
): Promise<ProcessIdentity> {
  const { command, cwd, marks, root, declaration, logFile } = options;
  if (declaration.length > DECLARATION_LIMIT_CHARACTERS) {
    throw new DeployError("its command and environment are more than 64 KiB");
  }
  const env = environmentOf(options);
  refuseNulls([...command, cwd, ...Object.entries(env).flat()]);
  await using log = await openLog(logFile);
  const child = await begin(options, env, log.fd);
  // It may have ended already: it is there until we take notice, which takes another turn.
  const identity = identityAt(child.pid ?? 0);
  if (identity === null) throw new DeployError(`cannot tell when ${command[0] ?? ""} was started`);
  child.once("exit", (exitCode, exitSignal) => {
    onEnd({ exitCode, exitSignal });
  });
  child.unref();
  writeNote(root, { identity, marks, declaration, end: null });
  return identity;
}

// Marks come first, where a look finds them, and nothing that is declared takes their place.
function environmentOf({ marks, root, declaration, env }: StartOptions): Record<string, string> {
  const own = variablesOf({ marks, root, declaration });
  const ours = PASSED_ON.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...own, ...Object.fromEntries(ours), ...env, ...own };
}

async function begin(
  { command, cwd }: StartOptions,
  env: Record<string, string>,
  output: number,
): Promise<ChildProcess> {
  const [program = "", ...args] = command;
  try {
    const child = spawn(program, args, {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", output, output],
    });
    // One that could not be started has no id.
    if (child.pid === undefined) await firstError(child);
    return child;
  } catch (error) {
    const { message } = await startFailure(program, cwd, error);
    // Node's own error shows all arguments.
    throw new DeployError(message);
  }
}

function firstError(child: ChildProcess): Promise<never> {
  return new Promise((_resolve, reject) => child.once("error", reject));
}

// Node would refuse them too, with a message that shows the value, which may be a secret.
function refuseNulls(texts: readonly string[]): void {
  if (!texts.some((text) => text.includes("\0"))) return;
  throw new DeployError("cannot start it: an argument or variable holds a null character");
}
