/** A text that is not JSON. */
export class JsonSyntaxError extends Error {
  override readonly name: string = "JsonSyntaxError";
  /** Where the problem is, in UTF-16 units from the start of the text. */
  readonly offset: number;
  /** How to mend it; null where the message says it all. */
  readonly hint: string | null;

  /**
   * Says what is wrong, and where.
   *
   * @param offset - In UTF-16 units from the start of the text.
   * @param message - What was needed and what was got. It quotes no more than a character, as text may hold passwords.
   * @param hint - How to mend it, or null.
   */
  constructor(offset: number, message: string, hint: string | null) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

/** Characters that are hard to read between double quotes. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['"', "a double quote"],
  ["'", "a single quote"],
  ["\n", "a line break"],
  ["\r", "a line break"],
  ["\t", "a tab"],
]);

const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}]$/u;

interface Mistake {
  /** What the person wrote, from where the parser stopped. */
  readonly got: RegExp;
  /** What the parser expected there; left out where that does not matter. */
  readonly expected?: RegExp;
  readonly hint: string;
}

/** How much of the text is looked at to find the mistake. */
const LIMIT_CHARACTERS = 80;

/** The common mistakes; the first that fits gives the hint. */
const MISTAKES: readonly Mistake[] = [
  { got: /^\0/u, hint: "save the file as UTF-8" },
  { got: /^(?:\/[/*]|#)/u, hint: "JSON has no comments: remove it" },
  { got: /^:/u, expected: /"\]"/u, hint: 'a key needs an object around it: { "key": "value" }' },
  { got: /^[,[{]/u, expected: /the end/u, hint: "put all entries into one list: [ …, … ]" },
  { got: /^["[{\w-]/u, expected: /","/u, hint: "put a comma before it" },
  { got: /^./su, expected: /":"/u, hint: "put a colon between a key and its value" },
  { got: /^['`‘’‚“”„«»]/u, hint: 'keys and text take straight double quotes: "like this"' },
  { got: /^[\w$-]+\s*[:=]/u, expected: /a key/u, hint: 'keys take double quotes: "name"' },
  { got: /^,/u, hint: "there is a comma too many" },
  { got: /^<[!?A-Za-z]/u, hint: "this looks like HTML or XML; JSON is needed" },
  { got: /^-(?:--|\s)/u, hint: "this looks like YAML; JSON is needed" },
  { got: /^(?:true|false)\b/iu, hint: "true and false take lower case" },
  { got: /^(?:null|none|nil|undefined)\b/iu, hint: "nothing is written null" },
  { got: /^[+-]?(?:nan|inf(?:inity)?)\b/iu, hint: "JSON has no NaN and no infinity" },
  { got: /^[+-]?\.?\d/u, hint: "numbers look like 5, -5, 0.5 or 1e3" },
  { got: /^[\p{L}_$]/u, hint: 'text takes double quotes: "like this"' },
];

/**
 * Names what stands at a place where it should not.
 *
 * @param text - The text.
 * @param offset - Where, in UTF-16 units; at its length is the end of the file.
 * @returns One character, named so that a person can see it.
 */
export function unexpectedAt(text: string, offset: number): string {
  const codePoint = text.codePointAt(offset);
  if (codePoint === undefined) return "the end of the file";
  const character = String.fromCodePoint(codePoint);
  const name = NAMES.get(character);
  if (name !== undefined) return name;
  if (VISIBLE.test(character)) return `"${character}"`;
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Guesses which of the common mistakes was made.
 *
 * @param text - The text.
 * @param offset - Where the parser stopped.
 * @param expected - What it expected there, in the words of its message.
 * @returns How to mend it; null when it is none of them.
 */
export function syntaxHint(text: string, offset: number, expected: string): string | null {
  const rest = text.slice(offset, offset + LIMIT_CHARACTERS);
  // A letter right after a string: its end was meant as a quote within it.
  if (text[offset - 1] === '"' && /^\w/u.test(rest)) {
    return 'write a double quote within text as \\"';
  }
  const mistake = MISTAKES.find(
    (candidate) => candidate.got.test(rest) && (candidate.expected?.test(expected) ?? true),
  );
  return mistake?.hint ?? null;
}
