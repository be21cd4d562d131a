import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateError } from "../../model/deploy-errors.ts";
import { blob, Connection, count, text } from "./connection.ts";

let connection: Connection;
beforeEach(() => {
  connection = new Connection(new DatabaseSync(":memory:"));
  connection.run("CREATE TABLE notes (text TEXT)");
});
afterEach(() => {
  connection[Symbol.dispose]();
});

describe("setDurable()", () => {
  it("decides anew for each transaction what is waited for", () => {
    const synchronous = (): unknown => connection.get("PRAGMA synchronous")?.["synchronous"];
    const found = [true, false, false, true, false, true].map((isWanted) => {
      connection.setDurable(isWanted);
      return synchronous();
    });
    const [full, normal] = [2, 1];
    expect(found).toEqual([full, normal, normal, full, normal, full]);
  });
});

describe("transaction()", () => {
  it("happens whole", () => {
    const given = connection.transaction(() => {
      connection.run("INSERT INTO notes VALUES ('one'), ('two')");
      return 7;
    });
    expect(given).toBe(7);
    expect([...connection.each("SELECT text FROM notes")]).toHaveLength(2);
    expect(connection.isTransaction).toBe(false);
  });

  it("or not at all", () => {
    const failing = (): void => {
      connection.transaction(() => {
        connection.run("INSERT INTO notes VALUES ('one')");
        throw new Error("no");
      });
    };
    expect(failing).toThrow("no");
    expect(connection.all("SELECT text FROM notes")).toEqual([]);
    expect(connection.isTransaction).toBe(false);
  });
});

it("columns that hold something else are told", () => {
  const row = { a: null, b: 1, c: "x" };
  expect(() => blob(row, "b")).toThrow(StateError);
  expect(() => text(row, "b")).toThrow("column b holds no text");
  expect(() => count(row, "c")).toThrow("column c holds no number");
  expect(count(row, "a")).toBe(0);
});
