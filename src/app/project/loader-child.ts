import { spawn, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { dirname } from "node:path";
import { endsWithUs } from "./ends-with-us.ts";
import { MESSAGE_DESCRIPTOR, MESSAGE_END } from "./load-message.ts";
import { packageEntry } from "./package-entry.ts";

/** What is to be loaded, and how much memory that may take. */
export interface LoaderTask {
  /** The absolute path of a project's `main.ts`. */
  readonly main: string;
  /** In MiB; 512 by default. */
  readonly memoryMb?: number | undefined;
  /** What loads it, as a file of the package; what loads a project by default. */
  readonly entry?: string | undefined;
}

/** A process that loads a project, and what it says. */
export interface LoaderChild {
  readonly main: string;
  readonly memoryMb: number;
  readonly process: ChildProcess;
  /** What it says, without the newline that ends it; what came of it when it ended before. */
  readonly message: Promise<SaidMessage>;
  readonly ended: Promise<LoaderEnd>;
  /** Comes when it has ended and all that it wrote was read; half a second after its end at the latest. */
  readonly drained: Promise<void>;
  /** Ends it, and whatever it started. */
  readonly kill: () => void;
  /** Waits for it no longer: what it wrote is still read as long as this process has something else to do. */
  readonly release: () => void;
}

/** What a process said. */
export interface SaidMessage {
  readonly text: string;
  /** True when it said more than is read. */
  readonly isTooLong: boolean;
}

/** How a process ended. */
export interface LoaderEnd {
  readonly exitCode: number | null;
  readonly exitSignal: NodeJS.Signals | null;
}

const LIMIT_MESSAGE_BYTES = 64 * 1024 * 1024;
const DEFAULT_MEMORY_MB = 512;
const PROJECT_ENTRY = "app/project/loader-process";

/** The one that was started before anybody asked for it. */
let early: LoaderChild | null = null;

/**
 * Starts to load a project before it is known that it will be needed, as a process takes long to start.
 *
 * @param main - The absolute path of its `main.ts`.
 */
export function startLoaderEarly(main: string): void {
  early = startLoader({ main });
}

/** Ends what was started early and never asked for. */
export function stopEarlyLoader(): void {
  early?.kill();
  early = null;
}

/**
 * Starts to load a project, or takes the process that does so already.
 *
 * @param task - What is to be loaded.
 * @returns The process.
 */
export function takeLoader(task: LoaderTask): LoaderChild {
  const started = early;
  early = null;
  const { main, memoryMb = DEFAULT_MEMORY_MB, entry } = task;
  const isWanted = entry === undefined && started?.memoryMb === memoryMb;
  if (isWanted && started.main === main) return started;
  started?.kill();
  return startLoader(task);
}

function startLoader({
  main,
  memoryMb = DEFAULT_MEMORY_MB,
  entry = PROJECT_ENTRY,
}: LoaderTask): LoaderChild {
  const { file, args } = endsWithUs([
    "--inspect-port=0",
    "--disable-warning=ExperimentalWarning",
    `--max-old-space-size=${String(memoryMb)}`,
    packageEntry(entry),
    main,
  ]);
  // A group of its own, so that whatever the project starts goes with it.
  const child = spawn(file, args, {
    cwd: dirname(main),
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const ended = endOf(child);
  return {
    main,
    memoryMb,
    process: child,
    ended,
    drained: drainOf(child, ended),
    message: messageOf(child, ended),
    kill: () => {
      killGroup(child);
    },
    release: () => {
      child.unref();
      for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
    },
  };
}

async function drainOf(child: ChildProcess, ended: Promise<LoaderEnd>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  child.once("close", () => {
    resolve(undefined);
  });
  await ended;
  const timer = setTimeout(() => {
    resolve(undefined);
  }, DRAIN_MS);
  await promise;
  clearTimeout(timer);
}

// A process that it left behind may hold the pipe open for ever: when it has ended, what came counts.
function messageOf(child: ChildProcess, ended: Promise<LoaderEnd>): Promise<SaidMessage> {
  const { promise, resolve } = Promise.withResolvers<SaidMessage>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (): void => {
    const text = Buffer.concat(chunks).toString("utf8").trimEnd();
    resolve({ text, isTooLong: bytes > LIMIT_MESSAGE_BYTES });
  };
  const stream = child.stdio[MESSAGE_DESCRIPTOR];
  stream?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= LIMIT_MESSAGE_BYTES) chunks.push(chunk);
    if (chunk.at(-1) === MESSAGE_END.charCodeAt(0) || bytes > LIMIT_MESSAGE_BYTES) finish();
  });
  stream?.once("close", finish);
  void ended.then(() => setTimeout(finish, DRAIN_MS).unref());
  return promise;
}

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
