import fc from "fast-check";
import { expect, it } from "vitest";
import { quotedTableName, tableName, tableNameParts } from "./table-name.ts";

const type = tableName();

it.each(["orders", "public.orders", "_x$1", "2024-log", "größe"])(
  "tableName() takes %s",
  (name) => {
    expect(type.read(name)).toBe(name);
  },
);

it.each(["", "a.b.c", ".a", "a.", "a b", 'a"b', "a`b", "a;b", "a--\n", "-a", "a'", "a".repeat(65)])(
  "tableName() refuses %j",
  (name) => {
    expect(() => type.read(name)).toThrow(/must/u);
  },
);

it("tableNameParts() tells the schema from the table", () => {
  expect(tableNameParts("orders")).toEqual({ schema: null, table: "orders" });
  expect(tableNameParts("sales.orders")).toEqual({ schema: "sales", table: "orders" });
});

it("quotedTableName() never leaves the quotes, whatever was taken for a name", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("mysql", "postgresql"),
      (text, engine) => {
        let name: string;
        try {
          name = type.read(text);
        } catch {
          return;
        }
        const quoted = quotedTableName(name, engine);
        const quote = engine === "mysql" ? "`" : '"';
        expect(quoted.replaceAll(`${quote}.${quote}`, "").split(quote)).toHaveLength(3);
      },
    ),
  );
});

it("quotedTableName() doubles a quote all the same", () => {
  expect(quotedTableName('a"b', "sqlite")).toBe('"a""b"');
  expect(quotedTableName("a`b", "mysql")).toBe("`a``b`");
});
