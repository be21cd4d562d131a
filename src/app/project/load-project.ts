import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isRecord } from "../../model/json.ts";
import type { ProjectDeclaration } from "../../model/project.ts";
import type { SourceLocation } from "../../model/source-location.ts";
import { relativePath } from "./call-site.ts";
import { MESSAGE_DESCRIPTOR, type LoadMessage } from "./load-message.ts";
import { loopingLine } from "./looping-line.ts";
import { packageEntry } from "./package-entry.ts";

/** How a project is loaded. */
export interface LoadOptions {
  /** How long it may take, in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Gets what the project prints while it is loaded. */
  readonly onOutput?: (text: string) => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** With this, Node ends when a top-level `await` can never be settled. */
const UNSETTLED_AWAIT = 13;

/** What Node itself prints when somebody looks for the line that a project hangs on. */
const NOT_OF_THE_PROJECT = /^(?:Debugger (?:listening|attached|ending)|For help, see:).*\n?/gmu;

const LIMIT_MESSAGE_BYTES = 64 * 1024 * 1024;
const LIMIT_OUTPUT_CHARACTERS = 64 * 1024;

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
  const { signal, onOutput = ignore, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const root = dirname(main);
  const file = relativePath(root, main);
  if (!existsSync(main)) return failed(file, missing(file));
  signal?.throwIfAborted();
  const child = startLoader(main);
  const printed = forward([child.stdout, child.stderr], onOutput);
  const message = collect(child.stdio[MESSAGE_DESCRIPTOR]);
  const onAbort = (): void => {
    kill(child);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const watch = new Watch(child, root, timeoutMs);
  try {
    const { exitCode, exitSignal } = await ended(child);
    const text = await message;
    signal?.throwIfAborted();
    const lateAt = watch.result();
    if (lateAt !== null) return failed(file, late(timeoutMs, lateAt.at ?? awaitLine(main, file)));
    return declared(text, { main, file, exitCode, exitSignal, printed: printed() });
  } finally {
    watch[Symbol.dispose]();
    signal?.removeEventListener("abort", onAbort);
    kill(child);
  }
}

function ignore(): void {
  // Nobody reads it.
}

/** Ends a process that takes too long, once it is known where it is. */
class Watch implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #late: { readonly at: SourceLocation | null } | null = null;

  constructor(child: ChildProcess, root: string, timeoutMs: number) {
    this.#timer = setTimeout(() => {
      void loopingLine(child, root).then((at) => {
        this.#late = { at };
        kill(child);
      });
    }, timeoutMs);
  }

  // Null as long as it is not late.
  result(): { readonly at: SourceLocation | null } | null {
    return this.#late;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

interface Ending {
  readonly main: string;
  readonly file: string;
  readonly exitCode: number | null;
  readonly exitSignal: NodeJS.Signals | null;
  /** What the process printed. */
  readonly printed: string;
}

type Problem = Pick<Diagnostic, "code" | "message" | "hint"> & {
  readonly at?: SourceLocation | null;
};

function startLoader(main: string): ChildProcess {
  // A group of its own, so that whatever the project starts goes with it.
  return spawn(
    process.execPath,
    [
      "--inspect-port=0",
      "--disable-warning=ExperimentalWarning",
      packageEntry("app/project/loader-process"),
      main,
    ],
    { cwd: dirname(main), detached: true, stdio: ["ignore", "pipe", "pipe", "pipe"] },
  );
}

function declared(text: string, ending: Ending): ProjectDeclaration {
  const message = readMessage(text);
  if (message?.state === "loaded") return message.declaration;
  if (message?.state === "exited") {
    const { exitCode, at } = message;
    return failed(ending.file, {
      code: "project-exited",
      message: `ended the process with code ${String(exitCode)} while it was loaded`,
      hint: "a project declares; it must not call process.exit()",
      at,
    });
  }
  return failed(ending.file, withoutMessage(ending));
}

function withoutMessage({ main, file, exitCode, exitSignal, printed }: Ending): Problem {
  if (exitCode === UNSETTLED_AWAIT) {
    return {
      code: "project-timeout",
      message: "waits at the top level for something that never comes",
      hint: "every top-level await must come to an end",
      at: awaitLine(main, file),
    };
  }
  const isMemory = printed.includes("heap out of memory");
  const how = exitSignal ?? `code ${String(exitCode)}`;
  return {
    code: "project-exited",
    message: isMemory
      ? "ran out of memory while it was loaded"
      : `ended with ${how} while it was loaded`,
    hint: null,
  };
}

function late(timeoutMs: number, at: SourceLocation | null): Problem {
  return {
    code: "project-timeout",
    message: `did not finish loading within ${String(timeoutMs / 1_000)} s`,
    hint: "a project declares; loops and waits belong into a CodeAssert",
    at,
  };
}

function missing(file: string): Problem {
  return {
    code: "project-missing",
    message: `there is no ${file} here`,
    hint: "run clockwork init to write one, or name the folder with --project",
  };
}

function failed(file: string, { code, message, hint, at = null }: Problem): ProjectDeclaration {
  const place = at ?? { file, line: null, column: null };
  return {
    resources: [],
    files: [file],
    problems: [{ ...place, code, property: null, message, hint }],
  };
}

// Where a file waits at its top level, as far as its text tells: only when there is one such place.
function awaitLine(main: string, file: string): SourceLocation | null {
  const lines = readFileSync(main, "utf8").split("\n");
  const waiting = lines.flatMap((text, index) =>
    /^(?:export\s+)?(?:(?:const|let|var)\s[^=]*=\s*)?await\b/u.test(text) ? [index + 1] : [],
  );
  const [line] = waiting;
  return line === undefined || waiting.length > 1 ? null : { file, line, column: 1 };
}

function readMessage(text: string): LoadMessage | null {
  if (text === "") return null;
  try {
    const message: unknown = JSON.parse(text);
    return isMessage(message) ? message : null;
  } catch {
    return null;
  }
}

// Our own process wrote it: it is enough to know that it was written to its end.
function isMessage(message: unknown): message is LoadMessage {
  return isRecord(message) && (message["state"] === "loaded" || message["state"] === "exited");
}

async function collect(stream: unknown): Promise<string> {
  if (!(stream instanceof Readable)) return "";
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= LIMIT_MESSAGE_BYTES) chunks.push(chunk);
  });
  await new Promise((resolve) => stream.once("close", resolve));
  return Buffer.concat(chunks).toString("utf8");
}

function forward(
  streams: readonly (Readable | null)[],
  onOutput: (text: string) => void,
): () => string {
  let printed = "";
  for (const stream of streams) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      const room = LIMIT_OUTPUT_CHARACTERS - printed.length;
      const text = chunk.slice(0, Math.max(0, room));
      printed += text;
      const own = text.replace(NOT_OF_THE_PROJECT, "");
      if (own !== "") onOutput(own);
    });
  }
  return () => printed;
}

function ended(
  child: ChildProcess,
): Promise<{ readonly exitCode: number | null; readonly exitSignal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exitCode, exitSignal) => {
      resolve({ exitCode, exitSignal });
    });
  });
}

function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
