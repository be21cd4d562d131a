import { expect, it } from "vitest";
import { DatabaseError } from "../../model/errors.ts";
import { bindParameters, requireReading } from "./sql-text.ts";

it("requireReading() refuses as a database does", () => {
  const message = "the query must begin with SELECT, WITH, VALUES, EXPLAIN, PRAGMA: got SELEC";
  expect(() => {
    requireReading("SELEC 1", "sqlite");
  }).toThrow(new DatabaseError("query", message));
  requireReading("SELECT 1", "sqlite");
});

it("bindParameters() binds, or refuses as a database does", () => {
  expect(bindParameters("SELECT $1", ["x"], "mysql")).toEqual({ text: "SELECT ?", values: ["x"] });
  expect(() => bindParameters("SELECT ?", ["x"], "mysql")).toThrow(DatabaseError);
});
