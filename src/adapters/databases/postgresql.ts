import { userInfo } from "node:os";
import type { ClientConfig, Client } from "pg";
import { DatabaseError } from "../../model/errors.ts";
import type { DatabaseSession, DatabaseValue, QueryResult } from "../../ports/databases.ts";
import type { ConnectOptions } from "./database-engine.ts";
import { codeOf, loadDriver, noAnswer, redactor, serverSaid, type Redact } from "./failures.ts";
import { inTurn } from "./in-turn.ts";
import { postgresqlFraming } from "./postgresql-framing.ts";
import { PortalQuery } from "./postgresql-query.ts";
import { requireReading } from "./sql-text.ts";
import { AnswerTooLong, Wire } from "./wire.ts";

/** How long the server goes on with a query that nobody waits for any more, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** How often the server looks whether we are still there while it works on a query, in milliseconds. */
const PRESENCE_CHECK_MS = 1_000;

/**
 * How a session begins. With its first query, a transaction can no longer be made one that writes; every query of ours comes
 * after a savepoint, to which a failed one is rolled back.
 */
const BEGIN = `
  BEGIN READ ONLY;
  SET LOCAL statement_timeout = ${String(STATEMENT_TIMEOUT_MS)};
  SET LOCAL DateStyle = 'ISO';
  SET LOCAL IntervalStyle = 'iso_8601';
  SET LOCAL bytea_output = 'hex';
  SELECT 1;
  SAVEPOINT clockwork`;
const ROLL_BACK = "ROLLBACK TO SAVEPOINT clockwork";

// PostgreSQL 14 and later, on systems that can tell. A setting made after a savepoint goes with it, hence a new one.
const CHECK_PRESENCE = `
  SELECT set_config(name, '${String(PRESENCE_CHECK_MS)}', true)
  FROM pg_settings WHERE name = 'client_connection_check_interval';
  SAVEPOINT clockwork`;

/** Classes and codes of SQLSTATE that mean that the server has gone. */
const GONE = /^(?:08...|57P0[123])$/u;

/**
 * Connects to a PostgreSQL server.
 *
 * What can still have an effect in spite of the transaction that can only read: functions that reach out of the database, for
 * whom they are permitted (`pg_terminate_backend`, `dblink_exec`, `pg_advisory_lock` until the session ends).
 *
 * @param options - Where, who, and who gives up.
 * @returns A session.
 * @throws {@link DatabaseError} When the server does not answer or does not let us in.
 * @throws {@link ObservationError} When the driver is missing, or our own machine fails.
 */
export async function connectPostgresql(options: ConnectOptions): Promise<DatabaseSession> {
  const pg = await loadDriver("pg", () => import("pg"));
  const { address, password, resolver, signal } = options;
  const redact = redactor(password);
  const wire = await Wire.open({ ...address, resolver, signal });
  try {
    const client = new pg.Client(clientConfig(options, wire));
    client.on("error", (error) => {
      // Until we are in, errors come with the promise.
      wire.fail(describe(error, "query", { redact, wire }));
    });
    const inspect = postgresqlFraming();
    if (address.tls === "off") wire.inspect = inspect;
    client.connection.on("sslconnect", () => {
      // What comes before TLS is one byte, and no message.
      wire.inspect = inspect;
      wire.guard(client.connection.stream);
    });
    const session = new PostgresqlSession(client, wire, redact);
    await session.begin();
    return session;
  } catch (error) {
    const failure = describe(error, "refused", { redact, wire });
    wire.fail(failure);
    throw failure;
  }
}

class PostgresqlSession implements DatabaseSession {
  readonly #client: Client;
  readonly #wire: Wire;
  readonly #redact: Redact;
  readonly #inTurn = inTurn();
  #serverVersion = "PostgreSQL";

  constructor(client: Client, wire: Wire, redact: Redact) {
    this.#client = client;
    this.#wire = wire;
    this.#redact = redact;
  }

  get serverVersion(): string {
    return this.#serverVersion;
  }

  async begin(): Promise<void> {
    await this.#wire.step(() => this.#client.connect());
    await this.#command(BEGIN);
    try {
      await this.#command(CHECK_PRESENCE);
    } catch {
      await this.#command(ROLL_BACK);
    }
    const { rows } = await this.#ask("SHOW server_version", []);
    // Debian's says `17.2 (Debian 17.2-1.pgdg120+1)`.
    this.#serverVersion = `PostgreSQL ${String(rows[0]?.[0] ?? "").split(" ", 1)[0] ?? ""}`.trim();
  }

  readonly query = (
    query: string,
    parameters: readonly DatabaseValue[] = [],
  ): Promise<QueryResult> =>
    this.#inTurn(async () => {
      requireReading(query, "postgresql");
      try {
        return await this.#ask(query, parameters);
      } catch (error) {
        const failure = describe(error, "query", { redact: this.#redact, wire: this.#wire });
        if (failure instanceof DatabaseError && failure.failure === "query") {
          await this.#command(ROLL_BACK);
        }
        throw failure;
      }
    });

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire.close(() => {
      // Its promise settles with the connection, which is waited for elsewhere.
      void this.#client.end();
    });
  }

  #command(text: string): Promise<unknown> {
    return this.#wire.step(() => this.#client.query(text));
  }

  async #ask(text: string, parameters: readonly DatabaseValue[]): Promise<QueryResult> {
    const query = new PortalQuery(text, parameters);
    try {
      return await this.#wire.step(() => this.#client.query(query).result);
    } catch (error) {
      if (error instanceof AnswerTooLong) return query.partialResult();
      throw error;
    }
  }
}

// Whatever is left out here, the driver takes from the environment or from ~/.pgpass.
function clientConfig({ address, password }: ConnectOptions, { socket }: Wire): ClientConfig {
  const { host, port, tls } = address;
  const user = address.user ?? userInfo().username;
  const connected = Object.assign(socket, {
    // The driver wants to connect by itself.
    connect: () => {
      queueMicrotask(() => socket.emit("connect"));
      return socket;
    },
  });
  return {
    ...{ host, port, user, stream: () => connected },
    database: address.database === "" ? user : address.database,
    password: () => password ?? "",
    ssl: tls === "off" ? false : { rejectUnauthorized: tls === "verify" },
    sslnegotiation: "postgres",
    application_name: "clockwork",
  };
}

// Who said it decides what it means: what comes from the server has a severity.
function describe(
  error: unknown,
  step: "refused" | "query",
  { redact, wire }: { readonly redact: Redact; readonly wire: Wire },
): Error {
  if (error instanceof DatabaseError || wire.isFailure(error)) return error;
  if (!(error instanceof Error && "severity" in error)) return driverFailure(error, redact, wire);
  const code = codeOf(error);
  const isGone = step === "query" && GONE.test(code);
  return serverSaid(
    isGone ? "unreachable" : step,
    `${error.message || "no reason given"} (${code})`,
    redact,
  );
}

function driverFailure(error: unknown, redact: Redact, wire: Wire): Error {
  const message = error instanceof Error ? error.message : "";
  if (message.includes("non-empty string")) {
    return new DatabaseError("refused", "the server asks for a password, and none is given");
  }
  if (message.startsWith("SASL")) return serverSaid("refused", message, redact);
  if (message.includes("SSL connection")) {
    return new DatabaseError("unreachable", `the server does not offer TLS (${wire.peer})`);
  }
  return /^(?:$|ERR_(?!SSL|TLS))/u.test(codeOf(error))
    ? wire.malformed()
    : noAnswer(error, wire.peer);
}
