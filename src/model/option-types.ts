import { durationMs, type Duration } from "./duration.ts";
import { isRecord, type Json, type JsonObject } from "./json.ts";
import {
  InvalidOption,
  readOptions,
  shownValue,
  type Field,
  type Fields,
  type OptionsOf,
  type ValuesOf,
} from "./options.ts";
import type { SecretReference } from "./secret.ts";

/** A type of options: what people may write, and what it becomes. */
export class OptionType<Input, Value extends Json> {
  /** For the reference: `integer from 1 to 65535`. */
  readonly label: string;
  readonly isReference: boolean;
  readonly read: (value: unknown) => Value;

  /**
   * Makes a type.
   *
   * @param label - For the reference.
   * @param read - Reads a value that is there; throws {@link InvalidOption}.
   * @param isReference - True when its value is the name of another resource.
   */
  constructor(label: string, read: (value: unknown) => Value, isReference = false) {
    this.label = label;
    this.read = read;
    this.isReference = isReference;
  }

  /**
   * An option that must be given.
   *
   * @param summary - One sentence for the reference.
   * @returns The option.
   */
  required(summary: string): Field<Input, Value, "required"> {
    return {
      presence: "required",
      ...this.#described(summary, null),
      read: (value) => {
        if (value !== undefined && value !== null) return this.read(value);
        throw new InvalidOption(`is needed: ${this.label}`, { code: "option-missing" });
      },
    };
  }

  /**
   * An option that may be left out; it is null then.
   *
   * @param summary - One sentence for the reference.
   * @returns The option.
   */
  optional(summary: string): Field<Input, Value | null, "optional"> {
    return {
      presence: "optional",
      ...this.#described(summary, null),
      read: (value) => (value === undefined || value === null ? null : this.read(value)),
    };
  }

  /**
   * An option that has a value when it is left out.
   *
   * @param value - What it is then, as a person would write it.
   * @param summary - One sentence for the reference.
   * @returns The option.
   */
  or(value: Input & Json, summary: string): Field<Input, Value, "defaulted"> {
    return {
      presence: "defaulted",
      ...this.#described(summary, JSON.stringify(value)),
      read: (given) => this.read(given ?? value),
    };
  }

  #described(
    summary: string,
    defaultText: string | null,
  ): Pick<Field<Input, Value>, "type" | "summary" | "defaultText" | "isReference"> {
    return { type: this.label, summary, defaultText, isReference: this.isReference };
  }
}

const LIMIT_CHARACTERS = 65_536;
const LIMIT_ENTRIES = 1_000;

/**
 * Text.
 *
 * @param limits - The most characters, 65,536 by default; whether it may be empty; what it must look like, and that in words.
 * @returns The type.
 */
export function text(
  limits: {
    readonly most?: number;
    readonly mayBeEmpty?: boolean;
    readonly like?: RegExp;
    readonly label?: string;
  } = {},
): OptionType<string, string> {
  const { most = LIMIT_CHARACTERS, mayBeEmpty = false, like, label = "text" } = limits;
  return new OptionType(label, (value) => {
    if (typeof value !== "string") throw mustBe(label, value);
    if (value === "" && !mayBeEmpty) throw new InvalidOption("must not be empty");
    if (value.length > most) {
      throw new InvalidOption(`must have at most ${String(most)} characters`);
    }
    if (value.includes("\0")) throw new InvalidOption("must not contain a NUL character");
    if (like?.test(value) === false) throw mustBe(label, value);
    return value;
  });
}

/**
 * A number.
 *
 * @param limits - Least and greatest value, and whether it must be whole.
 * @returns The type.
 */
export function number(
  limits: { readonly least?: number; readonly most?: number; readonly isWhole?: boolean } = {},
): OptionType<number, number> {
  const { least = 0, most = Number.MAX_SAFE_INTEGER, isWhole = false } = limits;
  const range =
    most === Number.MAX_SAFE_INTEGER
      ? `of ${String(least)} or more`
      : `from ${String(least)} to ${String(most)}`;
  const label = `${isWhole ? "integer" : "number"} ${range}`;
  return new OptionType(label, (value) => {
    const isFine =
      typeof value === "number" &&
      value >= least &&
      value <= most &&
      (isWhole ? Number.isInteger(value) : Number.isFinite(value));
    if (!isFine) throw mustBe(label, value);
    return value;
  });
}

/**
 * A whole number.
 *
 * @param least - The least value allowed.
 * @param most - The greatest value allowed; none by default.
 * @returns The type.
 */
export function integer(least: number, most?: number): OptionType<number, number> {
  return number({ least, isWhole: true, ...(most === undefined ? {} : { most }) });
}

