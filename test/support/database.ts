/** A database server on loopback that asks for a password. */
export interface DatabaseServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Holds characters that a URL must escape. */
  readonly password: string;
  readonly database: string;
  /** All of it in one, escaped: `mysql://user:password@127.0.0.1:20000/database`. */
  readonly url: string;
  readonly pid: number;
}

/** Who may enter a test's database. */
export const CREDENTIALS = { user: "clockwork", password: "s3cret:/@?" } as const;

/** Describes a database, once its port is known. */
export function databaseAt(
  scheme: string,
  port: number,
  database: string,
): Omit<DatabaseServer, "pid" | typeof Symbol.asyncDispose> {
  const { user, password } = CREDENTIALS;
  const login = `${user}:${encodeURIComponent(password)}`;
  const url = `${scheme}://${login}@127.0.0.1:${String(port)}/${database}`;
  return { host: "127.0.0.1", port, user, password, database, url };
}
