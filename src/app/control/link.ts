import { createConnection, type Socket } from "node:net";
import { abortReason } from "../../model/abort.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { isRecord } from "../../model/json.ts";
import { LIMIT_GREETING_MS, LIMIT_LINE_BYTES, PROTOCOL } from "./limits.ts";
import { lineReader } from "./lines.ts";
import type { ControlRequest } from "./requests.ts";
import { errorOfWire } from "./wire-error.ts";

/** How an answer is waited for. */
export interface AskOptions {
  /** Aborted, it cancels the request; the wait for its answer goes on only with `isAwaited`. */
  readonly signal?: AbortSignal;
  /** True when a request that was cancelled still has an answer. */
  readonly isAwaited?: boolean;
  readonly onEvent?: (event: unknown) => void;
  readonly onPart?: (part: unknown) => void;
}

/** A connection to whoever serves the socket of a project. */
export interface ControlLink extends AsyncDisposable {
  /**
   * Asks, and waits for the answer.
   *
   * @throws The error that the other side met, as it was there; {@link DeployError} when the other side is gone.
   */
  readonly ask: (asked: ControlRequest, options?: AskOptions) => Promise<unknown>;
}

/**
 * Connects to a socket.
 *
 * @param path - Where it is.
 * @returns The connection; null when nobody listens there.
 * @throws {@link DeployError} When somebody listens who does not answer, or speaks another language.
 */
export async function openLink(path: string): Promise<ControlLink | null> {
  const socket = await connect(path);
  if (socket === null) return null;
  const link = new Link(socket);
  await link.greeted;
  return link;
}

/** Nobody listens: nothing is there, what is there is no socket, or whoever made it is dead. */
const NOBODY: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK", "ENOTDIR"]);

async function connect(path: string): Promise<Socket | null> {
  return await new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    const onError = (error: NodeJS.ErrnoException): void => {
      if (NOBODY.has(error.code ?? "")) resolve(null);
      else {
        reject(
          new DeployError(`clockwork up runs, and cannot be reached at ${path}: ${error.message}`, {
            hint: "run this command as the user that clockwork up runs as",
          }),
        );
      }
    };
    socket.once("error", onError).once("connect", () => {
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

interface Waiting {
  readonly options: AskOptions;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

class Link implements ControlLink {
  readonly greeted: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #lines = lineReader(() => LIMIT_LINE_BYTES);
  #onGreeting: (error: Error | null) => void = ignore;
  #last = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.greeted = this.#greeting();
    socket
      .on("data", (chunk: Buffer) => {
        const lines = this.#lines.read(chunk);
        if (lines === null) socket.destroy();
        else for (const line of lines) this.#onLine(line);
      })
      .on("error", ignore)
      .on("close", () => {
        this.#onGreeting(ended());
        for (const { reject } of this.#waiting.values()) reject(ended());
        this.#waiting.clear();
      });
  }

  async ask(asked: ControlRequest, options: AskOptions = {}): Promise<unknown> {
    const { signal } = options;
    if (signal?.aborted === true) throw abortReason(signal);
    if (this.#socket.destroyed) throw ended();
    const id = (this.#last += 1);
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { options, ...answer });
    const onAbort = (): void => {
      this.#write({ request: "cancel", id });
      if (options.isAwaited === true || signal === undefined) return;
      this.#waiting.delete(id);
      answer.reject(abortReason(signal));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      // What it asks for comes first: a plan may be longer than anything else.
      this.#write({ ...asked, id });
      return await answer.promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    await new Promise((resolve) => this.#socket.once("close", resolve).destroy());
  }

  #write(message: ControlRequest & { readonly id: number }): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  async #greeting(): Promise<void> {
    const greeted = Promise.withResolvers<null>();
    const timer = setTimeout(() => {
      this.#onGreeting(silent());
    }, LIMIT_GREETING_MS);
    this.#onGreeting = (error) => {
      clearTimeout(timer);
      this.#onGreeting = ignore;
      if (error === null) greeted.resolve(null);
      else greeted.reject(error);
    };
    try {
      await greeted.promise;
    } catch (error) {
      this.#socket.destroy();
      throw error;
    }
  }

  #onLine(line: string): void {
    const message = parsed(line);
    if (message === null) {
      this.#socket.destroy();
    } else if (Object.hasOwn(message, "protocol")) {
      this.#onGreeting(message["protocol"] === PROTOCOL ? null : foreign());
    } else {
      const id = message["id"];
      const waiting = typeof id === "number" ? this.#waiting.get(id) : undefined;
      if (typeof id === "number" && waiting !== undefined) this.#onAnswer(id, waiting, message);
    }
  }

  #onAnswer(
    id: number,
    { options, resolve, reject }: Waiting,
    message: Readonly<Record<string, unknown>>,
  ): void {
    const end = (settle: () => void): void => {
      this.#waiting.delete(id);
      settle();
    };
    try {
      if (Object.hasOwn(message, "event")) options.onEvent?.(message["event"]);
      else if (Object.hasOwn(message, "part")) options.onPart?.(message["part"]);
      else if (Object.hasOwn(message, "error")) {
        end(() => {
          reject(errorOfWire(message["error"]));
        });
      } else {
        end(() => {
          resolve(message["result"]);
        });
      }
    } catch (error) {
      // Whoever listens could make nothing of it.
      end(() => {
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    }
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** The other side is gone: it was stopped, or killed. */
export class ControlEndedError extends DeployError {
  override readonly name: string = "ControlEndedError";
}

function ended(): ControlEndedError {
  return new ControlEndedError("clockwork up ended before it had answered", {
    hint: "see what became of it with clockwork status, and run this command again",
  });
}

function silent(): DeployError {
  return new DeployError("clockwork up runs, and does not answer", {
    code: "lock-held",
    hint: "clockwork lock status tells which process it is; it may be stopped, or its machine overloaded",
  });
}

function foreign(): DeployError {
  return new DeployError("clockwork up is of another version than this command", {
    hint: "restart clockwork up",
  });
}

function ignore(): void {
  // `close` comes after every error.
}
