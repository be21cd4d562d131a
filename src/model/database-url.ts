import type { DatabaseEngine } from "./database.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption } from "./options.ts";

/** What a URL says of a database; null where it says nothing. */
export interface DatabaseUrlParts {
  readonly engine: DatabaseEngine;
  readonly host: string | null;
  readonly port: number | null;
  readonly database: string | null;
  /** True when its scheme asks for encryption. */
  readonly isEncrypted: boolean;
}

const SCHEMES: ReadonlyMap<string, DatabaseEngine> = new Map([
  ["postgresql:", "postgresql"],
  ["postgres:", "postgresql"],
  ["mysql:", "mysql"],
  ["mariadb:", "mysql"],
  ["sqlite:", "sqlite"],
  ["redis:", "redis"],
  ["rediss:", "redis"],
]);

const LABEL =
  "URL such as postgresql://host:port/database, mysql://…, mariadb://…, redis://… or sqlite:///path";

const LIMIT_CHARACTERS = 4_096;

/**
 * The URL of a database, without credentials in it.
 *
 * @returns The type; its values are text.
 */
export function databaseUrl(): OptionType<string | URL, string> {
  return new OptionType<string | URL, string>(LABEL, (value) => {
    if (typeof value !== "string" && !(value instanceof URL)) throw noUrl();
    const parsed = parse(String(value));
    partsOf(parsed);
    return parsed.href;
  });
}

/**
 * Takes the URL of a database apart.
 *
 * @param url - As written.
 * @returns What it says.
 * @throws {@link InvalidOption} When it is no such URL, or holds credentials; the message holds nothing of it.
 */
export function readDatabaseUrl(url: string): DatabaseUrlParts {
  return partsOf(parse(url));
}

function parse(text: string): URL {
  const url = text.length > LIMIT_CHARACTERS ? null : URL.parse(text);
  if (url === null) throw noUrl();
  return url;
}

function partsOf(url: URL): DatabaseUrlParts {
  const engine = SCHEMES.get(url.protocol);
  if (engine === undefined) throw noUrl();
  if (url.username !== "" || url.password !== "") {
    throw new InvalidOption("must not hold credentials, as it is written into plans and reports", {
      hint: 'write credentials: { user: "…", passwordEnv: "…" } beside it',
    });
  }
  if (url.search !== "" || url.hash !== "") {
    throw new InvalidOption("must not have parameters", {
      hint: "encryption, user and password are options of their own: tls, credentials",
    });
  }
  return engine === "sqlite" ? fileOf(url) : serverOf(url, engine);
}

function fileOf(url: URL): DatabaseUrlParts {
  const path = decoded(url.pathname);
  if (url.host !== "" || !/^\/+[^/]/u.test(path)) {
    throw new InvalidOption("must be sqlite:///path with an absolute path", {
      hint: 'for a path relative to the project, write engine: "sqlite", database: "path"',
    });
  }
  const database = path.replace(/^\/+/u, "/");
  return { engine: "sqlite", host: null, port: null, database, isEncrypted: false };
}

function serverOf(url: URL, engine: DatabaseEngine): DatabaseUrlParts {
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/u, "$1");
  if (!/^[\p{L}\p{N}._:-]{0,255}$/u.test(host)) {
    throw new InvalidOption("must name a host by its name or address");
  }
  // `postgresql:user:password@host` is a path to a URL parser: a name like that may be no database.
  const isPath = url.pathname === "" || url.pathname.startsWith("/");
  const database = decoded(url.pathname).slice(1);
  if (!isPath || /[/:@]/u.test(database) || url.port === "0") throw noUrl();
  return {
    engine,
    host: host === "" ? null : host,
    port: url.port === "" ? null : Number(url.port),
    database: database === "" ? null : database,
    isEncrypted: url.protocol === "rediss:",
  };
}

function decoded(text: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text);
  } catch {
    throw noUrl();
  }
  if (plain.includes("\0")) throw noUrl();
  return plain;
}

// Whatever was written may hold a password, so that it is not shown.
function noUrl(): InvalidOption {
  return new InvalidOption(`must be a ${LABEL}`);
}
