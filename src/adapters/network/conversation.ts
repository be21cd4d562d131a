import type { Socket } from "node:net";
import { abortReason } from "../../model/abort.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Sockets } from "../../ports/sockets.ts";
import { describeFailure } from "./failure.ts";
import { openSocket, type Destination } from "./open-socket.ts";

/** What is said, and when it has been enough. */
export type ConversationOptions = Parameters<Sockets["converse"]>[1];

type Result = Awaited<ReturnType<Sockets["converse"]>>;

/**
 * Opens a connection, sends text and reads what comes back.
 *
 * @param destination - Where to.
 * @param options - As the port has it; the wait begins when the connection stands, the signal not aborted yet.
 * @param clock - What the wait goes by.
 * @returns What was read, and why reading ended. The connection is closed.
 * @throws {@link TransportError} When the connection fails.
 * @throws {@link TypeError} When the text holds characters that are no bytes.
 * @throws The signal's reason.
 */
export function converse(
  destination: Destination,
  options: ConversationOptions,
  clock: Pick<Clock, "after">,
): Promise<Result> {
  if (/[^\0-\xff]/u.test(options.send)) {
    throw new TypeError("what is sent must be Latin-1, one byte in each character");
  }
  return new Promise((resolve, reject) => {
    let talk: Talk | null = null;
    openSocket(destination, options.signal, {
      onConnected: undefined,
      onRead: (chunk) => talk?.read(chunk),
      onOpen: ({ socket, peer }) => {
        talk = new Talk(options, { socket, peer, resolve, reject });
        talk.start(clock);
      },
      onFail: reject,
    });
  });
}

interface TalkContext {
  readonly socket: Socket;
  readonly peer: string;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** The part of a conversation after the connection stands. */
class Talk {
  readonly #options: ConversationOptions;
  readonly #context: TalkContext;
  #received = "";
  #isDone = false;
  #stopTimer: () => void = () => undefined;

  constructor(options: ConversationOptions, context: TalkContext) {
    this.#options = options;
    this.#context = context;
  }

  start(clock: Pick<Clock, "after">): void {
    const { socket, peer } = this.#context;
    const { send, signal, waitMs } = this.#options;
    signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#stopTimer = clock.after(waitMs, () => {
      // When our own event loop was busy, the answer may be here and unread: it is heard first.
      this.#stopTimer = clock.after(0, () => {
        this.#end("waited");
      });
    });
    socket.on("error", (error) => {
      this.#fail(describeFailure(error, peer));
    });
    socket.on("end", () => {
      this.#end("closed");
    });
    if (send !== "") socket.write(send, "latin1");
  }

  read(chunk: Buffer): void {
    if (this.#isDone) return;
    const { limitBytes, isSatisfied } = this.#options;
    this.#received += chunk.toString("latin1", 0, limitBytes - this.#received.length);
    try {
      if (isSatisfied(this.#received)) this.#end("satisfied");
      else if (this.#received.length >= limitBytes) this.#end("limit");
    } catch (error) {
      this.#fail(error);
    }
  }

  readonly #onAbort = (): void => {
    this.#fail(abortReason(this.#options.signal));
  };

  #end(end: Result["end"]): void {
    if (!this.#finish()) return;
    this.#context.resolve({ received: this.#received, end });
  }

  #fail(error: unknown): void {
    if (this.#finish()) this.#context.reject(error);
  }

  #finish(): boolean {
    if (this.#isDone) return false;
    this.#isDone = true;
    this.#stopTimer();
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#context.socket.destroy();
    return true;
  }
}
