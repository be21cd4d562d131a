import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { DatabaseError } from "../../model/errors.ts";
import type { DatabaseSession, QueryResult } from "../../ports/databases.ts";
import type { ConnectOptions } from "./database-engine.ts";
import { redactor, serverSaid, type Redact } from "./failures.ts";
import { RespReader, respCommand, type RedisReply } from "./resp.ts";
import { Wire } from "./wire.ts";

/** What says that a user may not ask about the server: it has let us in all the same. */
const NOT_PERMITTED = /^(?:NOPERM|ERR unknown command)/u;

/**
 * Connects to a Redis server, or one that speaks as it does: logs in, selects the database, and hears a `PING` answered.
 *
 * @param options - Where, who, and who gives up.
 * @returns A session that takes no queries.
 * @throws {@link DatabaseError} When the server does not answer or does not let us in.
 * @throws {@link ObservationError} When our own machine fails.
 */
export async function connectRedis(options: ConnectOptions): Promise<DatabaseSession> {
  const { address, password, resolver, signal } = options;
  const wire = await Wire.open({ ...address, resolver, signal });
  try {
    const stream = await secured(wire, options);
    const dialogue = new Dialogue(stream, wire, redactor(password));
    await dialogue.logIn(address.user, password);
    if (address.database !== "") await dialogue.ask("SELECT", address.database);
    const pong = await dialogue.ask("PING");
    if (pong !== "PONG") throw wire.malformed();
    return new RedisSession(wire, stream, await dialogue.version());
  } catch (error) {
    const failure = error instanceof Error ? error : wire.malformed();
    wire.fail(failure);
    throw failure;
  }
}

class RedisSession implements DatabaseSession {
  readonly serverVersion: string;
  readonly #wire: Wire;
  readonly #stream: Duplex;

  constructor(wire: Wire, stream: Duplex, serverVersion: string) {
    this.#wire = wire;
    this.#stream = stream;
    this.serverVersion = serverVersion;
  }

  readonly query = async (): Promise<QueryResult> => {
    throw new DatabaseError(
      "query",
      "Redis takes no SQL: its connection is all that can be checked",
    );
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire.close(() => {
      this.#stream.write(respCommand("QUIT"));
    });
  }
}

/** Commands and replies, one after the other. */
class Dialogue {
  readonly #stream: Duplex;
  readonly #wire: Wire;
  readonly #redact: Redact;
  readonly #reader = new RespReader();
  #onReply: ((reply: RedisReply) => void) | null = null;

  constructor(stream: Duplex, wire: Wire, redact: Redact) {
    this.#stream = stream;
    this.#wire = wire;
    this.#redact = redact;
    // What it throws is for the wire, which guards the stream.
    stream.on("data", (chunk: Buffer) => {
      for (const reply of this.#reader.push(chunk)) this.#take(reply);
    });
  }

  async logIn(user: string | null, password: string | null): Promise<void> {
    if (user === null && password === null) return;
    await this.ask("AUTH", ...(user === null ? [] : [user]), password ?? "");
  }

  async ask(...words: readonly string[]): Promise<string> {
    const reply = await this.#exchange(words);
    if (reply.kind === "error") throw serverSaid("refused", reply.text, this.#redact);
    return reply.kind === "text" ? reply.text : "";
  }

  async version(): Promise<string> {
    const reply = await this.#exchange(["INFO", "server"]);
    if (reply.kind === "error" && !NOT_PERMITTED.test(reply.text)) {
      throw serverSaid("refused", reply.text, this.#redact);
    }
    return reply.kind === "text" ? versionOf(reply.text) : "Redis";
  }

  #exchange(words: readonly string[]): Promise<RedisReply> {
    return this.#wire.step(
      () =>
        new Promise((resolve) => {
          this.#onReply = resolve;
          this.#stream.write(respCommand(...words));
        }),
    );
  }

  #take(reply: RedisReply): void {
    const onReply = this.#onReply;
    this.#onReply = null;
    // A reply that nobody asked for belongs to another protocol.
    if (onReply === null) this.#wire.fail(this.#wire.malformed());
    else onReply(reply);
  }
}

function secured(wire: Wire, { address }: ConnectOptions): Promise<Duplex> {
  const { socket } = wire;
  if (address.tls === "off") return Promise.resolve(socket);
  return wire.step(
    () =>
      new Promise((resolve) => {
        const stream = connectTls({
          socket,
          host: address.host,
          rejectUnauthorized: address.tls === "verify",
          ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
        });
        wire.guard(stream);
        stream.once("secureConnect", () => {
          resolve(stream);
        });
      }),
  );
}

// Valkey tells the version of Redis that it is like, besides its own.
function versionOf(info: string): string {
  for (const [product, field] of [
    ["Valkey", "valkey_version"],
    ["Redis", "redis_version"],
  ] as const) {
    const version = new RegExp(`^${field}:([\\w.-]{1,40})\\r?$`, "mu").exec(info)?.[1];
    if (version !== undefined) return `${product} ${version}`;
  }
  return "Redis";
}
