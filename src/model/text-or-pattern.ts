import { OptionType } from "./option-type.ts";
import { text } from "./option-types.ts";
import { pattern, type Pattern } from "./pattern-option.ts";

/**
 * Text as it stands, or a regular expression: text is never taken for the source of one.
 *
 * @param limits - The most characters of the text.
 * @returns The type.
 */
export function textOrPattern(limits: {
  readonly most: number;
}): OptionType<string | RegExp, string | Pattern> {
  const [plain, expression] = [text(limits), pattern()];
  return new OptionType<string | RegExp, string | Pattern>(
    `${plain.label}, or ${expression.label}`,
    (value) => (typeof value === "string" ? plain.read(value) : expression.read(value)),
  );
}
