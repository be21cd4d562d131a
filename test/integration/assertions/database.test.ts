import { createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, it } from "vitest";
import { assertKind, HANGING, NO_ANSWER, shown } from "../../support/assert-kind.ts";
import { CREDENTIALS, type DatabaseServer } from "../../support/database.ts";
import { connected, KINDS, SEEN, STATEMENTS } from "../../support/database-kinds.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { startMariadb } from "../../support/mariadb.ts";
import { hasPart } from "../../support/parts.ts";
import { startPostgres } from "../../support/postgres.ts";
import { rawServer } from "../../support/raw-server.ts";
import { startRedis, type RedisServer } from "../../support/redis.ts";
import { closedPort } from "../../support/services.ts";

const PLACE = { env: { DB_PASSWORD: CREDENTIALS.password } };
const NO_SECRET = { env: {} };
const SECRET_MISSING =
  "a secret is needed from environment variable DB_PASSWORD: it is not set, or empty";

let leftovers: Leftovers;
beforeAll(() => {
  leftovers = watchLeftovers();
});
afterAll(async () => {
  await leftovers.expectNone();
});

function connectionTo({ host, port, database, user }: DatabaseServer, engine: string): object {
  return { engine, host, port, database, credentials: { user, passwordEnv: "DB_PASSWORD" } };
}

const SERVERS = [
  [
    "PostgreSQL",
    {
      part: "postgresql",
      engine: "postgresql",
      start: startPostgres,
      fill: async ({ url }: DatabaseServer) => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        for (const statement of STATEMENTS) await client.query(statement);
        await client.end();
      },
      sleep: "SELECT pg_sleep(1000)",
      left: {
        sqlQuery:
          "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1000%' AND state = 'active' AND pid <> pg_backend_pid()",
        expectedValue: 0,
      },
    },
  ],
  [
    "MariaDB",
    {
      part: "mariadb",
      engine: "mysql",
      start: startMariadb,
      fill: async ({ url }: DatabaseServer) => {
        const client = await createConnection({ uri: url });
        for (const statement of STATEMENTS) await client.query(statement);
        await client.end();
      },
      sleep: "SELECT SLEEP(1000)",
      // Nothing tells it that nobody waits any more; it has been told when to end.
      left: { sqlQuery: "SELECT @@max_statement_time", expectedValue: 60 },
    },
  ],
] as const;

describe.each(SERVERS)("with %s,", (_, { part, engine, start, fill, sleep, left }) => {
  describe.skipIf(!hasPart(part))("", () => {
    let server: DatabaseServer;
    let connection: object;
    beforeAll(async () => {
      server = await start();
      connection = connectionTo(server, engine);
      await fill(server);
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });

    it.concurrent.for(KINDS)(
      "%s passes, also with the connection of its resource",
      async ([, kind, options, , expected], { expect }) => {
        const [seen] = SEEN[kind] ?? [];
        const passed = ["pass", expected, expect.stringMatching(seen ?? "")];
        expect(await shown(kind, connected(kind, options, connection), PLACE)).toEqual(passed);
        if (kind === "database-connection") return;
        const siblings = [{ kind: "database-connection", parameters: { ...connection } }];
        expect(await shown(kind, options, { ...PLACE, siblings })).toEqual(passed);
      },
    );
    it.concurrent.for(KINDS)(
      "%s fails when its claim does not hold, or nobody listens",
      async ([, kind, options, wrong, expected], { expect }) => {
        const [, wanted, actual] = SEEN[kind] ?? [];
        if (wrong !== null) {
          const seen = await shown(kind, connected(kind, wrong, connection), PLACE);
          expect(seen).toEqual(["fail", wanted, actual]);
        }
        const nobody = { ...connection, port: await closedPort() };
        const refused = await shown(kind, connected(kind, options, nobody), PLACE);
        expect(refused).toEqual([
          "fail",
          expected,
          expect.stringMatching(/^unreachable: connection refused/u),
        ]);
      },
    );
    it.concurrent.for(KINDS)(
      "%s fails when it may not come in, and tells nobody the password",
      async ([, kind, options, , expected], { expect }) => {
        const place = { env: { DB_PASSWORD: "wrong-s3cret" } };
        const outcome = await assertKind(kind, connected(kind, options, connection), place);
        expect(outcome).toMatchObject({ verdict: "fail", expected });
        expect(outcome.actual).toMatch(/^refused: /u);
        expect(JSON.stringify(outcome)).not.toContain("s3cret");
      },
    );
    it.concurrent.for(KINDS)(
      "%s errs when its password is missing",
      async ([, kind, options], { expect }) => {
        const seen = await shown(kind, connected(kind, options, connection), NO_SECRET);
        expect(seen).toEqual(["error", null, SECRET_MISSING]);
      },
    );
    it.concurrent.for(KINDS)(
      "%s fails when the server accepts and never speaks",
      async ([, kind, options], { expect }) => {
        await using silent = await rawServer();
        const hanging = { ...connection, port: silent.port };
        const seen = await shown(kind, connected(kind, options, hanging), { ...PLACE, ...HANGING });
        expect(seen).toEqual(["fail", null, NO_ANSWER]);
        await silent.allClosed();
      },
    );
    it.concurrent(
      "QuerySuccessAssert fails when the query hangs, which does not go on for long",
      async ({ expect }) => {
        const seen = await shown(
          "query-success",
          { sqlQuery: sleep, connection },
          { ...PLACE, ...HANGING },
        );
        expect(seen).toEqual(["fail", null, NO_ANSWER]);
        const options = { ...left, connection };
        const look = async (): Promise<string> => (await shown("query-success", options, PLACE))[0];
        await expect.poll(look, { timeout: 3_000 }).toBe("pass");
      },
    );
  });
});

