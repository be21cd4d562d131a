import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { isRecord, type JsonObject } from "../../model/json.ts";
import { singleLine } from "../../model/text.ts";
import {
  addressLabel,
  engineAddresses,
  HOST_VARIABLE,
  type ApiEngine,
  type EngineAddress,
  type Environment,
} from "./engine-addresses.ts";
import { ConnectFailure, isConnectFailure, isNobodyThere, noEngine } from "./engine-failure.ts";

/** A request to an engine. */
export interface EngineQuery {
  readonly method: "GET" | "POST" | "DELETE";
  /** Without a version, see {@link EngineClient}. */
  readonly path: string;
  readonly body?: JsonObject;
  /** Ends it; it then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Gets the body of a success piece by piece, however long it is; without it, the body is kept. */
  readonly onChunk?: (chunk: Buffer) => void;
  /** True when the engine takes its time, so that others need not wait for it. */
  readonly isSlow?: boolean;
}

/** An engine's answer. */
export interface EngineAnswer {
  readonly status: number;
  /** Empty where `onChunk` has got it. */
  readonly body: string;
}

const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
const MESSAGE_LIMIT_CHARACTERS = 300;
/** An engine answers some thousand short questions in a second; more at once would only wait there instead of here. */
const SHORT_LIMIT = 8;
/** Streams of commands, and measurements of a second each. They must not hold up short questions. */
const LONG_LIMIT = 64;

/**
 * Talks to an engine that knows Docker's API, over its socket.
 *
 * Paths have no version. What is read here has been the same since version 1.24 of the API, whereas any version that one
 * names is one that some engine refuses: Docker 20.10 knows nothing above 1.41, and Docker 29 nothing below 1.44. Without
 * one, an engine uses its own; asking for that version first would come to the same with one more round trip.
 */
export class EngineClient implements AsyncDisposable {
  readonly #engine: ApiEngine;
  readonly #env: Environment;
  readonly #short = new Agent({ keepAlive: true, maxSockets: SHORT_LIMIT });
  readonly #long = new Agent({ keepAlive: false, maxSockets: LONG_LIMIT });
  readonly #running = new Set<ClientRequest>();

  /**
   * Does not connect yet.
   *
   * @param engine - Which engine.
   * @param env - May name its address.
   */
  constructor(engine: ApiEngine, env: Environment) {
    this.#engine = engine;
    this.#env = env;
  }

