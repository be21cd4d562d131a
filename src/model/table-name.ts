import type { OptionType } from "./option-type.ts";
import { text } from "./option-types.ts";

/** What engines allow without quotes, and hyphens; nothing that could end a quoted name. */
const IDENTIFIER = String.raw`[\p{L}\p{N}_][\p{L}\p{N}_$\-]{0,63}`;

const TABLE = new RegExp(String.raw`^${IDENTIFIER}(?:\.${IDENTIFIER})?$`, "u");

/** A table's name, and the schema that holds it. */
export interface TableName {
  /** Null for wherever a query without a schema looks. */
  readonly schema: string | null;
  readonly table: string;
}

/**
 * The name of a table, as its catalogue spells it: `table`, or `schema.table`.
 *
 * @returns The type.
 */
export function tableName(): OptionType<string, string> {
  return text({
    most: 129,
    like: TABLE,
    label: "name of a table, or schema.table, of letters, digits, _, $ and -",
  });
}

/**
 * Takes the name of a table apart.
 *
 * @param name - As {@link tableName} read it.
 * @returns Its parts.
 */
export function tableNameParts(name: string): TableName {
  const [first = "", second] = name.split(".");
  return second === undefined ? { schema: null, table: first } : { schema: first, table: second };
}

/**
 * Writes the name of a table into SQL.
 *
 * @param name - As {@link tableName} read it.
 * @param engine - Who will read it.
 * @returns The name with each part in the engine's quotes.
 */
export function quotedTableName(name: string, engine: string): string {
  const quote = engine === "mysql" ? "`" : '"';
  return name
    .split(".")
    .map((part) => `${quote}${part.replaceAll(quote, quote + quote)}${quote}`)
    .join(".");
}
