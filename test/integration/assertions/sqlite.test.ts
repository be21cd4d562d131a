import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, it } from "vitest";
import { HANGING, NO_ANSWER, shown, type Place } from "../../support/assert-kind.ts";
import { connected, KINDS, SEEN, STATEMENTS } from "../../support/database-kinds.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";

let leftovers: Leftovers;
beforeAll(() => {
  leftovers = watchLeftovers();
});
afterAll(async () => {
  await leftovers.expectNone();
});

describe("with SQLite,", () => {
  let folder: TestFolder;
  let locked: DatabaseSync;
  beforeAll(() => {
    folder = testFolder();
    for (const name of ["shop.db", "locked.db"]) {
      const database = new DatabaseSync(join(folder.path, name));
      for (const statement of STATEMENTS) database.exec(statement);
      database.close();
    }
    locked = new DatabaseSync(join(folder.path, "locked.db"));
    locked.exec("BEGIN EXCLUSIVE");
    folder.write("text.db", "no database at all, but long enough to look at\n".repeat(20));
    symlinkSync("circle.db", join(folder.path, "circle.db"));
  });
  afterAll(() => {
    locked.close();
    folder[Symbol.dispose]();
  });

  const file = (name: string): object => ({ engine: "sqlite", database: name });
  const here = (): Place => ({ root: folder.path });

  it.concurrent.for(KINDS)(
    "%s passes, for a file in the project's folder",
    async ([, kind, options, , expected], { expect }) => {
      const [seen] = SEEN[kind] ?? [];
      const passed = ["pass", expected, expect.stringMatching(seen ?? "")];
      expect(await shown(kind, connected(kind, options, file("shop.db")), here())).toEqual(passed);
    },
  );
  it.concurrent.for(KINDS)(
    "%s fails when its claim does not hold, or the file is none",
    async ([, kind, options, wrong, expected], { expect }) => {
      const [, wanted, actual] = SEEN[kind] ?? [];
      if (wrong !== null) {
        const seen = await shown(kind, connected(kind, wrong, file("shop.db")), here());
        expect(seen).toEqual(["fail", wanted, actual]);
      }
      const none = await shown(kind, connected(kind, options, file("none.db")), here());
      expect(none).toEqual(["fail", expected, expect.stringMatching(/^unreachable: .*none\.db/u)]);
      const text = await shown(kind, connected(kind, options, file("text.db")), here());
      expect(text).toEqual(["fail", expected, expect.stringMatching(/not a database/u)]);
    },
  );
  it.concurrent.for(KINDS)(
    "%s errs when nobody can tell whether there is a file",
    async ([, kind, options], { expect }) => {
      const seen = await shown(kind, connected(kind, options, file("circle.db")), here());
      expect(seen).toEqual(["error", null, expect.stringMatching(/circle\.db.*ELOOP/u)]);
    },
  );
  // To connect is to open the file, for which nobody has to wait.
  it.concurrent.for(KINDS.slice(1))(
    "%s fails when somebody else keeps the file locked",
    async ([, kind, options], { expect }) => {
      const connection = file("locked.db");
      const seen = await shown(kind, connected(kind, options, connection), {
        ...here(),
        ...HANGING,
      });
      expect(seen).toEqual(["fail", null, NO_ANSWER]);
    },
  );
  it.concurrent("QuerySuccessAssert fails when the query never ends", async ({ expect }) => {
    const sqlQuery =
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n";
    const options = { sqlQuery, connection: file("shop.db") };
    const seen = await shown("query-success", options, { ...here(), ...HANGING });
    expect(seen).toEqual(["fail", null, NO_ANSWER]);
  });
});