describe.skipIf(!hasPart("postgresql"))("a PostgreSQL that is stopped", () => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startPostgres();
    process.kill(server.pid, "SIGSTOP");
  });
  afterAll(async () => {
    process.kill(server.pid, "SIGCONT");
    await server[Symbol.asyncDispose]();
  });

  it.concurrent.for(KINDS)("makes %s fail", async ([, kind, options], { expect }) => {
    const connection = connectionTo(server, "postgresql");
    const place = { ...PLACE, ...HANGING };
    const seen = await shown(kind, connected(kind, options, connection), place);
    expect(seen).toEqual(["fail", null, NO_ANSWER]);
  });
});

describe.skipIf(!hasPart("redis"))("DatabaseConnectionAssert with Redis", () => {
  const kind = "database-connection";
  let redis: RedisServer;
  let hanging: RedisServer;
  beforeAll(async () => {
    const { password } = CREDENTIALS;
    [redis, hanging] = await Promise.all([startRedis({ password }), startRedis({ password })]);
    process.kill(hanging.pid, "SIGSTOP");
  });
  afterAll(async () => {
    process.kill(hanging.pid, "SIGCONT");
    await Promise.all([redis[Symbol.asyncDispose](), hanging[Symbol.asyncDispose]()]);
  });
  const at = (port: number): object => ({
    engine: "redis",
    port,
    credentials: { user: "default", passwordEnv: "DB_PASSWORD" },
  });

  it.concurrent("passes, fails, errs and gives up on one that is stopped", async ({ expect }) => {
    const expected = "a connection";
    const passed = await shown(kind, at(redis.port), PLACE);
    expect(passed).toEqual(["pass", expected, expect.stringMatching(/^Redis \d/u)]);
    const wrong = await shown(kind, at(redis.port), { env: { DB_PASSWORD: "wrong-s3cret" } });
    expect(wrong).toEqual(["fail", expected, expect.stringMatching(/^refused: WRONGPASS/u)]);
    const nobody = await shown(kind, at(await closedPort()), PLACE);
    expect(nobody).toEqual([
      "fail",
      expected,
      expect.stringMatching(/^unreachable: connection refused/u),
    ]);
    const missing = await shown(kind, at(redis.port), NO_SECRET);
    expect(missing).toEqual(["error", null, SECRET_MISSING]);
    const stopped = await shown(kind, at(hanging.port), { ...PLACE, ...HANGING });
    expect(stopped).toEqual(["fail", null, NO_ANSWER]);
  });
});
