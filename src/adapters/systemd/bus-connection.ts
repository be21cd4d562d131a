import { createConnection, type Socket } from "node:net";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import type { BusPlace } from "./bus-address.ts";
import { MESSAGE_TYPE, MessageReader, NO_AUTO_START, writeMessage } from "./message.ts";
import type { BusMessage } from "./message.ts";
import type { WireValue } from "./wire.ts";

/** Which method of which object. */
export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Of the parameters. */
  readonly signature: string;
  readonly body: readonly WireValue[];
}

/** Somebody on the bus answered with an error. */
export class BusError extends Error {
  override readonly name: string = "BusError";
  /** Such as `org.freedesktop.DBus.Error.AccessDenied`. */
  readonly errorName: string;

  /**
   * Tells what was answered.
   *
   * @param errorName - The name of the error.
   * @param text - What was said beside it; may be empty.
   */
  constructor(errorName: string, text: string) {
    super(singleLine(text === "" ? errorName : `${text} (${errorName})`).slice(0, 300));
    this.errorName = errorName;
  }
}

const LINE_LIMIT_BYTES = 1024;
/** An answer follows its call; what else comes in between is not for us. */
const STRAY_LIMIT = 1_000;

const HELLO: BusCall = {
  destination: "org.freedesktop.DBus",
  path: "/org/freedesktop/DBus",
  interface: "org.freedesktop.DBus",
  member: "Hello",
  signature: "",
  body: [],
};

interface Waiting {
  readonly resolve: (body: readonly WireValue[]) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to a bus, or to one peer, on which methods are called. */
export class BusConnection implements Disposable {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  readonly #reader = new MessageReader();
  readonly #waiting = new Map<number, Waiting>();
  readonly #authenticated = Promise.withResolvers<undefined>();
  #line: Buffer | null = Buffer.alloc(0);
  #serial = 0;
  #strays = 0;
  #failure: Error | null = null;

  private constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort, { once: true });
    socket.on("data", this.#onData);
    socket.on("error", this.#fail);
    socket.on("close", () => {
      this.#fail(new ObservationError("the connection was closed before an answer came"));
    });
  }

  /**
   * Connects, proves who we are by our user id, and greets the bus.
   *
   * @param place - Where to.
   * @param userId - Of this process.
   * @param signal - Ends the connection, and whatever waits on it.
   * @returns A connection on which methods can be called.
   * @throws {@link ObservationError} When we are not let in.
   * @throws {@link WireError} When what listens there does not speak D-Bus.
   */
  static async open(place: BusPlace, userId: number, signal: AbortSignal): Promise<BusConnection> {
    if (signal.aborted) throw abortReason(signal);
    const socket = createConnection({ path: place.socketPath });
    const connection = new BusConnection(socket, signal);
    try {
      const identity = Buffer.from(String(userId), "latin1").toString("hex");
      socket.write(`\0AUTH EXTERNAL ${identity}\r\n`);
      await connection.#authenticated.promise;
      socket.write("BEGIN\r\n");
      if (place.isBus) await connection.call(HELLO);
      return connection;
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Calls a method. Nobody is started in order to answer it.
   *
   * @param call - Which one.
   * @returns What it gave.
   * @throws {@link BusError} When it answers with an error.
   * @throws The reason for which the connection ended.
   */
  async call(call: BusCall): Promise<readonly WireValue[]> {
    if (this.#failure !== null) throw this.#failure;
    this.#serial += 1;
    const { body, ...fields } = call;
    const serial = this.#serial;
    const bytes = writeMessage({
      type: MESSAGE_TYPE.call,
      flags: NO_AUTO_START,
      serial,
      fields,
      body,
    });
    return await new Promise((resolve, reject) => {
      this.#waiting.set(serial, { resolve, reject });
      this.#socket.write(bytes);
    });
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#fail(new ObservationError("the connection was closed"));
  }

  readonly #onAbort = (): void => {
    this.#fail(abortReason(this.#signal));
  };

  readonly #onData = (chunk: Buffer): void => {
    try {
      const rest = this.#line === null ? chunk : this.#readLine(this.#line, chunk);
      if (rest !== null) for (const message of this.#reader.add(rest)) this.#take(message);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  };

  readonly #fail = (error: Error): void => {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#socket.destroy();
    this.#authenticated.promise.catch(() => undefined);
    this.#authenticated.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  };

  // Returns what follows the line; null when it is not complete yet.
  #readLine(before: Buffer, chunk: Buffer): Buffer | null {
    const line = Buffer.concat([before, chunk]);
    const end = line.indexOf("\r\n");
    if (end === -1 && line.length <= LINE_LIMIT_BYTES) {
      this.#line = line;
      return null;
    }
    const says = line.subarray(0, Math.max(end, 0)).toString("latin1");
    if (!/^OK(?: |$)/u.test(says)) {
      throw new ObservationError(
        says.startsWith("REJECTED")
          ? "the bus does not let this user in"
          : "what listens there does not speak D-Bus",
      );
    }
    this.#line = null;
    this.#authenticated.resolve(undefined);
    return line.subarray(end + 2);
  }

  #take({ type, fields, body }: BusMessage): void {
    const waiting = this.#waiting.get(fields.replySerial ?? 0);
    const isAnswer = type === MESSAGE_TYPE.return || type === MESSAGE_TYPE.error;
    if (waiting === undefined || !isAnswer) {
      this.#strays += 1;
      if (this.#strays > STRAY_LIMIT) throw new ObservationError("the bus says too much");
      return;
    }
    this.#waiting.delete(fields.replySerial ?? 0);
    if (type === MESSAGE_TYPE.return) waiting.resolve(body);
    else waiting.reject(new BusError(fields.errorName ?? "", textOf(body)));
  }
}

function textOf([text]: readonly WireValue[]): string {
  return typeof text === "string" ? text : "";
}
