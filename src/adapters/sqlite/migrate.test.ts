import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { migrate } from "./migrate.ts";

const FIRST = "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('kept')";
const SECOND = "ALTER TABLE notes ADD COLUMN author TEXT";

let folder: TestFolder;
let path: string;
beforeEach(() => {
  folder = testFolder();
  path = join(folder.path, "state.db");
});
afterEach(() => {
  folder[Symbol.dispose]();
});

/** Opens the file, does something with it, and closes it. */
function open<T>(task: (database: DatabaseSync) => T, file = path): T {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA journal_mode = WAL");
    return task(database);
  } finally {
    database.close();
  }
}

const bring = (migrations: readonly string[]): void => {
  open((database) => {
    migrate(database, path, migrations);
  });
};
const formatIn = (file = path): unknown =>
  open((database) => database.prepare("PRAGMA user_version").get()?.["user_version"], file);
const columnsIn = (file = path): number =>
  open((database) => database.prepare("PRAGMA table_info(notes)").all().length, file);

describe("migrate()", () => {
  it("makes a new file, without a backup of nothing", () => {
    bring([FIRST, SECOND]);
    expect([formatIn(), columnsIn()]).toEqual([2, 2]);
    bring([FIRST, SECOND]);
    expect(readdirSync(folder.path)).toEqual(["state.db"]);
  });

  it("keeps a copy of what was there before, what is only in its log included", () => {
    bring([FIRST]);
    open((database) => {
      database.exec("INSERT INTO notes VALUES ('in the log')");
      migrate(database, path, [FIRST, SECOND]);
    });
    expect([formatIn(), columnsIn()]).toEqual([2, 2]);
    const backup = `${path}.backup-1`;
    expect([formatIn(backup), columnsIn(backup)]).toEqual([1, 1]);
    const rows = open((database) => database.prepare("SELECT text FROM notes").all(), backup);
    expect(rows.map(({ text }) => text)).toEqual(["kept", "in the log"]);
    expect(readdirSync(folder.path)).toEqual(["state.db", "state.db.backup-1"]);
  });

  it("goes back when one of the steps fails", () => {
    bring([FIRST]);
    expect(() => {
      bring([FIRST, SECOND, "DROP TABLE nobody"]);
    }).toThrow("no such table");
    expect([formatIn(), columnsIn()]).toEqual([1, 1]);
    bring([FIRST, SECOND]);
    expect(formatIn()).toBe(2);
  });

  it("replaces what a backup left behind that was killed", () => {
    bring([FIRST]);
    writeFileSync(`${path}.backup-1.tmp`, "half");
    bring([FIRST, SECOND]);
    expect(readdirSync(folder.path)).toEqual(["state.db", "state.db.backup-1"]);
  });

  it("refuses what a newer version wrote, and touches nothing", () => {
    bring([FIRST, SECOND]);
    const before = readFileSync(path);
    expect(() => {
      bring([FIRST]);
    }).toThrow(expect.objectContaining({ code: "state-newer" }) as Error);
    expect(readFileSync(path)).toEqual(before);
  });

  it("refuses what another program wrote", () => {
    open((database) => {
      database.exec("CREATE TABLE theirs (a)");
    });
    expect(() => {
      bring([FIRST]);
    }).toThrow("none of ours");
  });
});
