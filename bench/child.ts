import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const started = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

/**
 * Keeps a child process from outliving this one.
 *
 * @param child - Just spawned.
 * @returns The same.
 */
export function adopt(child: ChildProcess): ChildProcess {
  started.add(child);
  child.once("exit", () => started.delete(child));
  return child;
}

/**
 * Ends a child process and waits until it has ended.
 *
 * @param child - One that this process spawned.
 */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** What a worker answers a job with. */
type Answer<Result> = { readonly result: Result } | { readonly error: string };

/** How a worker process is started. */
export interface WorkerOptions {
  /** How many files it may have open at once; as many as this process by default. */
  readonly openFilesLimit?: number;
  /** Variables for it, besides ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of its own that does jobs, one at a time: its heap is warmed by nobody else's work. */
export class Worker<Job, Result> implements AsyncDisposable {
  readonly #child: ChildProcess;

  /**
   * Starts the process.
   *
   * @param file - The module that calls {@link serve}, relative to this folder.
   * @param options - Limits of the process.
   */
  constructor(file: string, options: WorkerOptions = {}) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const { openFilesLimit } = options;
    const script = `ulimit -n ${String(openFilesLimit ?? 0)}; exec "$0" "$1"`;
    const [command, args] =
      openFilesLimit === undefined
        ? [process.execPath, [path]]
        : ["sh", ["-c", script, process.execPath, path]];
    this.#child = adopt(
      spawn(command, args, {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        env: { ...process.env, ...options.env },
      }),
    );
  }

  /**
   * Does a job.
   *
   * @param job - Plain data.
   * @returns What came of it.
   * @throws When the worker failed or ended.
   */
  run(job: Job): Promise<Result> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => {
        settle();
        reject(error);
      };
      const onExit = (code: number | null, signal: string | null): void => {
        onError(new Error(`worker ended with ${String(signal ?? code)}`));
      };
      const onMessage = (message: unknown): void => {
        settle();
        const answer = message as Answer<Result>;
        if ("error" in answer) reject(new Error(answer.error));
        else resolve(answer.result);
      };
      const settle = (): void => {
        child.off("message", onMessage).off("exit", onExit).off("error", onError);
      };
      child.on("message", onMessage).on("exit", onExit).on("error", onError);
      child.send(job as object, (error) => {
        if (error !== null) onError(error);
      });
    });
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#child);
  }
}

/**
 * Makes this process a worker: it does jobs until its parent lets go of it.
 *
 * @param handle - Does one job.
 */
export function serve(handle: (job: never) => Promise<unknown>): void {
  const answer = (message: Answer<unknown>): void => {
    process.send?.(message);
  };
  process.on("message", (job) => {
    handle(job as never).then(
      (result) => {
        answer({ result });
      },
      (error: unknown) => {
        answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
  process.once("disconnect", () => {
    process.exit();
  });
}
