import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isRecord } from "../../model/json.ts";
import type { ProjectDeclaration } from "../../model/project.ts";
import type { SourceLocation } from "../../model/source-location.ts";
import { relativePath } from "./call-site.ts";
import type { LoadMessage } from "./load-message.ts";
import { takeLoader, type LoaderChild, type LoaderEnd } from "./loader-child.ts";
import { loopingLine } from "./looping-line.ts";

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
  const child = takeLoader(main);
  const printed = forward([child.process.stdout, child.process.stderr], onOutput);
  signal?.addEventListener("abort", child.kill, { once: true });
  const watch = new Watch(child, root, timeoutMs);
  try {
    const message = readMessage(await child.message);
    signal?.throwIfAborted();
    if (message?.state === "loaded") return message.declaration;
    const end = await child.ended;
    signal?.throwIfAborted();
    return failed(
      file,
      watch.problem(main, file) ??
        exited(message) ??
        withoutMessage(end, printed(), { main, file }),
    );
  } finally {
    watch[Symbol.dispose]();
    signal?.removeEventListener("abort", child.kill);
    child.kill();
  }
}

function ignore(): void {
  // Nobody reads it.
}

/** Ends a process that takes too long, once it is known where it is. */
class Watch implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #timeoutMs: number;
  #late: { readonly at: SourceLocation | null } | null = null;

  constructor(child: LoaderChild, root: string, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#timer = setTimeout(() => {
      void loopingLine(child.process, root).then((at) => {
        this.#late = { at };
        child.kill();
      });
    }, timeoutMs);
  }

  // Null as long as it is not late.
  problem(main: string, file: string): Problem | null {
    return this.#late && late(this.#timeoutMs, this.#late.at ?? awaitLine(main, file));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

type Problem = Pick<Diagnostic, "code" | "message" | "hint"> & {
  readonly at?: SourceLocation | null;
};

function exited(message: LoadMessage | null): Problem | null {
  if (message?.state !== "exited") return null;
  return {
    code: "project-exited",
    message: `ended the process with code ${String(message.exitCode)} while it was loaded`,
    hint: "a project declares; it must not call process.exit()",
    at: message.at,
  };
}

function withoutMessage(
  { exitCode, exitSignal }: LoaderEnd,
  printed: string,
  { main, file }: { readonly main: string; readonly file: string },
): Problem {
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
