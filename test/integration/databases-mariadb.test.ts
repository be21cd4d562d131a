import { createConnection } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import type { DatabaseAddress } from "../../src/ports/databases.ts";
import {
  address,
  connect,
  expectCutOff,
  expectRefusals,
  failureOf,
  never,
  refusals,
} from "../support/databases.ts";
import { startMariadb } from "../support/mariadb.ts";
import { hasPart } from "../support/parts.ts";

describe.skipIf(!hasPart("mariadb"))("MariaDB:", () => {
  it("a session reads, and cannot write whatever it is asked", async () => {
    await using server = await startMariadb();
    const where = address("mysql", server);
    await writeToMariadb(where, [
      "CREATE TABLE t (a int) ENGINE=InnoDB",
      "CREATE TABLE m (a int) ENGINE=MyISAM",
      "INSERT INTO t VALUES (1)",
      "CREATE SEQUENCE s",
      "CREATE FUNCTION f() RETURNS int BEGIN INSERT INTO m VALUES (1); RETURN 1; END",
    ]);
    await using session = await connect(where, never);
    expect(session.serverVersion).toMatch(/^MariaDB \d+\.\d+\.\d+$/u);

    const values = `SELECT 1, 9007199254740993, 1.50, NULL, x'dead', CAST('2024-01-02' AS date),
      timestamp('2024-01-02 03:04:05.6'), 'é', $2, $1 + 1, '$1', $1`;
    await expect(session.query(values, [41, "it's"])).resolves.toMatchObject({
      rows: [
        [1, "9007199254740993", "1.50", null, "dead", "2024-01-02"].concat([
          ...[
            "2024-01-02T03:04:05.6",
            "é",
            "it's",
            42 as unknown as string,
            "$1",
            41 as unknown as string,
          ],
        ]),
      ],
    });

    await refusals(session, [
      "DROP TABLE t",
      "CREATE TABLE u (a int)",
      "INSERT INTO t VALUES (2)",
      "SET SESSION TRANSACTION READ WRITE",
      "COMMIT",
      "SELECT 1; DELETE FROM t",
      "/*! DELETE FROM t */",
      "/*M! DELETE FROM t */",
      "SELECT 1 INTO OUTFILE '/tmp/clockwork-test'",
      "SELECT 1 /*! INTO OUTFILE '/tmp/clockwork-test' */",
      "SELECT f()",
      "SELECT nextval(s)",
      "SELECT nope",
    ]);
    await expect(session.query("SHOW TABLES")).resolves.toMatchObject({
      rows: [["m"], ["s"], ["t"]],
    });
    await expect(
      session.query("SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM m)"),
    ).resolves.toMatchObject({ rows: [[1, 0]] });

    const many = await session.query("SELECT seq FROM seq_1_to_100000");
    expect({ ...many, rows: many.rows.length }).toEqual({
      ...{ columns: ["seq"], rows: 1_000, isTruncated: true },
    });
    const endless = await session.query("SELECT seq FROM seq_1_to_100000000");
    expect({ rows: endless.rows.length, isTruncated: endless.isTruncated }).toEqual({
      ...{ rows: 1_000, isTruncated: true },
    });
    expect(await failureOf(session.query("SELECT 1"))).toMatchObject({ failure: "unreachable" });
  });

  it("what ends the transaction all the same leaves a session that cannot write", async () => {
    await using server = await startMariadb();
    const where = address("mysql", server);
    await writeToMariadb(where, ["CREATE TABLE t (a int)"]);
    // What a session of ours sets up, without what holds statements back before they are sent.
    const [first, second, third] = [
      "SET SESSION TRANSACTION READ ONLY",
      "COMMIT",
      "INSERT INTO t VALUES (1)",
    ];
    await expect(writeToMariadb(where, [first, second, third])).rejects.toThrow(/READ ONLY/u);
  });

  it("a query that hangs is cut off", async () => {
    await using server = await startMariadb();
    const where = address("mysql", server);
    await using watcher = await connect(where, never);
    const running =
      "SELECT count(*) FROM information_schema.processlist WHERE state = 'User sleep'";
    await expectCutOff(where, "SELECT SLEEP(60)", async () => {
      const { rows } = await watcher.query(running);
      return rows[0]?.[0] === 1;
    });
  });

  it("a server tells why it refuses, and one that is shut down is unreachable", async () => {
    await using server = await startMariadb();
    const where = address("mysql", server);
    await expectRefusals(where, { password: "Access denied for user", database: "nowhere" });
    await using session = await connect(where, never);
    await server[Symbol.asyncDispose]();
    expect(await failureOf(session.query("SELECT 1"))).toMatchObject({ failure: "unreachable" });
  });
});

async function writeToMariadb(
  { host, port, user, password, database }: DatabaseAddress,
  statements: readonly string[],
): Promise<void> {
  const secret = password !== null && "secretEnv" in password ? password.secretEnv : "";
  const connection = await createConnection({
    host,
    port,
    user: user ?? "",
    password: secret,
    database,
  });
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    connection.destroy();
  }
}
