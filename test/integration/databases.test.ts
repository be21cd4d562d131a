import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { DatabaseAddress } from "../../src/ports/databases.ts";
import { certificateAuthority } from "../support/certificates.ts";
import { connect, failureOf, join, never, WRONG_PASSWORD } from "../support/databases.ts";
import { testFolder } from "../support/folder.ts";
import { hasPart } from "../support/parts.ts";
import { rawServer } from "../support/raw-server.ts";
import { startRedis } from "../support/redis.ts";

describe.skipIf(!hasPart("redis"))("Redis:", () => {
  const redis = {
    engine: "redis",
    host: "127.0.0.1",
    user: null,
    database: "",
    tls: "off",
  } as const;

  it("a server lets us in, and tells its version", async () => {
    await using server = await startRedis({ password: "s3cret pass" });
    const where = { ...redis, port: server.port, password: { secretEnv: "s3cret pass" } };
    await using session = await connect({ ...where, user: "default", database: "3" }, never);
    expect(session.serverVersion).toMatch(/^(?:Redis|Valkey) \d+\.\d+\.\d+$/u);
    expect(await failureOf(session.query("SELECT 1"))).toMatchObject({ failure: "query" });
  });

  it("a server tells why it refuses", async () => {
    await using server = await startRedis({ password: "s3cret pass" });
    const where = { ...redis, port: server.port, password: { secretEnv: "s3cret pass" } };
    const wrong = { ...where, password: { secretEnv: WRONG_PASSWORD } };
    const refused = async (to: DatabaseAddress): Promise<string> => {
      const failure = await failureOf(connect(to, never));
      expect(failure).toMatchObject({ name: "DatabaseError", failure: "refused" });
      return (failure as Error).message;
    };
    expect(await refused(wrong)).toContain("WRONGPASS");
    expect(await refused({ ...where, password: null })).toContain("NOAUTH");
    expect(await refused({ ...where, database: "99" })).toContain("out of range");
    expect(await refused({ ...where, user: "nobody" })).toContain("WRONGPASS");
  });

  it("TLS is spoken, and its certificate is looked at where that is asked for", async () => {
    using authority = await certificateAuthority();
    const tls = await authority.issue({ names: ["DNS:localhost"] });
    await using upstream = await startRedis();
    await using server = await rawServer({
      tls,
      onConnection: (socket) => {
        join(socket, upstream.port);
      },
    });
    const where = { ...redis, port: server.port, password: null };
    {
      await using session = await connect({ ...where, tls: "require" }, never);
      expect(session.serverVersion).toMatch(/\d/u);
    }
    expect(await failureOf(connect({ ...where, tls: "verify" }, never))).toMatchObject({
      ...{ failure: "unreachable", message: expect.stringContaining("TLS certificate") as string },
    });
    await server.allClosed();
  });
});

describe("SQLite:", () => {
  it("a file that is locked by a writer is waited for as long as anybody wants", async () => {
    using folder = testFolder();
    const database = `${folder.path}/shop.db`;
    using writer = new DatabaseSync(database);
    writer.exec("CREATE TABLE t (a); BEGIN EXCLUSIVE");
    const where = {
      ...({ engine: "sqlite", host: "", port: 0, user: null, password: null } as const),
      database,
      tls: "off",
    } as const;
    const signal = AbortSignal.timeout(500);
    expect(await failureOf(connect(where, signal))).toBe(signal.reason);
    const waiting = connect(where, never);
    writer.exec("COMMIT");
    await using session = await waiting;
    writer.exec("BEGIN EXCLUSIVE");
    await expect(session.query("SELECT * FROM t")).rejects.toThrow("database is locked (5)");
  });
});
