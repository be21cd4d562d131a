import { createServer, type AddressInfo, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { DatabaseAddress } from "../../src/ports/databases.ts";
import { certificateAuthority, type KeyPair } from "../support/certificates.ts";
import {
  address,
  connect,
  expectCutOff,
  expectRefusals,
  failureOf,
  join,
  never,
  refusals,
} from "../support/databases.ts";
import { hasPart } from "../support/parts.ts";
import { startPostgres } from "../support/postgres.ts";

describe.skipIf(!hasPart("postgresql"))("PostgreSQL:", () => {
  it("a session reads, cannot write whatever it is asked, and ends in good order", async () => {
    await using server = await startPostgres();
    const where = address("postgresql", server);
    {
      await using writer = await PgWriter.open(where);
      await writer.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE SEQUENCE s");
      await using session = await connect(where, never);
      expect(session.serverVersion).toMatch(/^PostgreSQL \d+(?:\.\d+)?$/u);

      const values = `SELECT 1, 9007199254740993, 1.50, true, NULL, '\\xdead'::bytea, 'NaN'::float8,
        date '2024-01-02', timestamptz '2024-01-02 03:04:05.6+02', $1::int + 1, $2 AS b`;
      await expect(session.query(values, [41, "it's"])).resolves.toMatchObject({
        rows: [
          [1, "9007199254740993", "1.50", true, null, "dead", "NaN", "2024-01-02"].concat([
            ...["2024-01-02T01:04:05.6Z", 42 as unknown as string, "it's"],
          ]),
        ],
      });

      await refusals(session, [
        "COMMIT",
        "COMMIT; DELETE FROM t",
        "COMMIT AND CHAIN",
        "SET TRANSACTION READ WRITE",
        "SELECT 1; DELETE FROM t",
        "SELECT 1; COMMIT; DELETE FROM t",
        "/* /* */ SELECT */ COMMIT",
        "-- note\rCOMMIT --\nSELECT 1",
        "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x",
        "SELECT nextval('s')",
        "SELECT a INTO u FROM t",
        "SELECT * FROM t FOR UPDATE",
        "EXPLAIN ANALYZE DELETE FROM t",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "COPY (SELECT 1) TO PROGRAM 'false'",
        "SELECT nope",
      ]);
      await session.query("SELECT set_config('default_transaction_read_only', 'off', false)");
      await refusals(session, ["WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x"]);
      await expect(session.query("SHOW transaction_read_only")).resolves.toMatchObject({
        rows: [["on"]],
      });
      await expect(session.query("SELECT count(*) FROM t")).resolves.toMatchObject({ rows: [[1]] });

      const many = await session.query("SELECT n FROM generate_series(1, 100000) AS n");
      expect({ ...many, rows: many.rows.length }).toEqual({
        ...{ columns: ["n"], rows: 1_000, isTruncated: true },
      });
      const long = await session.query("SELECT repeat('x', 500000) FROM generate_series(1, 9)");
      expect(long).toMatchObject({ rows: [{}, {}], isTruncated: true });
      const endless = await session.query("SELECT repeat('x', 30000000)");
      expect(endless).toMatchObject({ rows: [], isTruncated: true });
      expect(await failureOf(session.query("SELECT 1"))).toMatchObject({ failure: "unreachable" });
    }
    await using writer = await PgWriter.open(where);
    await expect.poll(() => writer.others()).toBe(0);
  });

  it("a query that hangs is cut off, and the server stops working on it", async () => {
    await using server = await startPostgres();
    const where = address("postgresql", server);
    await using writer = await PgWriter.open(where);
    await expectCutOff(where, "SELECT pg_sleep(60)", async () => (await writer.others()) > 0);
    await expect.poll(() => writer.others(), { timeout: 5_000 }).toBe(0);
  });

  it("a server tells why it refuses, and one that is shut down is unreachable", async () => {
    await using server = await startPostgres();
    const where = address("postgresql", server);
    await expectRefusals(where, {
      password: 'password authentication failed for user "clockwork" (28P01)',
      database: 'database "nowhere" does not exist (3D000)',
    });
    await using session = await connect(where, never);
    await server[Symbol.asyncDispose]();
    expect(await failureOf(session.query("SELECT 1"))).toMatchObject({ failure: "unreachable" });
  });

  it("TLS is spoken, and its certificate is looked at where that is asked for", async () => {
    using authority = await certificateAuthority();
    const pair = await authority.issue({ names: ["DNS:localhost"] });
    await using server = await startPostgres();
    await using proxy = await tlsProxy(server.port, pair);
    const where = address("postgresql", server, { port: proxy.port });
    await using session = await connect({ ...where, tls: "require" }, never);
    await expect(session.query("SELECT 1")).resolves.toMatchObject({ rows: [[1]] });
    expect(await failureOf(connect({ ...where, tls: "verify" }, never))).toMatchObject({
      ...{ failure: "unreachable", message: expect.stringContaining("TLS certificate") as string },
    });
  });
});

/** Somebody who writes, and looks who else is there. */
class PgWriter implements AsyncDisposable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open({ host, port, user, password, database }: DatabaseAddress): Promise<PgWriter> {
    const secret = password !== null && "secretEnv" in password ? password.secretEnv : "";
    const client = new pg.Client({ host, port, user: user ?? "", password: secret, database });
    client.on("error", () => undefined);
    await client.connect();
    return new PgWriter(client);
  }

  async run(text: string): Promise<void> {
    await this.#client.query(text);
  }

  async others(): Promise<number> {
    const text = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'clockwork'";
    return (await this.#client.query(text)).rows.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}

/** Speaks TLS for a PostgreSQL that does not, after the request for it that comes first. */
async function tlsProxy(
  upstream: number,
  pair: KeyPair,
): Promise<AsyncDisposable & { port: number }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("error", () => undefined));
    socket.once("data", () => {
      socket.write("S");
      join(new TLSSocket(socket, { isServer: true, ...pair }), upstream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
