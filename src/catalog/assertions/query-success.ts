import { assertion } from "../../model/assertion.ts";
import {
  askDatabase,
  describeDatabaseFailure,
  type DatabaseAnswer,
} from "../../model/database-answer.ts";
import {
  addressOf,
  connectionOption,
  databaseLane,
  ownConnection,
  type Connection,
} from "../../model/database-connection.ts";
import { excerpt } from "../../model/excerpt.ts";
import { InvalidOption } from "../../model/options.ts";
import { requireAtMostOne } from "../../model/option-rules.ts";
import { list } from "../../model/composite-types.ts";
import { integer, text } from "../../model/option-types.ts";
import {
  expectedRow,
  firstDifference,
  isSameValue,
  rowValue,
  shownRow,
  shownRowValue,
  type ExpectedRow,
  type RowValue,
} from "../../model/row-comparison.ts";
import { requireQuery } from "../../model/sql-query.ts";
import type { QueryResult } from "../../ports/databases.ts";
import type { World } from "../../ports/world.ts";

/** What one query gives at most. */
const MOST_ROWS = 1_000;

const SHOWN_SQL_CHARACTERS = 60;

interface Expectation {
  readonly expectedRows: number | null;
  readonly expectedValue: RowValue;
  readonly expected: readonly ExpectedRow[] | null;
}

/**
 * A query succeeds, and gives what is expected.
 *
 * The query runs in a transaction that can only read. Text that is a numeral equals the number, as many numeric columns
 * arrive as text; true equals 1. To expect NULL, write it in a row: `expected: [[null]]`.
 *
 * @example
 * ```ts
 * new QuerySuccessAssert({
 *   sqlQuery: "SELECT count(*) FROM orders WHERE state = $1",
 *   parameters: ["stuck"],
 *   expectedValue: 0,
 *   connection: { url: "postgresql://127.0.0.1:5432/shop" },
 * });
 * ```
 */
export class QuerySuccessAssert extends assertion({
  kind: "query-success",
  name: "QuerySuccessAssert",
  summary: "A query succeeds, and gives what is expected.",
  uses: ["databases"],
  lane: ({ connection }) => databaseLane(connection),
  fields: {
    sqlQuery: text({ label: "SQL" }).required("One SQL statement that only reads."),
    parameters: list(rowValue(), { most: 100 }).or(
      [],
      "Values for `$1`, `$2` … in the query, for every engine.",
    ),
    expectedRows: integer(0, MOST_ROWS).optional("How many rows it must give."),
    expectedValue: rowValue().optional("What the first column of the first row must hold."),
    expected: list(expectedRow(), { most: MOST_ROWS }).optional(
      "The rows it must give, in this order: each a list of all values, or an object of some by column.",
    ),
    connection: connectionOption().optional(
      "The database; that of its resource's one DatabaseConnectionAssert by default.",
    ),
  },
  bind: ({ sqlQuery, parameters, connection, ...expectation }, binding) => {
    const { expectedRows, expectedValue, expected } = expectation;
    requireAtMostOne({ expectedRows, expectedValue, expected });
    const own = ownConnection(connection, binding);
    requireSendable(sqlQuery, parameters, own);
    return { connection: own };
  },
  claim: ({ sqlQuery, expectedRows, expectedValue, expected }) => {
    const what = shownExpectation({ expectedRows, expectedValue, expected });
    const query = excerpt(sqlQuery, SHOWN_SQL_CHARACTERS);
    return what === "success" ? `${query} succeeds` : `${query} gives ${what}`;
  },
  subject: ({ sqlQuery }) => excerpt(sqlQuery, SHOWN_SQL_CHARACTERS),
  probe: async ({ sqlQuery, parameters, connection }, world: World, { signal }) => {
    const databases = await world.databases();
    const address = addressOf(connection);
    return await askDatabase(
      () => databases.connect(address, signal),
      (session) => session.query(sqlQuery, parameters),
    );
  },
  judge: (answer: DatabaseAnswer<QueryResult>, { expectedRows, expectedValue, expected }) => {
    const wanted = { expectedRows, expectedValue, expected };
    const shown = shownExpectation(wanted);
    if (answer.failure !== null) {
      return { verdict: "fail", expected: shown, actual: describeDatabaseFailure(answer) };
    }
    const { isFine, actual } = compare(answer.seen, wanted);
    return { verdict: isFine ? "pass" : "fail", expected: shown, actual };
  },
  samples: [
    {
      options: { sqlQuery: "SELECT count(*) FROM orders", expectedValue: 12 },
      observation: {
        failure: null,
        seen: { columns: ["count"], rows: [["12"]], isTruncated: false },
      },
      verdict: "pass",
    },
    {
      options: { sqlQuery: "SELECT id, name FROM users", expected: [[1, "ada"], { id: 2 }] },
      observation: {
        failure: null,
        seen: {
          columns: ["id", "name"],
          rows: [
            [1, "ada"],
            [3, "bob"],
          ],
          isTruncated: false,
        },
      },
      verdict: "fail",
    },
    {
      options: { sqlQuery: "SELECT 1 FROM nowhere" },
      observation: { failure: "query", reason: 'relation "nowhere" does not exist' },
      verdict: "fail",
    },
  ],
}) {}

// A query that we would not send says nothing of the database.
function requireSendable(
  query: string,
  parameters: readonly RowValue[],
  { engine }: Connection,
): void {
  if (engine === "redis") return;
  try {
    requireQuery(query, parameters, engine);
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    throw new InvalidOption(error.message, { property: "sqlQuery", hint: error.hint });
  }
}

interface Comparison {
  readonly isFine: boolean;
  readonly actual: string;
}

function compare(seen: QueryResult, wanted: Expectation): Comparison {
  const { expectedRows, expectedValue, expected } = wanted;
  if (expected !== null) return compareRows(seen, expected);
  if (expectedValue !== null) return compareValue(seen, expectedValue);
  const isFine = expectedRows === null || (seen.rows.length === expectedRows && !seen.isTruncated);
  return { isFine, actual: shownCount(seen) };
}

function compareRows(seen: QueryResult, expected: readonly ExpectedRow[]): Comparison {
  const difference = firstDifference(seen, expected);
  const isFine = difference === null && !seen.isTruncated;
  return { isFine, actual: difference ?? shownCount(seen) };
}

function compareValue({ rows: [first] }: QueryResult, expected: RowValue): Comparison {
  if (first === undefined) return { isFine: false, actual: "no row" };
  const [value] = first;
  if (value === undefined) return { isFine: false, actual: "no column" };
  return { isFine: isSameValue(value, expected), actual: shownRowValue(value) };
}

function shownExpectation({ expectedRows, expectedValue, expected }: Expectation): string {
  if (expectedRows !== null) return rows(expectedRows);
  if (expectedValue !== null) return shownRowValue(expectedValue);
  if (expected === null) return "success";
  const [only] = expected;
  return expected.length === 1 && only !== undefined ? shownRow(only) : rows(expected.length);
}

function shownCount({ rows: { length }, isTruncated }: QueryResult): string {
  return isTruncated ? `more than ${rows(length)}` : rows(length);
}

function rows(count: number): string {
  return count === 1 ? "1 row" : `${String(count)} rows`;
}