/**
 * Yes or no.
 *
 * @returns The type.
 */
export function boolean(): OptionType<boolean, boolean> {
  return new OptionType("true or false", (value) => {
    if (typeof value !== "boolean") throw mustBe("true or false", value);
    return value;
  });
}

/**
 * One of a few words.
 *
 * @param words - What it may be.
 * @returns The type.
 */
export function oneOf<const W extends string>(words: readonly W[]): OptionType<W, W> {
  const label = words.map((word) => JSON.stringify(word)).join(", ");
  return new OptionType(`one of ${label}`, (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw mustBe(`one of ${label}`, value);
    return word;
  });
}

/**
 * A length of time.
 *
 * @param limits - Whether zero is allowed; it is not by default.
 * @returns The type; its values are seconds.
 */
export function duration(
  limits: { readonly mayBeZero?: boolean } = {},
): OptionType<Duration, number> {
  const label = `duration ${limits.mayBeZero === true ? "of 0 or more" : "above 0"}, in seconds or such as "500ms", "2h"`;
  return new OptionType(label, (value) => {
    const valueMs =
      typeof value === "number" || typeof value === "string" ? durationMs(value) : null;
    if (valueMs === null || (valueMs === 0 && limits.mayBeZero !== true))
      throw mustBe(label, value);
    return valueMs / 1_000;
  });
}

/**
 * An absolute URL without credentials in it.
 *
 * @param schemes - Such as `http`, `https`.
 * @returns The type; its values are text.
 */
export function url(...schemes: readonly string[]): OptionType<string | URL, string> {
  const label = `absolute URL with ${schemes.map((scheme) => `${scheme}:`).join(" or ")}`;
  return new OptionType(label, (value) => {
    const parsed =
      typeof value === "string" || value instanceof URL ? URL.parse(String(value)) : null;
    if (parsed === null || !schemes.includes(parsed.protocol.slice(0, -1))) {
      throw mustBe(label, value);
    }
    if (parsed.username !== "" || parsed.password !== "") {
      throw new InvalidOption(
        "must not hold credentials, as it is written into plans and reports",
        {
          hint: `use a header or credentials with secret.env("…")`,
        },
      );
    }
    return parsed.href;
  });
}

/** A regular expression as data. */
export type Pattern = JsonObject & { readonly source: string; readonly flags: string };

/**
 * A regular expression, as one, or as its source text.
 *
 * @returns The type; its values are data that {@link expressionOf} turns back into an expression.
 */
export function pattern(): OptionType<RegExp | string, Pattern> {
  return new OptionType("regular expression", (value) => {
    const { source, flags } = patternParts(value);
    try {
      // Global and sticky expressions remember where they were: a check must not.
      return { source, flags: new RegExp(source, flags).flags.replace(/[gy]/gu, "") };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InvalidOption(`must be a regular expression: ${reason}`);
    }
  });
}

/**
 * Makes the expression that a pattern stands for.
 *
 * @param data - What was read.
 * @returns A new expression.
 */
export function expressionOf(data: Pattern): RegExp {
  return new RegExp(data.source, data.flags);
}

/**
 * Shows a pattern as people write it.
 *
 * @param data - What was read.
 * @returns Such as `/ready/i`.
 */
export function shownPattern(data: Pattern): string {
  return `/${data.source}/${data.flags}`;
}

/**
 * A list.
 *
 * @param of - The type of its entries.
 * @param limits - The least and greatest number of entries: 0 and 1,000 by default.
 * @returns The type.
 */
export function list<I, V extends Json>(
  of: OptionType<I, V>,
  limits: { readonly least?: number; readonly most?: number } = {},
): OptionType<readonly I[], readonly V[]> {
  const { least = 0, most = LIMIT_ENTRIES } = limits;
  const label = `list of ${of.label}`;
  return new OptionType(
    label,
    (value) => {
      if (!Array.isArray(value)) throw mustBe(`a ${label}`, value);
      if (value.length < least || value.length > most) {
        const range = `${String(least)} to ${String(most)} entries`;
        throw new InvalidOption(`must have ${range}: got ${String(value.length)}`);
      }
      return value.map((entry: unknown, index) =>
        below(`[${String(index)}]`, () => of.read(entry)),
      );
    },
    of.isReference,
  );
}

/**
 * An object with any keys.
 *
 * @param of - The type of its values.
 * @returns The type.
 */
