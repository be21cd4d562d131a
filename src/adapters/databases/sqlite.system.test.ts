import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import type { DatabaseSession } from "../../ports/databases.ts";
import { databases } from "./databases.ts";

const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

const { connect } = databases({
  secrets: { resolve: () => Promise.reject(new Error("none")), hasVariable: () => false },
});

function open(database: string, signal = new AbortController().signal): Promise<DatabaseSession> {
  const nowhere = { host: "", port: 0, user: null, password: null, tls: "off" } as const;
  return connect({ engine: "sqlite", database, ...nowhere }, signal);
}

function shop(folder: TestFolder, ...statements: readonly string[]): string {
  const path = join(folder.path, "shop.db");
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

it("an SQLite file gives values as JSON holds them", async () => {
  using folder = testFolder();
  await using session = await open(shop(folder));
  expect(session.serverVersion).toBe(`SQLite ${process.versions["sqlite"] ?? ""}`);
  const query =
    "SELECT 1, 9007199254740993, 1.5, 9e999, NULL, 'é', x'DEAD', $1, typeof($2), $2 AS b";
  await expect(session.query(query, ["it's", true])).resolves.toMatchObject({
    rows: [[1, "9007199254740993", 1.5, "Infinity", null, "é", "dead", "it's", "integer", 1]],
    isTruncated: false,
  });
  await expect(session.query("SELECT 1 AS a, 2 AS a")).resolves.toEqual({
    ...{ columns: ["a", "a"], rows: [[1, 2]], isTruncated: false },
  });
});

it("an SQLite file gives the first rows of an endless result, and goes on", async () => {
  using folder = testFolder();
  await using session = await open(shop(folder));
  const { rows, isTruncated } = await session.query(`${ENDLESS} SELECT x FROM c`);
  expect({ first: rows[0], last: rows.at(-1), isTruncated }).toEqual({
    ...{ first: [1], last: [1_000], isTruncated: true },
  });
  const long = await session.query(`${ENDLESS} SELECT hex(zeroblob(200000)) FROM c`);
  expect(long).toMatchObject({ rows: [{}, {}], isTruncated: true });
  await expect(session.query("SELECT zeroblob(900000000)")).rejects.toMatchObject({
    ...{ failure: "query", message: "string or blob too big (18)" },
  });
  await expect(session.query("SELECT 1")).resolves.toMatchObject({ rows: [[1]] });
});

it("an SQLite file cannot be written, whatever is asked", async () => {
  using folder = testFolder();
  const path = shop(folder, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
  const before = readFileSync(path);
  const other = join(folder.path, "other.db");
  await using session = await open(path);
  await session.query("PRAGMA query_only = 0");
  for (const query of [
    "WITH x AS (SELECT 1) DELETE FROM t",
    "PRAGMA user_version = 3",
    "SELECT load_extension('x')",
    "DELETE FROM t",
    `ATTACH '${other}' AS other`,
    `VACUUM INTO '${other}'`,
  ]) {
    await expect(session.query(query)).rejects.toMatchObject({ failure: "query" });
  }
  expect(existsSync(other)).toBe(false);
  expect(readFileSync(path).equals(before)).toBe(true);
});

it("an SQLite file that is not there is not made", async () => {
  using folder = testFolder();
  for (const name of ["shop.db", "shop.db/deeper", "folder/shop.db"]) {
    const path = join(folder.path, name);
    await expect(open(path)).rejects.toMatchObject({
      ...{ failure: "unreachable", message: `no such file: ${path}` },
    });
    expect(existsSync(path)).toBe(false);
  }
  await expect(open(`file:${join(folder.path, "a.db")}?mode=rwc`)).rejects.toThrow("no such file");
  await expect(open(":memory:")).rejects.toThrow("no such file: :memory:");
  await expect(open("")).rejects.toThrow("no file is named");
});

it("a file that is no SQLite database is refused", async () => {
  using folder = testFolder();
  const text = folder.write("shop.db", "not a database, whatever its name says\n".repeat(100));
  await expect(open(text)).rejects.toMatchObject({
    ...{ failure: "refused", message: `file is not a database (${text}, 26)` },
  });
  mkdirSync(join(folder.path, "folder"));
  await expect(open(join(folder.path, "folder"))).rejects.toMatchObject({ failure: "refused" });
});

it("an SQLite query that never ends is cut off, and the loop is free meanwhile", async () => {
  using folder = testFolder();
  const controller = new AbortController();
  await using session = await open(shop(folder), controller.signal);
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    if (turns < 1_000) setImmediate(turn);
    else controller.abort(new Error("enough"));
  };
  turn();
  await expect(session.query(`${ENDLESS} SELECT count(*) FROM c`)).rejects.toThrow("enough");
  await expect(session.query("SELECT 1")).rejects.toThrow("enough");
});

it("an SQLite session that is disposed answers no more", async () => {
  using folder = testFolder();
  const session = await open(shop(folder));
  await session[Symbol.asyncDispose]();
  await session[Symbol.asyncDispose]();
  await expect(session.query("SELECT 1")).rejects.toThrow("the file has been closed");
  await expect(open(shop(folder), AbortSignal.abort(new Error("enough")))).rejects.toThrow(
    "enough",
  );
});

it("queries that are asked at once are answered one after the other", async () => {
  using folder = testFolder();
  await using session = await open(shop(folder));
  const answers = await Promise.allSettled(
    ["SELECT 1", "SELECT nope", "SELECT 3"].map((query) => session.query(query)),
  );
  expect(answers.map((each) => (each.status === "fulfilled" ? each.value.rows : "failed"))).toEqual(
    [[[1]], "failed", [[3]]],
  );
});
