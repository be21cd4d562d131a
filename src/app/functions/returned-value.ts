import { isPlainObject, type Json } from "../../model/json.ts";

/** A function returned what JSON does not hold. */
export class NoJson extends Error {}

const LIMIT_DEPTH = 32;
const LIMIT_CHARACTERS = 1024 * 1024;

/**
 * Turns what a function returned into data.
 *
 * @param value - Anything.
 * @returns The same as JSON; null for nothing at all. What is undefined in an object is left out, as JSON does.
 * @throws {@link NoJson} When JSON does not hold it, or it is larger than 1 MiB; the message says where.
 */
export function returnedValue(value: unknown): Json {
  const json = value === undefined ? null : read(value, "", 0);
  if (JSON.stringify(json).length <= LIMIT_CHARACTERS) return json;
  throw new NoJson("the function returned more than 1 MiB");
}

function read(value: unknown, path: string, depth: number): Json {
  if (depth > LIMIT_DEPTH) {
    throw new NoJson(`the function returned what nests more than ${String(LIMIT_DEPTH)} deep`);
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value))
    return Array.from(value, (entry: unknown, index) =>
      read(entry, `${path}[${String(index)}]`, depth + 1),
    );
  if (isPlainObject(value)) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, read(entry, `${path}.${key}`, depth + 1)]),
    );
  }
  const where = path === "" ? "" : ` at ${path.replace(/^\./u, "")}`;
  throw new NoJson(`the function returned ${described(value)}${where}, which is no JSON`);
}

function described(value: unknown): string {
  if (value === undefined) return "undefined";
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== ""
    ? `an instance of ${constructor.name}`
    : "an object of a class";
}
