import type { Binding, Lane } from "./assertion.ts";
import { activeCollector } from "./collector.ts";
import { DEFAULT_PORTS, type DatabaseAddress, type DatabaseEngine } from "./database.ts";
import { inferEngine, inferPort } from "./database-inference.ts";
import { databaseUrl, readDatabaseUrl, type DatabaseUrlParts } from "./database-url.ts";
import { isRecord } from "./json.ts";
import { object } from "./composite-types.ts";
import { OptionType } from "./option-type.ts";
import { integer, oneOf, secretReference, text } from "./option-types.ts";
import { InvalidOption, readValues, type OptionsOf, type ValuesOf } from "./options.ts";
import type { Target } from "./target.ts";

/** The kind of assertion that others take their connection from. */
export const CONNECTION_KIND = "database-connection";

const ENGINES = ["postgresql", "mysql", "sqlite", "redis"] as const;

const DEFAULT_HOST = "127.0.0.1";

// A name that is none may be the password itself: it must not get into the message.
const VARIABLE_NAME = new OptionType<string, string>("name of an environment variable", (value) => {
  if (typeof value === "string" && /^[A-Za-z_]\w{0,255}$/u.test(value)) return value;
  throw new InvalidOption("must be the name of an environment variable, never the secret itself");
});

const CREDENTIAL_FIELDS = {
  user: text({ most: 255 }).optional("Who connects."),
  passwordEnv: VARIABLE_NAME.optional("The environment variable that holds the password."),
  password: secretReference().optional("Where the password is, instead of `passwordEnv`."),
};

/** Options that say how to reach a database. */
export const CONNECTION_FIELDS = {
  url: databaseUrl().optional("Where it is, without credentials, instead of what follows."),
  engine: oneOf(ENGINES).optional(
    "Which database it is; by its URL, its port, or its resource's image by default. MariaDB is `mysql`.",
  ),
  host: text({ most: 255 }).optional("A name or an address; 127.0.0.1 by default."),
  port: integer(1, 65_535).optional(
    "The port; the one that its resource publishes for it, otherwise the engine's own, by default.",
  ),
  database: text({ most: 4_096 }).optional(
    "The database's name, or its number for Redis; for SQLite its file, that of its resource by default.",
  ),
  credentials: object(CREDENTIAL_FIELDS).optional("Who connects, and where the password is."),
  tls: oneOf(["off", "require", "verify"]).optional(
    "Whether the connection is encrypted, and the certificate verified; `off` by default, `verify` for rediss://.",
  ),
};

/** How to reach a database, as declared; complete once it was resolved. */
export type ConnectionValues = ValuesOf<typeof CONNECTION_FIELDS>;

/** How to reach a database, with everything that can be known of it. */
export type Connection = ConnectionValues & {
  readonly engine: DatabaseEngine;
  readonly tls: "off" | "require" | "verify";
};

/** What people write for a connection: its options, or the assertion that has them. */
export type ConnectionInput =
  | OptionsOf<typeof CONNECTION_FIELDS>
  | ConnectionValues
  | { readonly kind: string; readonly parameters: object | null };

const NO_URL: Omit<DatabaseUrlParts, "engine"> & { readonly engine: null } = {
  engine: null,
  host: null,
  port: null,
  database: null,
  isEncrypted: false,
};

/**
 * How to reach a database: the options of a `DatabaseConnectionAssert`, or one.
 *
 * @returns The type; its values are options.
 */
export function connectionOption(): OptionType<ConnectionInput, ConnectionValues> {
  const fields = object(CONNECTION_FIELDS);
  const label = `DatabaseConnectionAssert, or ${fields.label}`;
  return new OptionType<ConnectionInput, ConnectionValues>(label, (value) => {
    if (!isRecord(value) || !("kind" in value)) return fields.read(value);
    if (value["kind"] !== CONNECTION_KIND) throw new InvalidOption(`must be a ${label}`);
    activeCollector()?.useAssertion(value);
    if (isRecord(value["parameters"])) return fields.read(value["parameters"]);
    throw new InvalidOption("must be a DatabaseConnectionAssert whose own options are right");
  });
}

/**
 * Completes how to reach a database. Doing so again changes nothing.
 *
 * @param declared - What was declared of it.
 * @param target - What its resource is.
 * @returns The whole connection.
 * @throws {@link InvalidOption} When its engine or port cannot be told, or two things that were declared contradict one another.
 */
export function resolveConnection(declared: ConnectionValues, target: Target): Connection {
  const url = declared.url === null ? NO_URL : readDatabaseUrl(declared.url);
  const agreed = {
    host: agree("host", declared.host, url.host),
    port: agree("port", declared.port, url.port),
    database: agree("database", declared.database, url.database),
  };
  refuseTwoPasswords(declared);
  const engine = agree("engine", declared.engine, url.engine) ?? inferEngine(agreed, target);
  const known = { ...declared, ...agreed };
  return engine === "sqlite"
    ? fileConnection(known, target)
    : serverConnection(known, { engine, isEncrypted: url.isEncrypted, target });
}

/**
 * Finds the connection that an assertion about a database's content uses: its own, or that of its resource.
 *
 * @param own - Its own; null when it declares none.
 * @param binding - What its resource is, and what else is declared of it.
 * @returns The whole connection.
 * @throws {@link InvalidOption} When there is none, or not exactly one, or it leads to a database without SQL.
 */