  /**
   * Asks the engine.
   *
   * @param query - What to ask.
   * @returns Its answer, whatever its status.
   * @throws {@link ObservationError} When no engine answers, or it breaks off, or says more than we keep.
   */
  async ask(query: EngineQuery): Promise<EngineAnswer> {
    query.signal.throwIfAborted();
    const failures: ConnectFailure[] = [];
    for (const address of engineAddresses(this.#engine, this.#env)) {
      try {
        return await this.#askAt(address, query);
      } catch (error) {
        if (!(error instanceof ConnectFailure)) throw error;
        failures.push(error);
      }
    }
    throw noEngine(this.#engine, failures);
  }

  /**
   * Says what an engine refused.
   *
   * @param answer - A refusal.
   * @param doing - What was asked for, such as `look for container "web"`.
   * @returns What to throw.
   */
  refusal(answer: EngineAnswer, doing: string): ObservationError {
    return new ObservationError(
      `the ${this.#engine} engine could not ${doing}: ${this.reasonOf(answer)}`,
    );
  }

  /**
   * Says why an engine refused.
   *
   * @param answer - A refusal.
   * @returns What it said, on one line, with its status.
   */
  reasonOf(answer: EngineAnswer): string {
    return `${messageOf(answer)} (status ${String(answer.status)})`;
  }

  /**
   * Tells whether no engine is to be met at all: nobody listens anywhere, and nobody has said where one would.
   *
   * @param signal - Gives up.
   * @returns False when one answers, or might.
   */
  async isAbsent(signal: AbortSignal): Promise<boolean> {
    if ((this.#env[HOST_VARIABLE[this.#engine]] ?? "") !== "") return false;
    try {
      await this.ask({ method: "GET", path: "/_ping", signal });
      return false;
    } catch (error) {
      if (signal.aborted) throw abortReason(signal);
      return isNobodyThere(error);
    }
  }

  /**
   * Tells whether the engine is met over a socket of this machine.
   *
   * @returns False for one that is met over TCP.
   */
  get isLocal(): boolean {
    return engineAddresses(this.#engine, this.#env).every(({ kind }) => kind === "socket");
  }

  /**
   * Ends all that is under way, and closes the connections.
   *
   * @returns Once that is done.
   */
  [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#running) {
      running.destroy(
        new ObservationError(`the connection to the ${this.#engine} engine was closed`),
      );
    }
    this.#short.destroy();
    this.#long.destroy();
    return Promise.resolve();
  }

  // An idle connection may have been closed by the engine, for example when it was started anew, just as it is used again.
  async #askAt(address: EngineAddress, query: EngineQuery): Promise<EngineAnswer> {
    const isLong = query.isSlow === true || query.onChunk !== undefined;
    const agent = isLong ? this.#long : this.#short;
    try {
      return await this.#exchange(address, query, agent);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return await this.#exchange(address, query, this.#long);
    }
  }

  #exchange(address: EngineAddress, query: EngineQuery, agent: Agent): Promise<EngineAnswer> {
    const { signal, method, path } = query;
    const body = query.body === undefined ? null : JSON.stringify(query.body);
    return new Promise((resolve, reject) => {
      const where =
        address.kind === "socket"
          ? { socketPath: address.path }
          : { host: address.host, port: address.port };
      const sent = request({ ...where, agent, method, path, headers: headersFor(body) });
      const leave = (): void => {
        this.#running.delete(sent);
        signal.removeEventListener("abort", onAbort);
      };
      const fail = (error: unknown): void => {
        leave();
        reject(signal.aborted ? abortReason(signal) : this.#failure(error, address, sent));
        sent.destroy();
      };
      const onAbort = (): void => {
        fail(null);
      };
      this.#running.add(sent);
      signal.addEventListener("abort", onAbort, { once: true });
      sent.on("error", fail);
      sent.on("response", (response) => {
        receive(response, query.onChunk).then((answer) => {
          leave();
          resolve(answer);
        }, fail);
      });
      sent.end(body ?? undefined);
    });
  }

  #failure(error: unknown, address: EngineAddress, sent: ClientRequest): Error {
    if (error instanceof ObservationError) return error;
    if (isConnectFailure(error)) return new ConnectFailure(address, error);
    const code = codeOf(error);
    if (sent.reusedSocket && sent.method === "GET" && STALE.has(code)) return new StaleConnection();
    const where = code === "" ? addressLabel(address) : `${addressLabel(address)}, ${code}`;
    const how = code.startsWith("HPE_") ? "does not speak HTTP" : "broke off";
    return new ObservationError(`the ${this.#engine} engine ${how} (${where})`, { cause: error });
  }
}

/**
 * Tells whether an engine has no such container. Only an engine says it in these words: any other 404 comes from somebody who
 * knows nothing of containers.
 *
 * @param answer - Its answer.
 * @returns True when there is none.
 */
export function isGone({ status, body }: EngineAnswer): boolean {
  return status === 404 && /no such container|no container with/iu.test(body);
}

class StaleConnection extends Error {}

const STALE: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

function codeOf(error: unknown): string {
  const code = isRecord(error) ? error["code"] : null;
  return typeof code === "string" ? code : "";
}

function headersFor(body: string | null): Record<string, string | number> {
  if (body === null) return { Host: "localhost" };
  return {
    Host: "localhost",
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  };
}

async function receive(
  response: IncomingMessage,
  onChunk: EngineQuery["onChunk"],
): Promise<EngineAnswer> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw new ObservationError("the container engine says too much");
    chunks.push(chunk);
  };
  const take = onChunk !== undefined && status < 300 ? onChunk : keep;
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) take(chunk);
  return { status, body: Buffer.concat(chunks).toString("utf8") };
}

// Docker says it in `message`, podman in `message` too, with its first cause in `cause`.
function messageOf({ body }: EngineAnswer): string {
  let said: unknown = body;
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) said = value["message"];
  } catch {
    // Then it is the text itself.
  }
  const message = typeof said === "string" ? singleLine(said) : "";
  return message === "" ? "it does not say why" : message.slice(0, MESSAGE_LIMIT_CHARACTERS);
}
