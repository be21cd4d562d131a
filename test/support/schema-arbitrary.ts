import fc, { type Arbitrary } from "fast-check";
import { z } from "zod";

/** A JSON schema, as far as it is read here. */
type Schema = Readonly<Record<string, unknown>>;

/** Values that mean something, by the name of the property: drawn most of the time. */
export type Meaningful = Readonly<Record<string, readonly unknown[]>>;

/** What a client sends that does not mean well. */
export const HOSTILE_TEXTS = [
  "",
  "..",
  "../../../etc/passwd",
  "/etc/passwd",
  "\u0000",
  "web\u0000",
  "%2e%2e%2f",
  "a/b",
  "\r\nset-cookie: x=1",
  "<script>alert(1)</script>",
  "' OR 1=1 --",
  "{{7*7}}",
  "${jndi:ldap://x}",
  "__proto__",
  "constructor",
  "toString",
  "\u202Ereverse",
  "\uD800",
  "👩‍👩‍👧",
  "x".repeat(5_000),
  "-1",
  "0",
  "1e309",
  "9".repeat(30),
  "NaN",
  "null",
  "true",
] as const;

/** Anything that JSON can say, and what is odd about it. */
export const hostileJson: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom(null, true, -1, 0, 1e308, -1e308, 2 ** 53, 0.1, [], {}, [[]]),
  fc.integer({ min: 10, max: 100 }).map((depth) => nested(depth)),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let done = 0; done < depth; done += 1) value = { comment: value };
  return value;
}

/**
 * Makes values that a schema accepts.
 *
 * @param schema - The schema.
 * @param meaningful - What stands for something that there is.
 */
export function accepted(schema: z.ZodType, meaningful: Meaningful): Arbitrary<unknown> {
  const described = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return fromSchema(described, meaningful);
}

function fromSchema(schema: Schema, meaningful: Meaningful): Arbitrary<unknown> {
  const options = (schema["anyOf"] ?? schema["oneOf"]) as readonly Schema[] | undefined;
  if (options !== undefined)
    return fc.oneof(...options.map((each) => fromSchema(each, meaningful)));
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  const make = MAKERS[String(schema["type"])];
  return make === undefined ? fc.constantFrom(1, "1", "web") : make(schema, meaningful);
}

const MAKERS: Readonly<
  Record<string, (schema: Schema, meaningful: Meaningful) => Arbitrary<unknown>>
> = {
  string: stringFrom,
  integer: integerFrom,
  number: (schema) =>
    fc.oneof(integerFrom(schema), fc.double({ ...boundsOf(schema), noNaN: true })),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  array: ({ items }, meaningful) =>
    fc.array(fromSchema((items ?? {}) as Schema, meaningful), { maxLength: 3 }),
  object: objectFrom,
};

function stringFrom(schema: Schema): Arbitrary<string> {
  if (schema["format"] === "date-time") {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: LAST })
      .map((at) => at.toISOString());
  }
  if (typeof schema["pattern"] === "string") {
    return fc.stringMatching(new RegExp(schema["pattern"], "u"));
  }
  const { minLength = 0, maxLength = 50 } = schema as { minLength?: number; maxLength?: number };
  const text = fc.string({ minLength, maxLength: Math.min(maxLength, 200), unit: "grapheme" });
  return text.map((made) => made.slice(0, maxLength));
}

const LAST = new Date("9999-12-31T23:59:59.999Z");

function integerFrom(schema: Schema): Arbitrary<number> {
  const { min = 0, max = 2 ** 31 } = boundsOf(schema);
  return fc.integer({
    min: Math.ceil(min),
    max: Math.floor(Math.min(max, Number.MAX_SAFE_INTEGER)),
  });
}

function boundsOf({ minimum, maximum }: Schema): { readonly min?: number; readonly max?: number } {
  return {
    ...(typeof minimum === "number" ? { min: minimum } : {}),
    ...(typeof maximum === "number" ? { max: maximum } : {}),
  };
}

function objectFrom(schema: Schema, meaningful: Meaningful): Arbitrary<unknown> {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  const model = properties.map(([key, each]) => {
    const any = fromSchema(each, meaningful);
    const known = meaningful[key];
    if (known === undefined) return [key, any] as const;
    const drawn = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, any);
    return [key, drawn] as const;
  });
  const requiredKeys = (schema["required"] ?? []) as string[];
  return fc.record(Object.fromEntries(model), { requiredKeys, noNullPrototype: true });
}

/**
 * Makes values that are nearly what a schema accepts: one property is odd, missing, or one too many.
 *
 * @param arbitrary - Makes what it accepts.
 */
export function nearlyAccepted(arbitrary: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc
    .tuple(arbitrary, fc.nat(), hostileJson, fc.constantFrom("replace", "drop", "add"))
    .map(([value, place, odd, change]) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return odd;
      const entries = Object.entries(value);
      const chosen = place % Math.max(1, entries.length);
      if (change === "add") entries.push(["unheard-of", odd]);
      else
        entries.splice(
          chosen,
          1,
          ...(change === "drop" ? [] : [[entries[chosen]?.[0] ?? "x", odd] as [string, unknown]]),
        );
      return Object.fromEntries(entries);
    });
}