export function record<I, V extends Json>(
  of: OptionType<I, V>,
): OptionType<Readonly<Record<string, I>>, Readonly<Record<string, V>>> {
  const label = `object of ${of.label}`;
  return new OptionType(label, (value) => {
    if (!isRecord(value)) throw mustBe(`an ${label}`, value);
    const entries = Object.entries(value);
    if (entries.length > LIMIT_ENTRIES) {
      throw new InvalidOption(`must have at most ${String(LIMIT_ENTRIES)} entries`);
    }
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, below(`.${key}`, () => of.read(entry))]),
    );
  });
}

/**
 * An object with certain keys.
 *
 * @param fields - Its keys.
 * @returns The type.
 */
export function object<F extends Fields>(fields: F): OptionType<OptionsOf<F>, ValuesOf<F>> {
  return new OptionType(`object of ${Object.keys(fields).join(", ")}`, (value) => {
    const { values, problems } = readOptions(fields, value);
    if (values !== null) return values;
    const [first] = problems;
    const { property = "", message = "", hint = null } = first ?? {};
    throw new InvalidOption(message, { property: property === "" ? "" : `.${property}`, hint });
  });
}

/**
 * One of several types: the first that takes a value has it.
 *
 * @param types - In the order in which they are tried.
 * @returns The type.
 */
export function either<A, B, V extends Json, W extends Json>(
  ...types: readonly [OptionType<A, V>, OptionType<B, W>]
): OptionType<A | B, V | W> {
  const label = types.map((type) => type.label).join(", or ");
  return new OptionType<A | B, V | W>(label, (value) => {
    const [first, second] = types;
    try {
      return first.read(value);
    } catch (error) {
      if (!(error instanceof InvalidOption)) throw error;
    }
    try {
      return second.read(value);
    } catch (error) {
      if (!(error instanceof InvalidOption)) throw error;
      throw mustBe(label, value);
    }
  });
}

/**
 * A secret: never text, only where it is.
 *
 * @returns The type.
 */
export function secretReference(): OptionType<SecretReference, SecretReference> {
  const label = 'secret.env("NAME") or secret.file("path")';
  return new OptionType(label, (value) => {
    if (isRecord(value) && Object.keys(value).length === 1) {
      const { secretEnv, secretFile } = value;
      if (typeof secretEnv === "string" && secretEnv !== "") return { secretEnv };
      if (typeof secretFile === "string" && secretFile !== "") return { secretFile };
    }
    // The value may be the secret itself: it must not get into the message.
    throw new InvalidOption(`must be ${label}, never the secret itself`);
  });
}

/**
 * The name of a resource, or the resource itself.
 *
 * @returns The type; its values are names.
 */
export function resourceReference(): OptionType<string | { readonly name: string }, string> {
  const label = "resource, or its name";
  return new OptionType(
    label,
    (value) => {
      const name = isRecord(value) ? value["name"] : value;
      if (typeof name === "string" && name !== "") return name;
      throw mustBe(`a ${label}`, value);
    },
    true,
  );
}

/**
 * A program and its arguments, as a list: no shell is involved.
 *
 * @returns The type.
 */
export function command(): OptionType<readonly string[], readonly string[]> {
  const words = list(text({ mayBeEmpty: true }), { least: 1 });
  return new OptionType("command as a list of text", (value) => {
    if (typeof value === "string") {
      throw new InvalidOption(`must be a list: got ${shownValue(value)}`, {
        hint: `write ${JSON.stringify(value.trim().split(/\s+/u).slice(0, 8))}; no shell is involved`,
      });
    }
    const read = words.read(value);
    if (read[0] === "") throw new InvalidOption("must begin with a program");
    return read;
  });
}

/**
 * Any value that JSON holds.
 *
 * @returns The type.
 */
export function anyJson(): OptionType<Json, Json> {
  return new OptionType("any value of JSON", (value) => readJson(value, 0));
}

const LIMIT_DEPTH = 32;

function readJson(value: unknown, depth: number): Json {
  if (depth > LIMIT_DEPTH) {
    throw new InvalidOption(`must nest at most ${String(LIMIT_DEPTH)} deep`);
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((entry: unknown) => readJson(entry, depth + 1));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        key,
        below(`.${key}`, () => readJson(entry, depth + 1)),
      ]),
    );
  }
  throw mustBe("a value that JSON holds", value);
}

function mustBe(what: string, value: unknown): InvalidOption {
  return new InvalidOption(`must be ${what}: got ${shownValue(value)}`);
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

function patternParts(value: unknown): { readonly source: string; readonly flags: string } {
  if (typeof value === "string") return { source: value, flags: "" };
  if (value instanceof RegExp) return { source: value.source, flags: value.flags };
  if (isRecord(value)) {
    const { source, flags } = value;
    if (typeof source === "string" && typeof flags === "string") return { source, flags };
  }
  throw mustBe("a regular expression", value);
}
