import type { Json } from "../../model/json.ts";
import { isSecretName } from "../../model/secret-name.ts";
import { withoutSecrets } from "./log-text.ts";

/** Facts beside a message. Anything goes in: what a log cannot hold is written as text. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Facts as a log holds them. */
export type WrittenFields = Readonly<Record<string, Json>>;

const HIDDEN = "***";
const LIMIT_FIELDS = 100;
const LIMIT_DEPTH = 6;
const RESERVED: ReadonlySet<string> = new Set(["time", "level", "message"]);

/**
 * Makes facts such that a log may hold them: without secrets, without cycles, not too many, not too deep.
 *
 * @param fields - Anything.
 * @returns Plain data; what an entry says of itself (`time`, `level`, `message`) is named `field_time` and so on.
 */
export function writtenFields(fields: LogFields): WrittenFields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .slice(0, LIMIT_FIELDS)
      .map(([name, value]) => [
        RESERVED.has(name) ? `field_${name}` : name,
        written(name, value, 0),
      ]),
  );
}

function written(name: string, value: unknown, depth: number): Json {
  if (value === undefined || value === null || value === "") return value ?? null;
  if (isSecretName(name)) return HIDDEN;
  return typeof value === "object" ? objectOf(value, depth + 1) : plainOf(value);
}

function plainOf(value: unknown): Json {
  if (typeof value === "string") return withoutSecrets(value);
  if (typeof value === "boolean") return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "number") return `a ${typeof value}`;
  return Number.isFinite(value) ? value : String(value);
}

function objectOf(value: object, depth: number): Json {
  if (value instanceof Error) return errorOf(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth > LIMIT_DEPTH) return "…";
  if (Array.isArray(value)) {
    return value.slice(0, LIMIT_FIELDS).map((part: unknown) => written("", part, depth));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .slice(0, LIMIT_FIELDS)
      .map(([name, part]) => [name, written(name, part, depth)]),
  );
}

function errorOf(error: Error, depth: number): Json {
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  return {
    name: withoutSecrets(error.name),
    message: withoutSecrets(error.message),
    ...(code !== null && { code: withoutSecrets(code) }),
    ...(error.stack !== undefined && { stack: withoutSecrets(error.stack) }),
    ...(error.cause !== undefined &&
      depth < LIMIT_DEPTH && { cause: written("", error.cause, depth) }),
  };
}
