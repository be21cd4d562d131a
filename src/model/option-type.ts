import type { Json } from "./json.ts";
import { InvalidOption, shownKey, shownValue, type Field } from "./options.ts";

/** What is special about a type of options. */
export interface OptionTraits {
  /** True when its value is the name of another resource. */
  readonly isReference?: boolean;
  /** True when what people write there by mistake may be a secret: no message shows it. */
  readonly isSecret?: boolean;
}

/** A type of options: what people may write, and what it becomes. */
export class OptionType<Input, Value extends Json> {
  /** For the reference: `integer from 1 to 65535`. */
  readonly label: string;
  readonly isReference: boolean;
  readonly isSecret: boolean;
  readonly read: (value: unknown) => Value;

  /**
   * Makes a type.
   *
   * @param label - For the reference.
   * @param read - Reads a value that is there; throws {@link InvalidOption}.
   * @param traits - What is special about it.
   */
  constructor(
    label: string,
    read: (value: unknown) => Value,
    { isReference = false, isSecret = false }: OptionTraits = {},
  ) {
    this.label = label;
    this.read = read;
    this.isReference = isReference;
    this.isSecret = isSecret;
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

/**
 * Says that a value is not what an option takes.
 *
 * @param what - What it takes, such as `true or false`.
 * @param value - What was got.
 * @param traits - Whether it may be a secret.
 * @returns The error to throw.
 */
export function mustBe(
  what: string,
  value: unknown,
  { isSecret = false }: OptionTraits = {},
): InvalidOption {
  const got = isSecret && typeof value === "string" ? "text" : shownValue(value);
  return new InvalidOption(`must be ${what}: got ${got}`);
}

/**
 * Reads a part of a value, and names the part when something is wrong with it.
 *
 * @param part - The place of an entry in a list, or the key of one in an object.
 * @param read - Reads it.
 * @returns What was read.
 * @throws {@link InvalidOption} With the part before the path below it.
 */
export function readPart<T>(part: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    const { message, hint, code } = error;
    const property = `${typeof part === "number" ? `[${String(part)}]` : shownKey(part)}${error.property}`;
    throw new InvalidOption(message, { property, hint, code });
  }
}
