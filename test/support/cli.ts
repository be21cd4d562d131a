import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command line, from its sources. */
export const BIN = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));

/** What a program did. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has written to standard output so far. */
  readonly stdout: () => string;
  /** Waits until its standard output matches. */
  readonly until: (pattern: RegExp) => Promise<void>;
  readonly finished: Promise<Finished>;
}

/** Settings of a run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Null leaves it open. */
  readonly stdin?: string | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the command line from its sources, in an environment of its own. */
export function startCli(args: readonly string[], options: RunOptions = {}): Running {
  return start(process.execPath, [BIN, ...args], options);
}

/** Runs the command line from its sources to its end. */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return await startCli(args, options).finished;
}

/** Starts any program, without a terminal. */
export function start(
  file: string,
  args: readonly string[],
  { cwd, stdin, env }: RunOptions = {},
): Running {
  const child = spawn(file, args, {
    stdio: "pipe",
    // Whoever runs the tests may have set either; an undefined one is not handed on.
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined);
  if (stdin !== null) child.stdin.end(stdin ?? "");
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(stdout)) return;
        child.stdout.off("data", look);
        resolve();
      };
      child.stdout.on("data", look);
      child.on("close", () => {
        reject(new Error(`ended without ${String(pattern)}:\n${stdout}\n${stderr}`));
      });
      look();
    });
  return { child, stdout: () => stdout, until, finished };
}
