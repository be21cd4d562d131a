import { userInfo } from "node:os";
import { Duplex } from "node:stream";
import type { Connection, ConnectionOptions, FieldPacket } from "mysql2";
import { DatabaseError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import type { DatabaseSession, DatabaseValue, QueryResult } from "../../ports/databases.ts";
import type { ConnectOptions } from "./database-engine.ts";
import { codeOf, loadDriver, noAnswer, redactor, serverSaid, type Redact } from "./failures.ts";
import { inTurn } from "./in-turn.ts";
import { mysqlValue } from "./mysql-values.ts";
import { RowBuffer } from "./row-buffer.ts";
import { bindParameters, requireReading } from "./sql-text.ts";
import { AnswerTooLong, Wire } from "./wire.ts";

/** How long the server goes on with a query that nobody waits for any more, in seconds. */
const STATEMENT_TIMEOUT_SECONDS = 60;

/** MariaDB and MySQL call it differently, and older ones do not know it. */
const STATEMENT_TIMEOUTS = [
  `SET SESSION max_statement_time = ${String(STATEMENT_TIMEOUT_SECONDS)}`,
  `SET SESSION max_execution_time = ${String(STATEMENT_TIMEOUT_SECONDS * 1000)}`,
];

/**
 * How a session begins. The first line is for what would follow a transaction that was ended by whatever means: it could
 * only read, too.
 */
const BEGIN = ["SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY"];

/** Numbers of errors that mean that the server has gone: shut down, or told to drop us. */
const GONE: ReadonlySet<unknown> = new Set([1053, 1077, 1079, 1927, 4031]);

/** What the driver says where a server offers no TLS, and where it wants a way to log in that is unknown, or unsafe. */
const NO_TLS = "HANDSHAKE_NO_SSL_SUPPORT";
const NO_CLEAR_TEXT = "MYSQL_CLEAR_PASSWORD_NOT_ENABLED";
const NO_LOGIN = "AUTH_SWITCH_PLUGIN_ERROR";

/**
 * Connects to a MySQL or MariaDB server.
 *
 * Statements that commit by themselves (`CREATE`, `DROP`, `GRANT` …) and those that change the session are not sent at all,
 * see {@link requireReading}. What can still have an effect: functions that reach out of the transaction (`GET_LOCK` until the
 * session ends, `SLEEP`, user-defined functions), and locks of `SELECT … FOR UPDATE`.
 *
 * @param options - Where, who, and who gives up.
 * @returns A session.
 * @throws {@link DatabaseError} When the server does not answer or does not let us in.
 * @throws {@link ObservationError} When the driver is missing, or our own machine fails.
 */
export async function connectMysql(options: ConnectOptions): Promise<DatabaseSession> {
  const { createConnection } = await loadDriver("mysql2", () => import("mysql2"));
  const { address, password, resolver, signal } = options;
  const redact = redactor(password);
  const wire = await Wire.open({ ...address, resolver, signal });
  try {
    const connection = createConnection(connectionOptions(options, wire));
    guardTls(connection, wire);
    const session = new MysqlSession(connection, wire, redact);
    await session.begin();
    return session;
  } catch (error) {
    const failure = describe(error, "refused", { redact, wire });
    wire.fail(failure);
    throw failure;
  }
}

class MysqlSession implements DatabaseSession {
  readonly #connection: Connection;
  readonly #wire: Wire;
  readonly #redact: Redact;
  readonly #inTurn = inTurn();
  #serverVersion = "MySQL";

  constructor(connection: Connection, wire: Wire, redact: Redact) {
    this.#connection = connection;
    this.#wire = wire;
    this.#redact = redact;
  }

  get serverVersion(): string {
    return this.#serverVersion;
  }

  async begin(): Promise<void> {
    await this.#wire.step(() => connected(this.#connection));
    this.#connection.on("error", (error) => {
      this.#wire.fail(describe(error, "query", { redact: this.#redact, wire: this.#wire }));
    });
    for (const text of STATEMENT_TIMEOUTS) {
      await this.#ask(text, []).catch((error: unknown) => {
        if (!isServerError(error)) throw error;
      });
    }
    for (const text of BEGIN) await this.#ask(text, []);
    const { rows } = await this.#ask("SELECT VERSION()", []);
    this.#serverVersion = versionOf(String(rows[0]?.[0] ?? ""));
  }

  readonly query = (
    query: string,
    parameters: readonly DatabaseValue[] = [],
  ): Promise<QueryResult> =>
    this.#inTurn(async () => {
      requireReading(query, "mysql");
      const { text, values } = bindParameters(query, parameters, "mysql");
      try {
        return await this.#ask(text, values);
      } catch (error) {
        throw describe(error, "query", { redact: this.#redact, wire: this.#wire });
      }
    });

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire.close(() => {
      this.#connection.end();
    });
  }

  // As a prepared statement: the server binds the values, and takes no second statement.
  async #ask(text: string, values: readonly DatabaseValue[]): Promise<QueryResult> {
    const rows = new RowBuffer();
    let fields: readonly FieldPacket[] = [];
    const run = (): Promise<void> =>
      new Promise((resolve, reject) => {
        this.#connection
          .execute({ sql: text, values: [...values], rowsAsArray: true })
          .on("fields", (received: readonly FieldPacket[] | undefined) => {
            fields = received ?? [];
          })
          .on("result", (row: unknown) => {
            if (!Array.isArray(row)) return;
            rows.add(fields.map((field, index) => mysqlValue(row[index], field.columnType ?? 0)));
          })
          .on("error", reject)
          .on("end", resolve);
      });
    try {
      await this.#wire.step(run);
    } catch (error) {
      if (!(error instanceof AnswerTooLong)) throw error;
      rows.truncate();
    }
    return rows.result(fields.map(({ name }) => name));
  }
}