export function ownConnection(own: ConnectionValues | null, binding: Binding): Connection {
  const declared = own ?? connectionOfResource(binding);
  const connection = resolveConnection(declared, binding.target);
  if (connection.engine !== "redis") return connection;
  throw new InvalidOption("needs a database that understands SQL: got Redis", {
    property: "connection",
  });
}

/** A check is no reason to use up what a server lets in. */
const CONNECTIONS_AT_ONCE = 4;

/**
 * Tells which checks share the connections of one server.
 *
 * @param connection - Where a check connects to.
 * @returns What is equal for all of one server.
 */
export function databaseLane(connection: ConnectionValues | null): Lane {
  const { host, port, url } = connection ?? {};
  const server = [url?.replace(/[^/]*$/u, ""), host, port].join(" ");
  return { name: `database ${server}`, atOnce: CONNECTIONS_AT_ONCE };
}

/**
 * Tells how to reach a database.
 *
 * @param connection - As {@link resolveConnection} gave it.
 * @returns The address.
 * @throws {@link InvalidOption} When it was not completed.
 */
export function addressOf(connection: ConnectionValues | null): DatabaseAddress {
  const engine = connection?.engine ?? null;
  if (connection === null || engine === null) {
    throw new InvalidOption("must be completed", { property: "connection" });
  }
  const { host, port, database, tls } = connection;
  return {
    engine,
    host: host ?? "",
    port: port ?? 0,
    database: database ?? "",
    ...loginOf(connection),
    tls: tls ?? "off",
  };
}

/**
 * Names a database.
 *
 * @param connection - How to reach it.
 * @returns Such as `postgresql://127.0.0.1:5432/app`, `sqlite data/app.db`; never credentials.
 */
export function shownConnection(connection: ConnectionValues | null): string {
  if (connection === null) return "";
  const { engine, host, port, database, url } = connection;
  if (engine === null) return url ?? "";
  if (engine === "sqlite") return `sqlite ${database ?? ""}`;
  const path = database === null ? "" : `/${database}`;
  return `${engine}://${shownHost(host)}:${String(port ?? DEFAULT_PORTS[engine])}${path}`;
}

function shownHost(host: string | null): string {
  if (host === null) return DEFAULT_HOST;
  return host.includes(":") ? `[${host}]` : host;
}

function connectionOfResource({ siblings }: Binding): ConnectionValues {
  const found = siblings.filter(({ kind }) => kind === CONNECTION_KIND);
  const [only] = found;
  if (only !== undefined && found.length === 1) {
    return readValues(CONNECTION_FIELDS, only.parameters);
  }
  const count = found.length === 0 ? "none" : String(found.length);
  throw new InvalidOption(
    `needs a connection, or one DatabaseConnectionAssert in its resource: got ${count}`,
    {
      property: "connection",
      code: "connection-unknown",
      hint: 'write connection: { url: "postgresql://host:port/database" }',
    },
  );
}

interface ServerContext {
  readonly engine: Exclude<DatabaseEngine, "sqlite">;
  /** True when the URL asks for encryption. */
  readonly isEncrypted: boolean;
  readonly target: Target;
}

function serverConnection(
  connection: ConnectionValues,
  { engine, isEncrypted, target }: ServerContext,
): Connection {
  const { host, port, database } = connection;
  if (engine === "redis" && !/^\d{0,6}$/u.test(database ?? "")) {
    throw new InvalidOption("must be a number for Redis", { property: "database" });
  }
  const tls = connection.tls ?? (isEncrypted ? "verify" : "off");
  if (isEncrypted && tls === "off") {
    throw new InvalidOption("must not be off where the url says rediss://", { property: "tls" });
  }
  return {
    ...connection,
    engine,
    host: host ?? DEFAULT_HOST,
    port: port ?? inferPort(engine, { host, port }, target),
    tls,
  };
}

function fileConnection(connection: ConnectionValues, target: Target): Connection {
  const { database, host, port, credentials, tls } = connection;
  const server = { host, port, credentials, tls: tls === "off" ? null : tls };
  for (const [property, value] of Object.entries(server)) {
    if (value === null) continue;
    throw new InvalidOption("does not go with SQLite, which is a file", { property });
  }
  const path = database ?? target.path;
  if (path === null) {
    throw new InvalidOption("is needed for SQLite: the path of its file", {
      property: "database",
      code: "option-missing",
    });
  }
  return { ...connection, engine: "sqlite", database: path, tls: "off" };
}

function refuseTwoPasswords({ credentials }: ConnectionValues): void {
  if (credentials === null) return;
  if (credentials.password === null || credentials.passwordEnv === null) return;
  throw new InvalidOption("takes only one of passwordEnv and password", {
    property: "credentials",
  });
}

function loginOf({ credentials }: ConnectionValues): Pick<DatabaseAddress, "user" | "password"> {
  if (credentials === null) return { user: null, password: null };
  const { user, password, passwordEnv } = credentials;
  return { user, password: passwordEnv === null ? password : { secretEnv: passwordEnv } };
}

function agree<T extends string | number>(
  property: string,
  declared: T | null,
  byUrl: T | null,
): T | null {
  if (declared === null || byUrl === null || declared === byUrl) return declared ?? byUrl;
  const values = `${String(declared)}, its url says ${String(byUrl)}`;
  throw new InvalidOption(`must not contradict its url: got ${values}`, { property });
}
