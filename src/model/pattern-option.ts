import { isRecord, type JsonObject } from "./json.ts";
import { mustBe, OptionType } from "./option-type.ts";
import { InvalidOption } from "./options.ts";
import { quoted } from "./wording.ts";

const LIMIT_CHARACTERS = 8_192;

/** V8 repeats the whole expression before it says what is wrong with it. */
const REPEATED_SOURCE = /^Invalid regular expression: \/.*\/[a-z]*: /su;

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
    if (source.length > LIMIT_CHARACTERS) {
      throw new InvalidOption(`must have at most ${String(LIMIT_CHARACTERS)} characters`);
    }
    try {
      // Global and sticky expressions remember where they were: a check must not.
      return { source, flags: new RegExp(source, flags).flags.replace(/[gy]/gu, "") };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const reason = message.replace(REPEATED_SOURCE, "");
      throw new InvalidOption(`must be a regular expression: got ${quoted(source)}: ${reason}`);
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
  // The source may have been given as text: the expression escapes its slashes and line breaks.
  return String(expressionOf(data));
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
