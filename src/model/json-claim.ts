import type { Judgement } from "./assertion.ts";
import { excerpt } from "./excerpt.ts";
import { isRecord, type Json, type JsonObject } from "./json.ts";
import { jsonPath, readJsonPath, shownJsonPath, valueAt } from "./json-path.ts";
import { anyJson } from "./composite-types.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";
import { redactor, type Redact } from "./redactor.ts";

/** What people write of a value in JSON. */
export interface JsonClaimInput {
  /** Where it stands, such as `$.items[0].name`. */
  readonly path: string;
  /** What it must be; anything when this is not given. */
  readonly equals?: Json | undefined;
}

/** What must be true of a value in JSON. Without `equals`, it must only be there; `equals` may be null. */
export type JsonClaim = JsonObject & { readonly path: string; readonly equals?: Json };

/** Text to look into, as far as it was read. */
export interface SeenText {
  readonly body: string;
  /** True when there was more than what was read. */
  readonly isTruncated: boolean;
  /** What may stand in it and must not be shown; nothing by default. */
  readonly secrets?: readonly string[];
}

const LIMIT_SHOWN = 80;
const LIMIT_SHOWN_DEPTH = 3;
const LIMIT_SHOWN_ENTRIES = 10;

/**
 * A claim about a value in JSON.
 *
 * @returns The type.
 */
export function jsonClaim(): OptionType<JsonClaimInput, JsonClaim> {
  const label = "object of path, equals";
  return new OptionType(label, (value) => {
    if (!isRecord(value)) {
      throw new InvalidOption(`must be an ${label}: got ${shownValue(value)}`, {
        hint: 'write { path: "$.status", equals: "ok" }',
      });
    }
    const { path, equals, ...rest } = value;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) {
      const hint = "it takes path, equals";
      throw new InvalidOption("is not an option of this kind", { property: `.${unknown}`, hint });
    }
    const read = { path: below(".path", () => jsonPath().read(path)) };
    if (equals === undefined) return read;
    return { ...read, equals: below(".equals", () => anyJson().read(equals)) };
  });
}

/**
 * Says what a claim says, in words.
 *
 * @param claim - The claim.
 * @param isAbsent - True when it must not hold.
 * @returns Such as `$.status is "ok"`.
 */
export function describeJsonClaim(claim: JsonClaim, isAbsent = false): string {
  const path = shownJsonPath(readJsonPath(claim.path));
  const not = isAbsent ? "not " : "";
  if (claim.equals === undefined) return `${path} is ${not}there`;
  return `${path} is ${not}${shownJson(claim.equals)}`;
}

/**
 * Judges whether JSON holds a value.
 *
 * @param seen - Text that should be JSON.
 * @param claim - What must be true of it.
 * @param isAbsent - True when the claim must not hold; the text must be JSON all the same.
 * @returns `error` when our own limit cut the text, so that nobody can know.
 */
export function judgeJson(seen: SeenText, claim: JsonClaim, isAbsent = false): Judgement {
  const expected = describeJsonClaim(claim, isAbsent);
  if (seen.isTruncated) {
    return { verdict: "error", expected, actual: "more JSON than the 1 MiB that is read" };
  }
  const parsed = parsedJson(seen.body);
  if (parsed === null) {
    return { verdict: "fail", expected, actual: seen.body === "" ? "an empty body" : "no JSON" };
  }
  const steps = readJsonPath(claim.path);
  const found = valueAt(parsed.value, steps);
  const { equals } = claim;
  const holds = found !== undefined && (equals === undefined || isSame(equals, found));
  return {
    verdict: holds === isAbsent ? "fail" : "pass",
    expected,
    actual: found === undefined ? "nothing there" : shownJson(found, redactor(seen.secrets ?? [])),
  };
}

function parsedJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

// What was received is followed only as deep as what was expected, which is bounded.
function isSame(expected: Json, actual: unknown): boolean {
  if (isList(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((entry, index) => isSame(entry, actual[index]))
    );
  }
  if (typeof expected !== "object" || expected === null) return expected === actual;
  const keys = Object.keys(expected);
  return (
    isRecord(actual) &&
    Object.keys(actual).length === keys.length &&
    Object.entries(expected).every(
      ([key, entry]) => Object.hasOwn(actual, key) && isSame(entry, actual[key]),
    )
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

// A secret goes before its text is cut, which would leave its beginning; one that is a number, as JSON.
function shownJson(value: unknown, redact: Redact = (text) => text): string {
  return excerpt(redact(JSON.stringify(bounded(value, redact))), LIMIT_SHOWN);
}

// JSON from outside may be deeper than the stack.
function bounded(value: unknown, redact: Redact, depth = 0): unknown {
  if (typeof value === "string") return redact(value).slice(0, LIMIT_SHOWN);
  if (typeof value !== "object" || value === null) return value;
  if (depth === LIMIT_SHOWN_DEPTH) return "…";
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    const shown = entries
      .slice(0, LIMIT_SHOWN_ENTRIES)
      .map((entry) => bounded(entry, redact, depth + 1));
    return entries.length > LIMIT_SHOWN_ENTRIES ? [...shown, "…"] : shown;
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, LIMIT_SHOWN_ENTRIES)
      .map(([key, entry]) => [redact(key), bounded(entry, redact, depth + 1)]),
  );
}

function below<T>(property: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    const { message, hint, code } = error;
    throw new InvalidOption(message, { property: `${property}${error.property}`, hint, code });
  }
}
