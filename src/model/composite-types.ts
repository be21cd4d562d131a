import { isPlainObject, type Json } from "./json.ts";
import { mustBe, OptionType, readPart } from "./option-type.ts";
import { text } from "./option-types.ts";
import {
  InvalidOption,
  readOptions,
  shownValue,
  type Fields,
  type OptionsOf,
  type ValuesOf,
} from "./options.ts";
import { quoted } from "./wording.ts";

const LIMIT_ENTRIES = 1_000;
/** So many values in one, counted at every depth. */
const LIMIT_VALUES = 10_000;
const LIMIT_DEPTH = 32;
const LIMIT_HINT_WORDS = 8;

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
      if (!Array.isArray(value)) throw mustBe(`a ${label}`, value, of);
      if (value.length < least || value.length > most) {
        const range = `${String(least)} to ${String(most)} entries`;
        throw new InvalidOption(`must have ${range}: got ${String(value.length)}`);
      }
      // Not by `map`, which passes over holes.
      return Array.from(value, (entry: unknown, index) => readPart(index, () => of.read(entry)));
    },
    { isReference: of.isReference, isSecret: of.isSecret },
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
    if (!isPlainObject(value)) throw mustBe(`an ${label}`, value, of);
    const entries = Object.entries(value);
    if (entries.length > LIMIT_ENTRIES) {
      throw new InvalidOption(`must have at most ${String(LIMIT_ENTRIES)} entries`);
    }
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, readPart(key, () => of.read(entry))]),
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
    const { property = "", message = "", hint = null, code = "option-invalid" } = first ?? {};
    const path = property === "" || property.startsWith("[") ? property : `.${property}`;
    throw new InvalidOption(message, { property: path, hint, code });
  });
}

/**
 * One of two types: the first that takes a value has it.
 *
 * @param types - In the order in which they are tried.
 * @returns The type.
 */
export function either<A, B, V extends Json, W extends Json>(
  ...types: readonly [OptionType<A, V>, OptionType<B, W>]
): OptionType<A | B, V | W> {
  const [first, second] = types;
  const label = types.map((type) => type.label).join(", or ");
  const isSecret = types.some((type) => type.isSecret);
  const isReference = types.some((type) => type.isReference);
  return new OptionType<A | B, V | W>(
    label,
    (value) => {
      const one = attempt(() => first.read(value));
      if (!(one instanceof InvalidOption)) return one;
      const other = attempt(() => second.read(value));
      if (!(other instanceof InvalidOption)) return other;
      // Whichever got further into the value is what was meant.
      const meant = [one, other].find(({ property }) => property !== "");
      throw meant ?? mustBe(label, value, { isSecret });
    },
    { isReference, isSecret },
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
        hint: `write [${value.trim().split(/\s+/u, LIMIT_HINT_WORDS).map(quoted).join(", ")}]; no shell is involved`,
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
  return new OptionType("any value of JSON", (value) => new JsonReader().read(value, 0));
}

class JsonReader {
  #left = LIMIT_VALUES;

  read(value: unknown, depth: number): Json {
    this.#limit(depth);
    if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
    // JSON knows no negative zero.
    if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? 0 : value;
    if (Array.isArray(value)) {
      return Array.from(value, (entry: unknown, index) =>
        readPart(index, () => this.read(entry, depth + 1)),
      );
    }
    if (isPlainObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
          key,
          readPart(key, () => this.read(entry, depth + 1)),
        ]),
      );
    }
    throw mustBe("a value that JSON holds", value);
  }

  // A value may hold itself, or the same one over and over.
  #limit(depth: number): void {
    this.#left -= 1;
    if (depth > LIMIT_DEPTH) {
      throw new InvalidOption(`must nest at most ${String(LIMIT_DEPTH)} deep`);
    }
    if (this.#left < 0) {
      throw new InvalidOption(`must hold at most ${String(LIMIT_VALUES)} values`);
    }
  }
}

function attempt<T>(read: () => T): T | InvalidOption {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidOption) return error;
    throw error;
  }
}
