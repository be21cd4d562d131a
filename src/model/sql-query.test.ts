import fc from "fast-check";
import { expect, it } from "vitest";
import { InvalidOption } from "./options.ts";
import type { Dialect } from "./sql-pieces.ts";
import { bindParameters, requireQuery, requireReading } from "./sql-query.ts";

const DIALECTS = ["postgresql", "mysql", "sqlite"] as const;

it.each([
  ["postgresql", "SELECT 1"],
  ["postgresql", "  ( (select 1) union select 2)"],
  ["postgresql", "-- a note\n/* another */ With x As (select 1) table x"],
  ["postgresql", "show all"],
  ["mysql", "# a note\nDESC t"],
  ["mysql", "explain select 1"],
  ["sqlite", "PRAGMA integrity_check;"],
  ["sqlite", "select ';' -- ; select\n ; /* ; */ ;"],
] as const)("requireReading() lets %s read: %s", (dialect, query) => {
  expect(() => {
    requireReading(query, dialect);
  }).not.toThrow();
});

it.each([
  ["postgresql", "COMMIT; DELETE FROM t", "got COMMIT"],
  ["postgresql", "COMMIT AND CHAIN", "got COMMIT"],
  ["postgresql", "COPY t TO PROGRAM 'sh'", "got COPY"],
  ["postgresql", "SET TRANSACTION READ WRITE", "got SET"],
  ["postgresql", "; select 1", "got ;"],
  ["postgresql", "", "an empty query"],
  ["postgresql", "-- select", "an empty query"],
  // Each of them is COMMIT for PostgreSQL.
  ["postgresql", "/* /* */ SELECT */ COMMIT", "a comment inside a comment"],
  ["postgresql", "-- note\rCOMMIT --\nSELECT 1", "got COMMIT"],
  ["postgresql", "\u00A0SELECT 1", "got \u00A0SELECT"],
  ["mysql", "DROP TABLE t", "got DROP"],
  ["mysql", "/*! DELETE FROM t */", "got /"],
  ["mysql", "/*M!100100 DELETE FROM t */ SELECT 1", "got /"],
  ["mysql", "--select 1\nSELECT 1", "got -"],
  ["mysql", "SELECT 1 INTO OUTFILE '/tmp/x'", "a file of the server"],
  ["mysql", "SELECT 1 into/**/dumpfile '/tmp/x'", "a file of the server"],
  ["mysql", "SELECT 1 /*! INTO OUTFILE '/tmp/x' */", "a file of the server"],
  ["mysql", "SELECT 'x' INTO /*!50000 OUTFILE */ '/tmp/x'", "a comment that MySQL runs"],
  ["mysql", "SELECT 'x' INTO /*M!100100 DUMPFILE */ '/tmp/x'", "a comment that MySQL runs"],
  ["mysql", "SELECT /*!50000 1 */", "a comment that MySQL runs"],
  ["mysql", String.raw`SELECT '\' INTO OUTFILE ' INTO OUTFILE '/tmp/x'`, "a file of the server"],
  ["sqlite", "ATTACH 'x' AS x", "got ATTACH"],
  ["sqlite", "VACUUM INTO 'x'", "got VACUUM"],
  ["sqlite", "SELECT 1; DELETE FROM t", "got several"],
  ["sqlite", "SELECT [;']; DELETE FROM t", "got several"],
] as const)("requireReading() keeps %s from: %s", (dialect, query, reason) => {
  expect(() => {
    requireReading(query, dialect);
  }).toThrow(reason);
});

it("requireReading() takes what stands within quotes for text", () => {
  requireReading("SELECT ' INTO OUTFILE '", "mysql");
  requireReading("SELECT '/*!' /* plain */, `/*M!`, 2 /*+ NO_ICP(t) */", "mysql");
  requireReading("SELECT '; DELETE', \"; x\", `;`, [;]", "sqlite");
  expect(() => {
    requireReading("'SELECT'", "postgresql");
  }).toThrow("got 'SELECT'");
});

it("bindParameters() translates parameters outside of quotes and comments", () => {
  const query = "SELECT $2, '$1', \"$1\", `$1`, a$1, /* $1 */ $1, $2 -- $1";
  expect(bindParameters(query, ["a", 2], "mysql")).toEqual({
    text: "SELECT ?, '$1', \"$1\", `$1`, a$1, /* $1 */ ?, ? -- $1",
    values: [2, "a", 2],
  });
  expect(bindParameters(query, ["a", 2], "sqlite")).toEqual({
    text: "SELECT ?2, '$1', \"$1\", `$1`, a$1, /* $1 */ ?1, ?2 -- $1",
    values: ["a", 2],
  });
});

it("bindParameters() knows how each engine ends its text", () => {
  expect(bindParameters(String.raw`SELECT '\' $1'`, [], "mysql").text).toContain("$1");
  expect(bindParameters(String.raw`SELECT '\', $1`, [1], "sqlite").text).toContain("?1");
  expect(bindParameters("SELECT 'it''s $1', $1", [1], "mysql").text).toBe("SELECT 'it''s $1', ?");
});

