import { chmodSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CREDENTIALS, databaseAt, type DatabaseServer } from "./database.ts";
import { testFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { needProgram, postgresFolders } from "./programs.ts";
import { runAs, startServer } from "./server.ts";

/** It refuses to run as root; Debian's package brings this account. */
const USER = "postgres";

/** Nothing here has to survive a power cut. */
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "fsync=off",
  "full_page_writes=off",
  "shared_buffers=16MB",
  "max_connections=20",
];

/** The line of `postmaster.pid` that says how far it is. */
const STATUS_LINE = 7;

/** Starts a PostgreSQL on loopback alone, with SCRAM. */
export async function startPostgres(): Promise<DatabaseServer> {
  using resources = new DisposableStack();
  const folder = resources.use(testFolder());
  // Another account passes through the folder; what it makes inside is its own.
  chmodSync(folder.path, 0o777);
  const data = join(folder.path, "data");
  const programs = postgresFolders();
  await runAs(USER, [
    ...([needProgram("initdb", programs), "--pgdata", data, "--username"] as const),
    ...[CREDENTIALS.user, "--pwfile", folder.write("password", `${CREDENTIALS.password}\n`)],
    ..."--auth scram-sha-256 --encoding UTF8 --locale C --no-sync --no-instructions".split(" "),
  ]);
  const port = await freePort();
  const settings = SETTINGS.flatMap((setting) => ["-c", setting]);
  const server = await startServer({
    command: [needProgram("postgres", programs), "-D", data, "-p", String(port), ...settings],
    user: USER,
    // Ends without waiting for its clients.
    stopSignal: "SIGINT",
    // As `pg_ctl` does: a port that is open may still lead to a database that is starting up.
    isReady: async () => {
      const lines = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n");
      return lines[STATUS_LINE]?.trim() === "ready";
    },
  });
  const files = resources.move();
  return {
    ...databaseAt("postgresql", port, "postgres"),
    pid: server.pid,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      files.dispose();
    },
  };
}
