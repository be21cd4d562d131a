import { z } from "zod";

/** A JSON Schema, draft 2020-12, as far as the contract needs it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly [keyword: string]: unknown;
}

/** Schemas by their name. */
export type NamedSchemas = Readonly<Record<string, JsonSchema>>;

/** A schema, and those with names that it refers to. */
export interface Described {
  readonly schema: JsonSchema;
  readonly named: NamedSchemas;
}

/** Where schemas with names stand in an OpenAPI document. */
export const SCHEMAS = "#/components/schemas/";

/**
 * Describes a schema of the contract for everybody else.
 *
 * @param schema - The schema; one that has an `id` is referred to by it.
 * @param direction - `input` for what is sent to the server, where what has a default may be left out and what is not known is
 *   refused; `output` for what it answers, where more may be added one day.
 * @returns The description.
 */
export function describeSchema(schema: z.ZodType, direction: "input" | "output"): Described {
  // Within an object, a schema that has a name is referred to.
  const whole = z.toJSONSchema(z.object({ it: schema }), { io: direction });
  const { properties = {}, $defs = {} } = readSchema(whole, direction);
  const named = Object.fromEntries(Object.entries($defs).map(([name, one]) => [name, one]));
  return { schema: properties["it"] ?? {}, named };
}

interface Whole {
  readonly properties?: NamedSchemas;
  readonly $defs?: NamedSchemas;
}

// What comes out is plain data, whatever its type says: each part is made again.
function readSchema(value: unknown, direction: "input" | "output"): Whole {
  const tidied: unknown = JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    isSchema(part) ? tidy(part, direction) : part,
  );
  return isSchema(tidied) ? tidied : {};
}

function isSchema(value: unknown): value is JsonSchema & Whole {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// What says nothing: a moment by another pattern, an integer by what fits into a number.
function isNoise(keyword: string, value: unknown, { format }: JsonSchema): boolean {
  if (keyword === "pattern") return format === "date-time";
  if (keyword === "minimum") return value === Number.MIN_SAFE_INTEGER;
  if (keyword === "maximum") return value === Number.MAX_SAFE_INTEGER;
  return keyword === "$schema";
}

function tidy(schema: JsonSchema, direction: "input" | "output"): JsonSchema {
  const kept = Object.entries(schema).filter(
    ([keyword, value]) => !isNoise(keyword, value, schema),
  );
  const { $ref, additionalProperties, ...rest }: JsonSchema = Object.fromEntries(kept);
  const isObject = rest.type === "object" && rest.properties !== undefined;
  const closed = isObject && direction === "input" ? false : additionalProperties;
  return withNull({
    ...($ref === undefined ? {} : { $ref: $ref.replace("#/$defs/", SCHEMAS) }),
    ...rest,
    ...(closed === undefined || (isObject && direction === "output")
      ? {}
      : { additionalProperties: closed }),
  });
}

// `string or null` is easier to read than a choice between the two.
function withNull(schema: JsonSchema): JsonSchema {
  const { anyOf = [], ...rest } = schema;
  const [one, other] = anyOf;
  const isNullable = anyOf.length === 2 && other?.type === "null";
  if (!isNullable || one === undefined || typeof one.type !== "string") return schema;
  const values = one.enum === undefined ? {} : { enum: [...one.enum, null] };
  return { ...one, ...rest, type: [one.type, "null"], ...values };
}
