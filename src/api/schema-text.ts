import { SCHEMAS, type JsonSchema, type NamedSchemas } from "./json-schema.ts";

/** How names and values are written, where they are shown. */
export interface Writing {
  /** A schema that has a name. */
  readonly link: (name: string) => string;
  readonly code: (text: string) => string;
  readonly plain: (text: string) => string;
}

/** One property of an object, in words. */
export interface PropertyText {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/**
 * Says in words what a schema takes.
 *
 * @param schema - The schema.
 * @param writing - How it is written.
 * @returns Such as `list of Finding`, `text, or null`.
 */
export function typeText(schema: JsonSchema, writing: Writing): string {
  const { $ref, type, anyOf = [] } = schema;
  const { link, code, plain } = writing;
  if ($ref !== undefined) return link($ref.slice(SCHEMAS.length));
  if (schema.enum !== undefined)
    return schema.enum.map((value) => code(String(value))).join(plain(", "));
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (anyOf.length > 0) return anyOf.map((one) => typeText(one, writing)).join(plain(", or "));
  const types = typeof type === "string" ? [type] : (type ?? []);
  return types.map((name) => partText(name, schema, writing)).join(plain(", or "));
}

function partText(name: string, schema: JsonSchema, writing: Writing): string {
  const { plain } = writing;
  const { items } = schema;
  if (name === "null") return plain(name);
  if (name === "array" && items !== undefined) {
    return `${plain("list of ")}${typeText(items, writing)}`;
  }
  const isMoment = name === "string" && schema["format"] === "date-time";
  return plain(`${isMoment ? "moment" : (WORDS[name] ?? name)}${limitsText(schema)}`);
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  object: "object",
};

function limitsText({ minimum, maximum, maxLength }: JsonSchema): string {
  if (typeof maxLength === "number") return `, at most ${String(maxLength)} characters`;
  const from = typeof minimum === "number" ? ` from ${String(minimum)}` : "";
  const to = typeof maximum === "number" ? ` to ${String(maximum)}` : "";
  return `${from}${to}`;
}

/**
 * Says in words what an object holds.
 *
 * @param schema - Of the object; a reference is followed.
 * @param named - What it may refer to.
 * @param writing - How it is written.
 * @returns Its properties; none for what is no object.
 */
export function propertyTexts(
  schema: JsonSchema,
  named: NamedSchemas,
  writing: Writing,
): readonly PropertyText[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).map(([name, part]) => {
    const target =
      part.$ref === undefined ? part : { ...named[part.$ref.slice(SCHEMAS.length)], ...part };
    return {
      name,
      type: typeText(part, writing),
      isRequired: required.includes(name),
      description: `${target.description ?? ""}${defaultText(target)}`.trim(),
    };
  });
}

/**
 * Says in words what holds when nothing is said.
 *
 * @param schema - The schema.
 * @returns A sentence after a space; empty where nothing holds, or its description says so.
 */
export function defaultText(schema: JsonSchema): string {
  const { description = "", default: usual = null } = schema;
  const isSaid = usual === null || usual === "" || description.includes("by default");
  return isSaid ? "" : ` ${JSON.stringify(usual)} by default.`;
}
