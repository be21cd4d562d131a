import { spawn, type ChildProcess } from "node:child_process";
import { dirname } from "node:path";
import { MESSAGE_DESCRIPTOR } from "./load-message.ts";
import { packageEntry } from "./package-entry.ts";

/** A process that loads a project, and what it says. */
export interface LoaderChild {
  readonly main: string;
  readonly process: ChildProcess;
  /** What it says, without the newline that ends it; what came of it when it ended before. */
  readonly message: Promise<string>;
  readonly ended: Promise<LoaderEnd>;
  /** Ends it, and whatever it started. */
  readonly kill: () => void;
}

/** How a process ended. */
export interface LoaderEnd {
  readonly exitCode: number | null;
  readonly exitSignal: NodeJS.Signals | null;
}

const LIMIT_MESSAGE_BYTES = 64 * 1024 * 1024;

/** The one that was started before anybody asked for it. */
let early: LoaderChild | null = null;

/**
 * Starts to load a project before it is known that it will be needed, as a process takes long to start.
 *
 * @param main - The absolute path of its `main.ts`.
 */
export function startLoaderEarly(main: string): void {
  early = startLoader(main);
}

/** Ends what was started early and never asked for. */
export function stopEarlyLoader(): void {
  early?.kill();
  early = null;
}

/**
 * Starts to load a project, or takes the process that does so already.
 *
 * @param main - The absolute path of its `main.ts`.
 * @returns The process.
 */
export function takeLoader(main: string): LoaderChild {
  const started = early;
  early = null;
  if (started?.main === main) return started;
  started?.kill();
  return startLoader(main);
}

function startLoader(main: string): LoaderChild {
  // A group of its own, so that whatever the project starts goes with it.
  const child = spawn(
    process.execPath,
    [
      "--inspect-port=0",
      "--disable-warning=ExperimentalWarning",
      packageEntry("app/project/loader-process"),
      main,
    ],
    { cwd: dirname(main), detached: true, stdio: ["ignore", "pipe", "pipe", "pipe"] },
  );
  const ended = endOf(child);
  return {
    main,
    process: child,
    ended,
    message: messageOf(child, ended),
    kill: () => {
      killGroup(child);
    },
  };
}

// A process that it left behind may hold the pipe open for ever: when it has ended, what came counts.
function messageOf(child: ChildProcess, ended: Promise<LoaderEnd>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (): void => {
    resolve(Buffer.concat(chunks).toString("utf8").trimEnd());
  };
  const stream = child.stdio[MESSAGE_DESCRIPTOR];
  stream?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= LIMIT_MESSAGE_BYTES) chunks.push(chunk);
    if (chunk.at(-1) === NEWLINE) finish();
  });
  stream?.once("close", finish);
  void ended.then(() => setTimeout(finish, DRAIN_MS).unref());
  return promise;
}

/** A message is JSON on one line, so this byte stands at its end and nowhere else. */
const NEWLINE = 10;

/** What a process wrote before it ended arrives within this time. */
const DRAIN_MS = 500;

function endOf(child: ChildProcess): Promise<LoaderEnd> {
  return new Promise((resolve) => {
    child.once("error", () => {
      resolve({ exitCode: null, exitSignal: null });
    });
    child.once("exit", (exitCode, exitSignal) => {
      resolve({ exitCode, exitSignal });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
