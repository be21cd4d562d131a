import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findProgram } from "./programs.ts";

const run = promisify(execFile);

/** How to start a server, and how to tell that it is ready. */
export interface ServerOptions {
  readonly command: readonly [string, ...string[]];
  /** Whom it runs as where the tests run as root; root by default. */
  readonly user?: string;
  /** What makes it end at once, in good order; `SIGTERM` by default. */
  readonly stopSignal?: "SIGTERM" | "SIGINT";
  /** How long to wait for that before it is killed, in milliseconds; 5,000 by default. */
  readonly stopTimeoutMs?: number;
  /** Whether it serves yet. A rejection means no. */
  readonly isReady: () => Promise<boolean>;
}

/** A server of another project that runs as a child of the test. */
export interface Server extends AsyncDisposable {
  readonly pid: number;
  /** The end of what it has written so far. */
  readonly output: () => string;
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

const READY_WITHIN_MS = 20_000;
const POLL_MS = 20;
const OUTPUT_LIMIT_CHARACTERS = 16_000;
/** A variable of the environment by which all of a server's processes are found, also those that outlived it. */
const MARK = "CLOCKWORK_TEST_SERVER";

/** Whether the tests may do as they like. */
export const isRoot: boolean = process.getuid?.() === 0;

/**
 * Starts a server and waits until it is ready.
 *
 * @param options - What to start.
 * @returns The server. Disposing it ends it and all that it has started; so does the end of this process, even by SIGKILL.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { stopSignal = "SIGTERM", stopTimeoutMs = 5_000, isReady } = options;
  const mark = `${MARK}=${randomUUID()}`;
  const [file, ...args] = wrapped(options, stopSignal);
  const child = spawn(file, args, {
    detached: true,
    // One that every account may enter.
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, [MARK]: mark.slice(MARK.length + 1) },
  });
  let output = "";
  const keep = (text: string): void => {
    output = (output + text).slice(-OUTPUT_LIMIT_CHARACTERS);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  child.on("error", (error) => {
    keep(error.message);
  });
  const ended = new Promise<void>((resolve) => {
    child
      .on("exit", () => {
        resolve();
      })
      .on("error", () => {
        resolve();
      });
  });
  const server: Server = {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    [Symbol.asyncDispose]: async () => {
      await stop(child, stopSignal, stopTimeoutMs);
      killAll(child, mark);
    },
  };
  try {
    await untilReady(child, isReady);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    const name = basename(options.command[0]);
    throw new Error(`${name} did not start:\n${output}`, { cause: error });
  }
}

/** Runs a program to its end, as somebody else where the tests run as root. */
export async function runAs(user: string, command: readonly [string, ...string[]]): Promise<void> {
  const [file, ...args] = wrapped({ command, user }, "SIGTERM");
  await run(file, args, { cwd: tmpdir() });
}

// On Linux, the kernel ends the server when the thread that started it is gone.
function wrapped(
  { command, user }: Pick<ServerOptions, "command" | "user">,
  stopSignal: string,
): readonly [string, ...string[]] {
  const setpriv = findProgram("setpriv");
  if (setpriv === null) return command;
  const as = isRoot && user !== undefined ? [`--reuid=${user}`, `--regid=${user}`] : [];
  const groups = as.length === 0 ? [] : ["--init-groups"];
  return [setpriv, "--pdeathsig", stopSignal.slice(3), ...as, ...groups, "--", ...command];
}

async function untilReady(child: ChildProcess, isReady: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (!(await isReady().catch(() => false))) {
    if (hasEnded(child))
      throw new Error(`ended with ${String(child.exitCode ?? child.signalCode)}`);
    if (performance.now() > deadlineMs)
      throw new Error(`not ready in ${String(READY_WITHIN_MS)} ms`);
    await sleep(POLL_MS);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await exited;
  clearTimeout(timer);
}

// What is left of it: its process group, and whoever else carries its mark.
function killAll(child: ChildProcess, mark: string): void {
  if (child.pid === undefined) return;
  kill(-child.pid);
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/u.test(name))) {
    if (environmentOf(pid).split("\0").includes(mark)) kill(Number(pid));
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
