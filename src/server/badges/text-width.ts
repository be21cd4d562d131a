/** How wide characters of Verdana are, in thousandths of its size. */
const WIDTHS: ReadonlyMap<string, number> = new Map([
  ...wide(274, "il"),
  ...wide(269, "'"),
  ...wide(344, "j"),
  ...wide(352, "f "),
  ...wide(364, ".,"),
  ...wide(394, "t!"),
  ...wide(421, "I"),
  ...wide(427, "r"),
  ...wide(454, "-()[]:;/"),
  ...wide(455, "J"),
  ...wide(521, "cs"),
  ...wide(525, "z"),
  ...wide(557, "L"),
  ...wide(575, "F"),
  ...wide(592, "kvxy"),
  ...wide(596, "e"),
  ...wide(601, "a"),
  ...wide(603, "P"),
  ...wide(607, "o"),
  ...wide(616, "TY"),
  ...wide(623, "bdgpq"),
  ...wide(633, "hnuE"),
  ...wide(636, "0123456789_$"),
  ...wide(686, "ABKSRVXZ"),
  ...wide(698, "C"),
  ...wide(732, "U"),
  ...wide(751, "HN"),
  ...wide(775, "DGOQ"),
  ...wide(818, "w+<>=#~"),
  ...wide(843, "M"),
  ...wide(973, "m"),
  ...wide(989, "W"),
  ...wide(1_076, "%"),
]);

/** As wide as a square: Chinese, Japanese, Korean, pictures. */
const SQUARE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;
/** What stands above or within another character. */
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
const OTHER = 690;
const SIZE = 11;

/**
 * Estimates how wide a text is in Verdana of 11 pixels.
 *
 * @param text - On one line.
 * @returns Whole pixels, 1 at the least.
 */
export function textWidth(text: string): number {
  let thousandths = 0;
  for (const character of text) thousandths += widthOf(character);
  return Math.max(1, Math.round((thousandths * SIZE) / 1_000));
}

function widthOf(character: string): number {
  const known = WIDTHS.get(character);
  if (known !== undefined) return known;
  if (WITHOUT_WIDTH.test(character)) return 0;
  return SQUARE.test(character) ? 1_000 : OTHER;
}

function wide(width: number, characters: string): readonly (readonly [string, number])[] {
  return Array.from(characters, (character) => [character, width] as const);
}
