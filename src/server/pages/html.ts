/** A piece of a page: whatever was put into it is text there, and no markup. */
export class Html {
  readonly text: string;

  /**
   * Takes text for markup.
   *
   * @param text - Written by us alone.
   */
  constructor(text: string) {
    this.text = text;
  }
}

/** What can be put into a piece of a page. */
type Part = string | number | Html | readonly Html[];

/**
 * Writes a piece of a page; a tag of templates.
 *
 * @param strings - Markup.
 * @param parts - What is put in between: text is escaped, pieces stay what they are.
 * @returns The piece.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => `${text}${textOf(parts[index] ?? "")}`).join(""));
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return String(part).replaceAll(/[&<>"']/gu, (character) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Writes nothing unless something is so.
 *
 * @param isSo - Whether it is.
 * @param piece - Writes the piece.
 * @returns The piece, or nothing.
 */
export function when(isSo: boolean, piece: () => Html): Html {
  return isSo ? piece() : new Html("");
}