it.each([
  ["mysql", "SELECT $1", [], "uses parameters up to $1: got 0 parameters"],
  ["mysql", "SELECT 1", [1], "uses parameters up to $0: got 1 parameter"],
  ["sqlite", "SELECT $0", [], "must count parameters from $1"],
  ["sqlite", "SELECT ?", [], "must not hold the placeholder ?"],
  ["sqlite", "SELECT :name", [], "placeholder :"],
  ["sqlite", "SELECT $name", [], "placeholder $"],
  ["sqlite", "SELECT @name", [], "placeholder @"],
  ["mysql", "SELECT ?", [], "placeholder ?"],
] as const)("bindParameters() refuses for %s: %s", (dialect, query, values, reason) => {
  expect(() => bindParameters(query, values, dialect)).toThrow(reason);
});

it("bindParameters() leaves a text without parameters as it is, whatever it holds", () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from("'\"`[]\\-#*/ \na1;éü😀\r\u2028")),
  });
  fc.assert(
    fc.property(text, fc.constantFrom("mysql", "sqlite"), (query, dialect) => {
      expect(bindParameters(query, [], dialect)).toEqual({ text: query, values: [] });
    }),
  );
});

it("bindParameters() never touches what is quoted, whatever surrounds it", () => {
  const quoted = fc
    .string()
    .map((text) => `'${text.replaceAll("\\", "").replaceAll("'", "''")}$1'`);
  fc.assert(
    fc.property(
      fc.array(quoted, { minLength: 1 }),
      fc.constantFrom("mysql", "sqlite"),
      (parts, dialect) => {
        const { text } = bindParameters(`SELECT ${parts.join(", ")}, $1`, ["x"], dialect);
        expect(text).toBe(`SELECT ${parts.join(", ")}, ${dialect === "mysql" ? "?" : "?1"}`);
      },
    ),
  );
});

it("requireReading(), bindParameters() and requireQuery() accept or refuse any text, and fail in no other way", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom(
        "SELECT ",
        "$1",
        "'",
        '"',
        "`",
        "/*",
        "*/",
        "!",
        "--",
        "\\",
        ";",
        "\n",
        "x",
      ),
    }),
  );
  const attempt = (run: () => unknown): void => {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOption);
    }
  };
  fc.assert(
    fc.property(text, fc.constantFrom<Dialect>(...DIALECTS), (query, dialect) => {
      attempt(() => {
        requireReading(query, dialect);
      });
      attempt(() => bindParameters(query, ["x"], dialect === "mysql" ? "mysql" : "sqlite"));
      attempt(() => {
        requireQuery(query, ["x"], dialect);
      });
    }),
  );
});

it("bindParameters() reads a long text with an open quote in one go", () => {
  const query = `SELECT '${"''\\".repeat(100_000)}`;
  expect(bindParameters(query, [], "mysql").text).toBe(query);
});

it.each([
  ["SELECT 1 WHERE id = ?", 1],
  ["SELECT 1 WHERE id=?", 1],
  ["SELECT 1 WHERE id = ? AND a = $1", 1],
  ["SELECT 1 WHERE a LIKE ? ORDER BY a", 1],
  ["SELECT 1 WHERE a IN (?, ?)", 2],
  ["SELECT 1 LIMIT ?;", 1],
  ["SELECT ?", 0],
])("requireQuery() finds the placeholder of another engine in %s", (query, count) => {
  const values = Array.from({ length: count }, () => 1);
  for (const dialect of DIALECTS) {
    const error = thrownBy(() => {
      requireQuery(query, values, dialect);
    });
    expect(error.message).toBe("must not hold the placeholder ?");
    expect(error.hint).toBe("parameters are written $1, $2 … in every engine");
  }
});

it.each([
  "SELECT data ? 'a' FROM t",
  "SELECT data ? $1 FROM t",
  "SELECT (data -> 'x')? name FROM t",
  "SELECT data ?| array['a'], data ?& array['b'], data @? '$.a', a ?- b, a ?# b FROM t",
  "SELECT '?', \"?\" -- ?",
  "SELECT $$ a = ? $$, $tag$ (?) $tag$",
  String.raw`SELECT E'it\'s (?)'`,
  "SELECT 1 /* /* */ (?) */",
])("requireQuery() takes the question mark of PostgreSQL for what it is in %s", (query) => {
  expect(() => {
    requireQuery(query, query.includes("$1") ? [1] : [], "postgresql");
  }).not.toThrow();
});

it.each(DIALECTS)("requireQuery() counts the parameters for %s", (dialect) => {
  expect(() => {
    requireQuery("SELECT $1, $2", [1], dialect);
  }).toThrow("uses parameters up to $2: got 1 parameter");
  expect(() => {
    requireQuery("CREATE TABLE t (a int)", [], dialect);
  }).toThrow("must begin with SELECT, ");
  requireQuery("SELECT $1, $1, '$7', $2", [1, 2], dialect);
});

function thrownBy(run: () => void): InvalidOption {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidOption) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
