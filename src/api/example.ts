import { SCHEMAS, type JsonSchema, type NamedSchemas } from "./json-schema.ts";

/**
 * Makes an example of a schema, of those that its parts have.
 *
 * @param schema - The schema.
 * @param named - Those that it refers to.
 * @returns What it takes.
 * @throws {@link TypeError} When a part of it has no example, and none follows from what it is.
 */
export function exampleOf(schema: JsonSchema, named: NamedSchemas): unknown {
  const { $ref, examples = [], anyOf = [] } = schema;
  if ($ref !== undefined) return exampleOf(named[$ref.slice(SCHEMAS.length)] ?? {}, named);
  const usual = schema.default ?? undefined;
  const [given] = [...examples, ...[usual, schema.const].filter(isThere), ...(schema.enum ?? [])];
  if (given !== undefined) return given;
  const [first] = anyOf;
  return first === undefined ? exampleByType(schema, named) : exampleOf(first, named);
}

function isThere(value: unknown): boolean {
  return value !== undefined;
}

function exampleByType(schema: JsonSchema, named: NamedSchemas): unknown {
  const { type, items, properties = {} } = schema;
  const [name] = typeof type === "string" ? [type] : (type ?? []);
  if (name === "boolean") return false;
  if (name === "array" && items !== undefined) return [exampleOf(items, named)];
  if (name === "object") {
    return Object.fromEntries(
      Object.entries(properties).map(([key, part]) => [key, exampleOf(part, named)]),
    );
  }
  throw new TypeError(`needs an example: ${JSON.stringify(schema)}`);
}
