import type { Socket } from "node:net";
import { DeployError } from "../../model/deploy-errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { lineReader } from "./lines.ts";
import {
  LIMIT_LINE_BYTES,
  LIMIT_PENDING_BYTES,
  LIMIT_REQUEST_BYTES,
  LIMIT_REQUESTS,
  LIMIT_SILENCE_MS,
} from "./limits.ts";
import { InvalidRequest, readRequest, type ControlRequest } from "./requests.ts";
import { wireErrorOf } from "./wire-error.ts";

/** What one request may use. */
export interface Answering {
  /** Aborted when it is cancelled, or whoever asked is gone. */
  readonly signal: AbortSignal;
  /** Tells something on the way; does nothing once nobody listens. */
  readonly tell: (event: unknown) => void;
  /** Sends a part of the result, and waits until there is room for more. */
  readonly give: (part: unknown) => Promise<void>;
}

/** Answers a request; what it throws is sent as the error that it is. */
export type Answer = (asked: ControlRequest, answering: Answering) => Promise<unknown>;

/** What a connection needs. */
interface ConnectionOptions {
  readonly clock: Pick<Clock, "after">;
  readonly greeting: unknown;
  readonly answer: Answer;
}

/**
 * Serves one client: several requests at once, each answered by its number. A client that sends what is no request, asks for
 * nothing, or does not read, is cut; nothing ever waits for it.
 *
 * @param socket - The client.
 * @param options - The time, and who answers.
 */
export function serveConnection(socket: Socket, options: ConnectionOptions): void {
  new Connection(socket, options).begin();
}

class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #open = new Map<number, AbortController>();
  readonly #lines = lineReader((head) =>
    // Only a plan is long, and our own client says first what it asks for.
    head.startsWith('{"request":"deploy"') ? LIMIT_LINE_BYTES : LIMIT_REQUEST_BYTES,
  );
  #stopSilence: () => void = ignore;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  begin(): void {
    this.#socket
      .on("data", (chunk: Buffer) => {
        this.#onData(chunk);
      })
      .on("error", ignore)
      .on("close", () => {
        this.#stopSilence();
        for (const request of this.#open.values()) request.abort(gone());
      });
    this.#send(this.#options.greeting);
    this.#awaitRequest();
  }

  #onData(chunk: Buffer): void {
    const lines = this.#lines.read(chunk);
    if (lines === null) {
      this.#refuse(new InvalidRequest("a request is longer than it may be", null));
      return;
    }
    for (const line of lines) this.#onLine(line);
  }

  #onLine(line: string): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    try {
      const { id, asked } = readRequest(line);
      if (asked.request === "cancel") this.#open.get(id)?.abort(gone());
      else this.#begin(id, asked);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #begin(id: number, asked: ControlRequest): void {
    if (this.#open.has(id)) throw new InvalidRequest(`request ${String(id)} is open already`, null);
    if (this.#open.size >= LIMIT_REQUESTS) {
      throw new InvalidRequest(
        `at most ${String(LIMIT_REQUESTS)} requests may be open at once`,
        id,
      );
    }
    this.#stopSilence();
    const request = new AbortController();
    this.#open.set(id, request);
    void this.#answer(id, asked, request.signal);
  }

  async #answer(id: number, asked: ControlRequest, signal: AbortSignal): Promise<void> {
    const answering: Answering = {
      signal,
      tell: (event) => {
        this.#send({ id, event });
      },
      give: async (part) => {
        this.#send({ id, part });
        await this.#drained();
      },
    };
    try {
      const result = await this.#options.answer(asked, answering);
      this.#send({ id, result: result ?? null });
    } catch (error) {
      this.#send({ id, error: wireErrorOf(error) });
    } finally {
      this.#open.delete(id);
      this.#awaitRequest();
    }
  }

  #refuse(error: unknown): void {
    const id = error instanceof InvalidRequest ? error.id : null;
    const message = error instanceof Error ? error.message : String(error);
    const told = new DeployError(`clockwork up was asked for nothing that it knows: ${message}`, {
      code: "usage-invalid",
      hint: "restart clockwork up if it is of another version than this command",
    });
    this.#send({ id, error: wireErrorOf(told) });
    // What comes after something that is no request cannot be trusted to be one.
    if (id === null) this.#socket.end();
  }

  #send(message: unknown): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    const line = `${JSON.stringify(message)}\n`;
    this.#socket.write(line);
    if (this.#socket.writableLength > LIMIT_PENDING_BYTES + line.length) this.#socket.destroy();
  }

  // Who does not read is cut, rather than waited for.
  #drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#options.clock.after(LIMIT_SILENCE_MS, () => socket.destroy());
      const done = (): void => {
        stop();
        socket.off("drain", done).off("close", done);
        resolve();
      };
      socket.on("drain", done).on("close", done);
    });
  }

  #awaitRequest(): void {
    this.#stopSilence();
    if (this.#open.size > 0 || this.#socket.destroyed) return;
    this.#stopSilence = this.#options.clock.after(LIMIT_SILENCE_MS, () => this.#socket.destroy());
  }
}

function gone(): DOMException {
  return new DOMException("whoever asked is gone", "AbortError");
}

function ignore(): void {
  // Who is gone needs to be told nothing; `close` comes anyway.
}
