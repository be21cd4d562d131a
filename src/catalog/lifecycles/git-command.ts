import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import type { LifecycleScope } from "../../model/lifecycle.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { saidByGit } from "./git-output.ts";
import { parentOf } from "./git-path.ts";

/** Where git works, and with what. */
export interface GitPlace {
  /** The folder of the working copy, absolute. */
  readonly path: string;
  readonly world: DeployWorld;
  readonly scope: LifecycleScope;
}

/** What of a change git may print is read; what takes more is cut. */
const LIMIT_BYTES = 1024 * 1024;

/** A look at a working copy or a remote takes no longer. */
const LOOK_LIMIT_MS = 120_000;

/** Fetching and checking out a large repository takes long, and no longer than this. */
const WORK_LIMIT_MS = 3_600_000;

/**
 * Neither a repository nor its configuration makes git run anything: no hook, no monitor of files, no transport that is a
 * program. Nothing is left running behind it, as it would be killed with it.
 */
const SAFE = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "protocol.ext.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
  "submodule.recurse=false",
  "http.lowSpeedLimit=1",
  "http.lowSpeedTime=60",
].flatMap((setting) => ["-c", setting]);

const ENVIRONMENT = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
  // A look takes no lock that somebody's git would stumble over.
  GIT_OPTIONAL_LOCKS: "0",
  SSH_ASKPASS_REQUIRE: "never",
};

/** It took longer than it may. */
class TookTooLong extends Error {}

/**
 * Looks at a working copy, or at a remote, whatever the answer.
 *
 * @param place - Where git works.
 * @param args - Its subcommand and arguments.
 * @returns How it ended.
 * @throws {@link ObservationError} When git cannot be run, or gives no answer.
 */
export async function lookWithGit(
  place: GitPlace,
  args: readonly string[],
): Promise<CommandOutcome> {
  try {
    return await run(place, gitCommand(place.path, args), LOOK_LIMIT_MS);
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    throw new ObservationError(`git ${args[0] ?? ""} gave no answer within 2 minutes`);
  }
}

/**
 * Looks at a working copy where there must be an answer.
 *
 * @param place - Where git works.
 * @param args - Its subcommand and arguments.
 * @returns What it printed, whole.
 * @throws {@link ObservationError} When it gives none.
 */
export async function askGit(place: GitPlace, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await lookWithGit(place, args);
  if (exitCode === 0) return stdout;
  throw new ObservationError(`could not look at ${place.path}: ${saidByGit(stderr)}`);
}

/**
 * Changes a working copy.
 *
 * @param place - Where git works.
 * @param args - Its subcommand and arguments.
 * @returns How it ended, whatever its exit code.
 * @throws {@link DeployError} When it does not come to an end.
 */
export async function workWithGit(
  place: GitPlace,
  args: readonly string[],
): Promise<CommandOutcome> {
  try {
    return await run(place, gitCommand(place.path, args), WORK_LIMIT_MS);
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    throw new DeployError(`git ${args[0] ?? ""} did not come to an end within an hour`);
  }
}

/**
 * Changes a working copy, where that must not fail.
 *
 * @param place - Where git works.
 * @param args - Its subcommand and arguments.
 * @throws {@link DeployError} When it fails, with what git said.
 */
export async function doWithGit(place: GitPlace, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await workWithGit(place, args);
  if (exitCode === 0) return;
  throw new DeployError(`git ${args[0] ?? ""} failed in ${place.path}: ${saidByGit(stderr)}`);
}

/**
 * Runs a program of the system that makes, moves or removes something.
 *
 * @param place - Where to.
 * @param command - The program and its arguments.
 * @param input - What it reads.
 * @throws {@link DeployError} When it fails, with what it said.
 */
export async function runTool(
  place: GitPlace,
  command: readonly string[],
  input = "",
): Promise<void> {
  const { exitCode, stderr } = await run(place, command, WORK_LIMIT_MS, input);
  if (exitCode !== 0) throw new DeployError(`${command[0] ?? ""} failed: ${saidByGit(stderr)}`);
}

/**
 * Lists what is in a folder.
 *
 * @param place - What with.
 * @param folder - Absolute.
 * @returns What `ls -A` prints, one entry a line; cut when it is long.
 * @throws {@link ObservationError} When it cannot be listed.
 */
export async function listFolder(place: GitPlace, folder: string): Promise<string> {
  const { exitCode, stdout, stderr } = await run(place, ["ls", "-A", "--", folder], LOOK_LIMIT_MS);
  if (exitCode === 0) return stdout;
  throw new ObservationError(`could not look at ${folder}: ${saidByGit(stderr)}`);
}

/**
 * Follows links.
 *
 * @param place - What with.
 * @param path - Absolute, and there.
 * @returns Where it really is.
 * @throws {@link ObservationError} When it cannot be followed.
 */
export async function lookAtLinks(place: GitPlace, path: string): Promise<string> {
  const { exitCode, stdout, stderr } = await run(place, ["realpath", "--", path], LOOK_LIMIT_MS);
  if (exitCode === 0) return stdout.replace(/\n$/u, "");
  throw new ObservationError(`could not look at ${path}: ${saidByGit(stderr)}`);
}

function gitCommand(path: string, args: readonly string[]): readonly string[] {
  return ["git", ...SAFE, "-C", path, ...args];
}

async function run(
  { path, world, scope }: GitPlace,
  command: readonly string[],
  limitMs: number,
  input?: string,
): Promise<CommandOutcome> {
  const commands = await world.commands();
  const limit = new AbortController();
  const cancel = world.clock.after(limitMs, () => {
    limit.abort(new TookTooLong());
  });
  try {
    return await commands.run(command, {
      signal: AbortSignal.any([scope.signal, limit.signal]),
      limitBytes: LIMIT_BYTES,
      cwd: scope.root,
      // A folder that is no repository must not be taken for a part of one around it.
      env: { ...ENVIRONMENT, GIT_CEILING_DIRECTORIES: parentOf(path) },
      ...(input === undefined ? {} : { input }),
    });
  } finally {
    cancel();
  }
}
