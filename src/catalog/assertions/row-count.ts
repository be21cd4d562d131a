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
  shownConnection,
} from "../../model/database-connection.ts";
import { requireAny, requireOrder } from "../../model/option-rules.ts";
import { integer } from "../../model/option-types.ts";
import { quotedTableName, tableName } from "../../model/table-name.ts";
import type { World } from "../../ports/world.ts";

/** Beyond this, counting goes on only as far as the limits ask: a big table must not be read to its end. */
const COUNTED_ROWS = 1_000_000;

const MOST_ROWS = 1_000_000_000_000;

interface Range {
  readonly min: number | null;
  readonly max: number | null;
}

/**
 * A table holds so many rows.
 *
 * Counting stops at a million rows, or just above the greater of both limits.
 *
 * @example
 * ```ts
 * new RowCountAssert({ table: "countries", min: 190, connection: { url: "mysql://127.0.0.1/shop" } });
 * ```
 */
export class RowCountAssert extends assertion({
  kind: "row-count",
  name: "RowCountAssert",
  summary: "A table holds so many rows.",
  uses: ["databases"],
  lane: ({ connection }) => databaseLane(connection),
  fields: {
    table: tableName().required("The table, or `schema.table`, as its catalogue spells it."),
    min: integer(0, MOST_ROWS).optional("The least number of rows; at least one of `min`, `max`."),
    max: integer(0, MOST_ROWS).optional("The greatest number of rows."),
    connection: connectionOption().optional(
      "The database; that of its resource's one DatabaseConnectionAssert by default.",
    ),
  },
  bind: ({ connection, min, max }, binding) => {
    requireAny({ min, max });
    requireOrder(["min", min], ["max", max]);
    return { connection: ownConnection(connection, binding) };
  },
  claim: ({ table, min, max }) => `table ${table} holds ${shownRange({ min, max })}`,
  subject: ({ table, connection }) => `${table} ${shownConnection(connection)}`.trim(),
  probe: async ({ table, min, max, connection }, world: World, { signal }) => {
    const databases = await world.databases();
    const address = addressOf(connection);
    const limit = countLimit({ min, max });
    const query =
      `SELECT COUNT(*) FROM (SELECT 1 FROM ${quotedTableName(table, address.engine)} ` +
      `LIMIT ${String(limit)}) AS counted`;
    return await askDatabase(
      () => databases.connect(address, signal),
      async (session) => {
        const { rows } = await session.query(query);
        return Number(rows[0]?.[0] ?? NaN);
      },
    );
  },
  judge: (answer: DatabaseAnswer<number>, { min, max }) => {
    const expected = shownRange({ min, max });
    if (answer.failure !== null) {
      return { verdict: "fail", expected, actual: describeDatabaseFailure(answer) };
    }
    const { seen } = answer;
    if (!Number.isInteger(seen)) return { verdict: "error", expected, actual: "no count" };
    const isFine = (min === null || seen >= min) && (max === null || seen <= max);
    return {
      verdict: isFine ? "pass" : "fail",
      expected,
      actual: `${seen === countLimit({ min, max }) ? "at least " : ""}${rows(seen)}`,
      metrics: { rowCount: seen },
    };
  },
  samples: [
    {
      options: { table: "countries", min: 190 },
      observation: { failure: null, seen: 195 },
      verdict: "pass",
    },
    {
      options: { table: "jobs", max: 1_000 },
      observation: { failure: null, seen: 48_211 },
      verdict: "fail",
    },
    {
      options: { table: "jobs", min: 1 },
      observation: { failure: "query", reason: 'relation "jobs" does not exist' },
      verdict: "fail",
    },
  ],
}) {}

function countLimit({ min, max }: Range): number {
  return Math.max(COUNTED_ROWS, min ?? 0, (max ?? 0) + 1);
}

function shownRange({ min, max }: Range): string {
  if (min !== null && max !== null) {
    return min === max ? rows(min) : `${String(min)} to ${rows(max)}`;
  }
  return min === null ? `at most ${rows(max ?? 0)}` : `at least ${rows(min)}`;
}

function rows(count: number): string {
  return count === 1 ? "1 row" : `${String(count)} rows`;
}
