import type { Code } from "./codes.ts";
import { isPlainObject, type Json, type JsonObject } from "./json.ts";
import { closest, quoted } from "./wording.ts";

/** One option holds something that its kind does not take. */
export class InvalidOption extends Error {
  override readonly name: string = "InvalidOption";
  readonly code: Code;
  /** Path below the option, such as `[2].port`; empty for the option itself. */
  readonly property: string;
  readonly hint: string | null;

  /**
   * Says what was needed and what was got.
   *
   * @param message - Without the name of the option, such as `must be an integer from 1 to 65535: got 70000`.
   * @param details - Where below the option, how to mend it, and the code when it is not `option-invalid`.
   */
  constructor(
    message: string,
    details: {
      readonly property?: string;
      readonly hint?: string | null;
      readonly code?: Code;
    } = {},
  ) {
    super(message);
    this.property = details.property ?? "";
    this.hint = details.hint ?? null;
    this.code = details.code ?? "option-invalid";
  }
}

const PLAIN_KEY = /^[\w$-]{1,80}$/u;

/** Whether an option must be given, and what it is when it is not. */
export type Presence = "required" | "optional" | "defaulted";

/** One option of a kind: what people may write, what it becomes, and what the reference says of it. */
export interface Field<Input, Value extends Json, P extends Presence = Presence> {
  readonly presence: P;
  /** For the reference: `integer from 1 to 65535`. */
  readonly type: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** What it is when it is not given, as text for the reference; null when it has no such value. */
  readonly defaultText: string | null;
  /** True when its value is the name of another resource. */
  readonly isReference: boolean;
  /**
   * Reads what a person, or a plan, says. Reading what was read before gives the same again.
   *
   * @throws {@link InvalidOption} When it takes no such value.
   */
  readonly read: (value: unknown) => Value;
  /** What people may write; never there. */
  readonly input?: Input;
}

/** The options of a kind, by name. */
export type Fields = Readonly<Record<string, Field<unknown, Json>>>;

type RequiredKeys<F extends Fields> = {
  [K in keyof F]: F[K]["presence"] extends "required" ? K : never;
}[keyof F];

type InputOf<T> = T extends Field<infer Input, Json> ? Input : never;
type ValueOf<T> = T extends Field<unknown, infer Value> ? Value : never;

/** What people write for a kind: an object of its options. */
export type OptionsOf<F extends Fields> = Flat<
  {
    readonly [K in keyof F as K extends RequiredKeys<F> ? K : never]: InputOf<F[K]>;
  } & {
    readonly [K in keyof F as K extends RequiredKeys<F> ? never : K]?: InputOf<F[K]> | undefined;
  }
>;

/** One object type of several: an intersection with an empty one would take anything at all. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** The arguments of a constructor that takes these options: none at all where none is required. */
export type OptionArguments<F extends Fields> = [RequiredKeys<F>] extends [never]
  ? [options?: OptionsOf<F>]
  : [options: OptionsOf<F>];

/** Options that were read: every one is there, null where it was not given and has no default. */
export type ValuesOf<F extends Fields> = JsonObject & {
  readonly [K in keyof F]: ValueOf<F[K]>;
};

/** One thing that is wrong with the options of a resource or an assertion. */
export interface OptionProblem {
  readonly code: Code;
  /** Path of the option, such as `assertions[2].port`. */
  readonly property: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Options that were read, or everything that is wrong with them. */
export type ReadResult<F extends Fields> =
  | { readonly values: ValuesOf<F>; readonly problems: readonly [] }
  | { readonly values: null; readonly problems: readonly OptionProblem[] };

/**
 * Reads the options of a kind, and finds everything that is wrong with them.
 *
 * @param fields - The options that the kind has.
 * @param options - What a person, or a plan, says.
 * @param others - Options that are read elsewhere: whoever misspells one is told.
 * @returns The values, or at least one problem.
 * @throws Whatever a field throws that is no {@link InvalidOption}: a bug.
 */
export function readOptions<F extends Fields>(
  fields: F,
  options: unknown,
  others: readonly string[] = [],
): ReadResult<F> {
  if (!isPlainObject(options)) {
    const got = typeof options === "string" ? "text" : shownValue(options);
    const message = `needs an object of options: got ${got}`;
    return { values: null, problems: [problemOf("", new InvalidOption(message))] };
  }
  const { values, problems } = readFields(fields, options);
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(fields, name)) problems.push(unknownOption(name, fields, others));
  }
  if (problems.length === 0 && isComplete(values, fields)) return { values, problems: [] };
  return { values: null, problems };
}

function readFields(
  fields: Fields,
  options: Readonly<Record<string, unknown>>,
): { readonly values: Record<string, Json>; readonly problems: OptionProblem[] } {
  const values: Record<string, Json> = {};
  const problems: OptionProblem[] = [];
  for (const [name, field] of Object.entries(fields)) {
    try {
      values[name] = field.read(options[name]);
    } catch (error) {
      if (!(error instanceof InvalidOption)) throw error;
      problems.push(problemOf(name, error));
    }
  }
  return { values, problems };
}

/**
 * Reads the options of a kind where nothing can be wrong with them, because they were read before.
 *
 * @param fields - The options that the kind has.
 * @param options - Values that were read with these fields, perhaps written down and read back since.
 * @returns The values.
 * @throws {@link InvalidOption} When something is wrong all the same.
 */
export function readValues<F extends Fields>(fields: F, options: unknown): ValuesOf<F> {
  const { values, problems } = readOptions(fields, options);
  if (values !== null) return values;
  const [{ property, message, hint, code } = { property: "", message: "", hint: null }] = problems;
  throw new InvalidOption(`${property} ${message}`, { hint, ...(code ? { code } : {}) });
}

/**
 * Writes a value into a message: short, and without anything that may be a secret.
 *
 * @param value - Anything.
 * @returns Such as `70000`, `"tcpp"`, `a list`, `nothing`.
 */
export function shownValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const isPlain = typeof value === "number" || typeof value === "boolean";
  return isPlain ? String(value) : `a ${typeof value}`;
}

/**
 * Writes a key as the end of a path.
 *
 * @param key - Anything that a person may have written as a key.
 * @returns Such as `.port`; `["a key"]` for what is no plain word, without any credentials of a URL.
 */
export function shownKey(key: string): string {
  return PLAIN_KEY.test(key) ? `.${key}` : `[${quoted(key)}]`;
}

function isComplete<F extends Fields>(
  values: Record<string, Json>,
  fields: F,
): values is Record<string, Json> & ValuesOf<F> {
  return Object.keys(fields).every((name) => Object.hasOwn(values, name));
}

function problemOf(name: string, { property, message, hint, code }: InvalidOption): OptionProblem {
  return { code, property: `${name}${property}`, message, hint };
}

function unknownOption(name: string, fields: Fields, others: readonly string[]): OptionProblem {
  const near = closest(name, [...Object.keys(fields), ...others]);
  const hint = near === null ? `it takes ${namesOf(fields)}` : `did you mean ${near}?`;
  const property = shownKey(name).replace(/^\./u, "");
  return { code: "option-unknown", property, message: "is not an option of this kind", hint };
}

function namesOf(fields: Fields): string {
  const names = Object.keys(fields);
  return names.length === 0 ? "none" : names.join(", ");
}