function connectionOptions({ address, password }: ConnectOptions, wire: Wire): ConnectionOptions {
  const { host, port, user, database, tls } = address;
  return {
    ...{ host, port, stream: wire.socket, user: user ?? userInfo().username },
    ...(database === "" ? {} : { database }),
    ...(password === null ? {} : { password }),
    ...(tls === "off"
      ? {}
      : { ssl: { rejectUnauthorized: tls === "verify", verifyIdentity: tls === "verify" } }),
    // The signal says when to give up.
    connectTimeout: 0,
    enableCleartextPlugin: tls === "verify",
    multipleStatements: false,
    // A server must not ask for our files. What it may tell about the session is of no use, and its length is not checked by
    // the driver.
    flags: ["-LOCAL_FILES", "-SESSION_TRACK"],
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
    // It would write a parser for each query, as code.
    disableEval: true,
  };
}

function connected(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once("connect", () => {
      resolve();
    });
    connection.on("error", reject);
  });
}

// TLS begins in the middle of the handshake, within the driver.
function guardTls(connection: Connection, wire: Wire): void {
  const begin: unknown = Reflect.get(connection, "startTLS");
  if (typeof begin !== "function") return;
  const startTLS = (...args: readonly unknown[]): void => {
    Reflect.apply(begin, connection, args);
    const stream: unknown = Reflect.get(connection, "stream");
    if (stream instanceof Duplex) wire.guard(stream);
  };
  Object.assign(connection, { startTLS });
}

function versionOf(version: string): string {
  const product = /mariadb/iu.test(version) ? "MariaDB" : "MySQL";
  // MariaDB may put a version for old clients before its own: `5.5.5-10.11.6-MariaDB`.
  const [number = ""] = /\d[\d.]*/u.exec(version.replace(/^5\.5\.5-/u, "")) ?? [];
  return `${product} ${number}`.trim();
}

function isServerError(error: unknown): error is Error & { readonly errno: number } {
  return error instanceof Error && isRecord(error) && Number(error["errno"]) > 0;
}

// Who said it decides what it means.
function describe(
  error: unknown,
  step: "refused" | "query",
  { redact, wire }: { readonly redact: Redact; readonly wire: Wire },
): Error {
  if (error instanceof DatabaseError || wire.isFailure(error)) return error;
  if (!isServerError(error)) return driverFailure(error, redact, wire);
  const isGone = step === "query" && GONE.has(error.errno);
  const words = `${error.message} (${String(error.errno)})`;
  return serverSaid(isGone ? "unreachable" : step, words, redact);
}

function driverFailure(error: unknown, redact: Redact, wire: Wire): Error {
  const code = codeOf(error);
  if (code === NO_TLS) {
    return new DatabaseError("unreachable", `the server does not offer TLS (${wire.peer})`);
  }
  if (code === NO_CLEAR_TEXT) {
    const reason =
      "the server asks for the password in clear text, which it gets with `verify` alone";
    return new DatabaseError("refused", reason);
  }
  if (code === NO_LOGIN && error instanceof Error) {
    return serverSaid("refused", error.message, redact);
  }
  return /^(?:$|PROTOCOL|HANDSHAKE|ERR_(?!SSL|TLS))/u.test(code)
    ? wire.malformed()
    : noAnswer(error, wire.peer);
}
