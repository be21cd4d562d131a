import { chmodSync } from "node:fs";
import { join } from "node:path";
import { CREDENTIALS, databaseAt, type DatabaseServer } from "./database.ts";
import { testFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { needProgram } from "./programs.ts";
import { runAs, startServer } from "./server.ts";
import { exchange } from "./wire.ts";

/** Debian's package brings this account. */
const USER = "mysql";

const DATABASE = "clockwork";

/** Small and quick: nothing here has to survive a power cut. */
const SETTINGS = [
  "--innodb-log-file-size=4M",
  "--innodb-buffer-pool-size=16M",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-flush-method=nosync",
  "--sync-binlog=0",
  "--aria-log-file-size=8M",
];

const { user, password } = CREDENTIALS;
const ACCOUNT = `
CREATE DATABASE ${DATABASE};
CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}';
GRANT ALL ON ${DATABASE}.* TO '${user}'@'127.0.0.1';
`;

/** Starts a MariaDB on loopback, with a user and a database of its own. */
export async function startMariadb(): Promise<DatabaseServer> {
  using resources = new DisposableStack();
  const folder = resources.use(testFolder());
  // Another account passes through the folder; what it makes inside is its own.
  chmodSync(folder.path, 0o777);
  const data = join(folder.path, "data");
  await runAs(USER, [
    ...([needProgram("mariadb-install-db"), "--no-defaults", `--datadir=${data}`] as const),
    ...["--auth-root-authentication-method=normal", "--skip-test-db", ...SETTINGS],
  ]);
  const port = await freePort();
  const server = await startServer({
    command: [
      ...([needProgram("mariadbd"), "--no-defaults", `--datadir=${data}`, ...SETTINGS] as const),
      ...["--bind-address=127.0.0.1", `--port=${String(port)}`, "--skip-name-resolve"],
      ...[`--socket=${join(folder.path, "socket")}`, `--tmpdir=${folder.path}`],
      `--init-file=${folder.write("account.sql", ACCOUNT)}`,
    ],
    user: USER,
    // It greets its clients, and only once the account has been made.
    isReady: async () => (await exchange({ port }, "", /MariaDB/u)).includes("MariaDB"),
  });
  const files = resources.move();
  return {
    ...databaseAt("mysql", port, DATABASE),
    pid: server.pid,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      files.dispose();
    },
  };
}
