import { isPlainObject, isRecord } from "./json.ts";
import {
  InvalidOption,
  readOptions,
  type Field,
  type Fields,
  type OptionProblem,
  type ReadResult,
} from "./options.ts";
import type { Json } from "./json.ts";

/** A key of several words as files have it: `check_type`. Keys in capitals are names of variables, and stay. */
const SNAKE = /^[a-z][a-z\d]*(?:_[a-z\d]+)+$/u;
const SECRETS: ReadonlySet<string> = new Set(["secret_env", "secret_file"]);
const LIMIT_DEPTH = 20;

/** How keys of several words are written. */
export type KeyStyle = "snake" | "camel";

/**
 * Tells how the keys of an object are written.
 *
 * @param value - Anything.
 * @param otherwise - What it is when no key tells.
 * @returns `snake` when one of them is.
 */
export function styleOf(value: unknown, otherwise: KeyStyle = "camel"): KeyStyle {
  if (!isRecord(value)) return otherwise;
  const keys = Object.keys(value);
  if (keys.some((key) => SNAKE.test(key))) return "snake";
  return keys.some((key) => /[a-z][A-Z]/u.test(key)) ? "camel" : otherwise;
}

/**
 * Writes a key as its neighbours are written.
 *
 * @param key - In camel case.
 * @param style - How the others are.
 * @returns Such as `check_type`.
 */
export function inStyle(key: string, style: KeyStyle): string {
  return style === "camel"
    ? key
    : key.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

/** How options are read. */
export interface EitherCaseOptions {
  readonly style?: KeyStyle;
  readonly others?: readonly string[];
}

/**
 * Reads options whose keys may be written in snake case or in camel case, also within their values.
 *
 * @param fields - The options that there are.
 * @param options - What a person wrote.
 * @param more - How keys are named that are not there, unless those that are tell; and options that are read elsewhere.
 * @returns The values, or problems that name each key as it was written.
 */
export function readEitherCase<F extends Fields>(
  fields: F,
  options: unknown,
  { style = "camel", others = [] }: EitherCaseOptions = {},
): ReadResult<F> {
  if (!isPlainObject(options)) return readOptions(fields, options);
  const written = new Map<string, string>();
  const values = new Map<string, unknown>();
  const repeated: OptionProblem[] = [];
  for (const [key, value] of Object.entries(options)) {
    const name = nameIn(fields, key);
    const other = written.get(name);
    if (other !== undefined) repeated.push(repeatedProblem(key, other));
    written.set(name, key);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    values.set(name, field === undefined ? value : likeliest(field, value));
  }
  const result = readOptions(fields, Object.fromEntries(values), others);
  const spelled = styleOf(options, style);
  const names = new Set([...Object.keys(fields), ...others]);
  const problems = [
    ...result.problems.map((problem) => asWritten(problem, { names, written, style: spelled })),
    ...repeated,
  ];
  return problems.length === 0 ? result : { values: null, problems };
}

/**
 * Tells what a key of a person means.
 *
 * @param fields - The options that there are.
 * @param key - As it was written.
 * @returns The name of an option; the key itself when it means none.
 */
export function nameIn(fields: Readonly<Record<string, unknown>>, key: string): string {
  const camel = camelKey(key);
  return !Object.hasOwn(fields, key) && Object.hasOwn(fields, camel) ? camel : key;
}

function camelKey(key: string): string {
  if (!SNAKE.test(key)) return key;
  return key.replaceAll(/_([a-z\d])/gu, (_, letter: string) => letter.toUpperCase());
}

function repeatedProblem(key: string, other: string): OptionProblem {
  const message = `is given twice, as ${other} too`;
  return { code: "field-repeated", property: key, message, hint: "leave one of them out" };
}

// The keys within a value may be names that a person chose, such as those of headers: what makes sense as it stands is left so.
function likeliest(field: Field<unknown, Json>, value: unknown): unknown {
  if (typeof value !== "object" || value === null || makesSense(field, value)) return value;
  const isSecretKey = (key: string): boolean => SECRETS.has(key);
  const tries = [withKeys(value, isSecretKey), withKeys(value, () => true)];
  return tries.find((candidate) => makesSense(field, candidate)) ?? value;
}

function makesSense(field: Field<unknown, Json>, value: unknown): boolean {
  try {
    field.read(value);
    return true;
  } catch (error) {
    if (error instanceof InvalidOption) return false;
    throw error;
  }
}

function withKeys(value: unknown, isMeant: (key: string) => boolean, depth = 0): unknown {
  if (depth > LIMIT_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => withKeys(item, isMeant, depth + 1));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      isMeant(key) ? camelKey(key) : key,
      withKeys(item, isMeant, depth + 1),
    ]),
  );
}

function asWritten(
  problem: OptionProblem,
  {
    names,
    written,
    style,
  }: {
    readonly names: ReadonlySet<string>;
    readonly written: ReadonlyMap<string, string>;
    readonly style: KeyStyle;
  },
): OptionProblem {
  const spell = (name: string): string =>
    names.has(name) ? (written.get(name) ?? inStyle(name, style)) : name;
  return {
    ...problem,
    property: problem.property.replace(/^[A-Za-z]\w*/u, spell),
    hint: problem.hint?.replaceAll(/\b[a-z]+[A-Z]\w*/gu, spell) ?? null,
  };
}
