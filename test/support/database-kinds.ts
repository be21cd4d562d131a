/** What is in every database of these tests. */
export const STATEMENTS = [
  "CREATE TABLE orders (id INTEGER, state VARCHAR(10))",
  "INSERT INTO orders VALUES (1, 'open'), (2, 'open'), (3, 'paid')",
];

/** The kinds that ask a database, each with what holds of the tables above and what does not. */
export const KINDS = [
  ["DatabaseConnectionAssert", "database-connection", {}, null, "a connection"],
  ["TableExistsAssert", "table-exists", { table: "orders" }, { table: "order" }, "table orders"],
  [
    "RowCountAssert",
    "row-count",
    { table: "orders", min: 3 },
    { table: "orders", max: 2 },
    "at least 3 rows",
  ],
  [
    "QuerySuccessAssert",
    "query-success",
    {
      sqlQuery: "SELECT COUNT(*) FROM orders WHERE state = $1",
      parameters: ["open"],
      expectedValue: 2,
    },
    { sqlQuery: "SELECT id FROM orders", expectedRows: 1 },
    "2",
  ],
] as const;

/** What they show of the tables above: when their claim holds, and when it does not. */
export const SEEN: Readonly<Record<string, readonly [RegExp, string, string]>> = {
  "database-connection": [/^(?:PostgreSQL|MariaDB|MySQL|SQLite) ?[\d.]+/u, "", ""],
  "table-exists": [/^a table$/u, "table order", "no such table"],
  "row-count": [/^3 rows$/u, "at most 2 rows", "3 rows"],
  "query-success": [/^2$/u, "1 row", "3 rows"],
};

/** The connection as each kind takes it. */
export function connected(kind: string, options: object | null, connection: object): object {
  return kind === "database-connection" ? connection : { ...options, connection };
}
