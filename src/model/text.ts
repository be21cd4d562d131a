/** Where a line ends: whatever any terminal, editor or parser takes for a line break. */
const LINE_BREAKS = /\r\n?|[\n\v\f\u0085\u2028\u2029]/gu;

/**
 * What can drive a terminal, mislead a reader or break a file format: C0 and C1 controls with escape and delete, line
 * separators, bidirectional overrides, lone surrogates, and code points that are no characters.
 */
const UNSAFE = /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}]--[\n\t]]/gv;

const REPLACEMENT = "\uFFFD";

const PRINTABLE_ASCII = /^[\x20-\x7E]*$/u;

/** Marks and format characters: they change what stands before them and take no column of their own. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** East Asian wide and full-width characters, and what is shown as an emoji. */
const WIDE =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]/u;

/** Made on first use: it takes 11 ms to make, and most text is ASCII. */
let segmenter: Intl.Segmenter | null = null;

function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/**
 * Replaces each character that a terminal or a file format might act on, other than newline and tab.
 *
 * @param text - Text from outside: a name out of a file, a phrase sent by a server.
 * @param replace - Writes one such character (one code point, or a lone surrogate) in another way.
 * @returns The text; safe if the replacements are.
 */
export function replaceUnsafe(text: string, replace: (character: string) => string): string {
  return text.replace(UNSAFE, replace);
}

/**
 * Makes text from outside safe to show where several lines may stand.
 *
 * Every kind of line break becomes a newline, tabs stay, and any other control character becomes U+FFFD, so that it is
 * seen that something was there. What followed an escape character stays, as plain text.
 *
 * @param text - Text from outside.
 * @returns Text with newline and tab as its only control characters.
 */
export function printable(text: string): string {
  return replaceUnsafe(text.replace(LINE_BREAKS, "\n"), () => REPLACEMENT);
}

/**
 * Makes text from outside safe to show within one line: as {@link printable}, and each run of white space is one space.
 *
 * @param text - Text from outside.
 * @returns Text without control characters or line breaks, and without white space at its ends.
 */
export function singleLine(text: string): string {
  return printable(text).replace(/\s+/gu, " ").trim();
}

/**
 * Measures how many columns of a terminal a text takes.
 *
 * Graphemes count as one column, East Asian wide characters and emoji as two, lone combining marks as none. Terminals
 * differ on the rest, so this is as near as a table can come.
 *
 * @param text - One line, made safe by {@link singleLine}.
 * @returns Columns, 0 or more.
 */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemesOf(text)) columns += graphemeWidth(segment);
  return columns;
}

/**
 * Cuts a text that is too wide, and says so with an ellipsis.
 *
 * @param text - One line, made safe by {@link singleLine}.
 * @param columns - How wide it may be, in columns of a terminal; 1 or more.
 * @returns The text, or its beginning with `…`; never wider than asked.
 */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of graphemesOf(text)) {
    used += graphemeWidth(segment);
    if (used > columns) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/**
 * Breaks a text into lines at its spaces; a word that is wider than a line is broken where the line ends.
 *
 * @param text - One line, made safe by {@link singleLine}.
 * @param columns - How wide a line may be, in columns of a terminal; 2 or more, `Infinity` for one line.
 * @returns At least one line; together they hold all of the text, apart from the spaces where it was broken.
 */
export function wrap(text: string, columns: number): readonly string[] {
  if (columns === Infinity || displayWidth(text) <= columns) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (displayWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const piece of breakWord(word, columns)) {
      if (line !== "") lines.push(line);
      line = piece;
    }
  }
  return [...lines, line];
}

/**
 * Writes a duration in seconds, for readers that know neither exponents nor a decimal comma.
 *
 * @param durationMs - Milliseconds, 0 or more.
 * @returns Seconds with up to six decimals, such as `0.0123`.
 */
export function decimalSeconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(6).replace(/\.?0+$/u, "");
}

function graphemeWidth(grapheme: string): number {
  if (ZERO_WIDTH.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

function* breakWord(word: string, columns: number): Generator<string> {
  let piece = "";
  let used = 0;
  for (const { segment } of graphemesOf(word)) {
    const width = graphemeWidth(segment);
    if (used + width > columns) {
      yield piece;
      piece = "";
      used = 0;
    }
    piece += segment;
    used += width;
  }
  yield piece;
}
