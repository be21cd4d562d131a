import type { GitPlace } from "../../src/catalog/lifecycles/git-command.ts";
import { abortReason } from "../../src/model/abort.ts";
import type { CommandOutcome, RunOptions } from "../../src/ports/commands.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import type { FileStatus } from "../../src/ports/files.ts";
import type { ProcessInfo } from "../../src/ports/processes.ts";
import { simulatedClock } from "../../src/testing/simulated-clock.ts";

/** What is there, and what commands do. */
export interface GitPlaceParts {
  /** Files that are there, with when they were changed. */
  readonly files?: Readonly<Record<string, number>>;
  readonly processes?: () => readonly Partial<ProcessInfo>[];
  /** How each command ends; with success by default. */
  readonly outcome?: Partial<CommandOutcome> | "hang";
}

/** A place for git in a world of little, and what happened there. */
export interface SimulatedGitPlace {
  readonly place: GitPlace;
  readonly clock: ReturnType<typeof simulatedClock>;
  readonly commands: (readonly string[])[];
  readonly runs: RunOptions[];
}

/** Makes one, for `/srv/site`. */
export function gitPlace({
  files = {},
  processes = () => [],
  outcome = {},
}: GitPlaceParts): SimulatedGitPlace {
  const clock = simulatedClock();
  const commands: (readonly string[])[] = [];
  const runs: RunOptions[] = [];
  const run = (command: readonly string[], options: RunOptions): Promise<CommandOutcome> => {
    commands.push(command);
    runs.push(options);
    if (outcome === "hang") return hanging(options.signal);
    const ended = { exitCode: 0, exitSignal: null, stdout: "", stderr: "", isTruncated: false };
    return Promise.resolve({ ...ended, ...outcome });
  };
  const status = (path: string): Promise<Partial<FileStatus> | null> => {
    const modifiedAt = files[path];
    return Promise.resolve(modifiedAt === undefined ? null : { type: "file", modifiedAt });
  };
  const parts = {
    clock,
    commands: () => Promise.resolve({ run }),
    files: () => Promise.resolve({ status }),
    processes: () => Promise.resolve({ list: () => Promise.resolve(processes()) }),
  };
  const scope = { root: "/srv/project", signal: new AbortController().signal };
  const place = { path: "/srv/site", world: parts as unknown as DeployWorld, scope };
  return { place: place as GitPlace, clock, commands, runs };
}

function hanging(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(abortReason(signal));
    });
  });
}
