/** Sections of an ini file, each with its options by name in lower case. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Everything up to the last bracket, as Python has it. */
const SECTION = /^\[(.+)\]/u;
const DELIMITER = /[=:]/u;
const COMMENT_LINE = /^[#;]/u;
/** After white space only: `a;b` is a value. */
const INLINE_COMMENT = /\s[#;].*$/u;

/**
 * Reads an ini file as supervisord does, with Python's `configparser`: a line that is indented more than its option goes on
 * with its value, of several options of one name the last one counts, and what is not understood says nothing.
 *
 * @param text - The text of the file.
 * @returns Its sections.
 */
export function parseIni(text: string): Ini {
  const reader = new IniReader();
  for (const line of text.split(/\r\n|\r|\n/u)) reader.add(line);
  return reader.finish();
}

class IniReader {
  readonly #sections = new Map<string, Map<string, string>>();
  #section: Map<string, string> | null = null;
  #option: { readonly name: string; readonly indent: number; readonly lines: string[] } | null =
    null;

  add(line: string): void {
    const value = line.trim();
    if (value === "" || COMMENT_LINE.test(value)) return;
    const bare = line.replace(INLINE_COMMENT, "").trim();
    const indent = line.length - line.trimStart().length;
    if (this.#option !== null && indent > this.#option.indent) this.#option.lines.push(bare);
    else this.#begin(bare, indent);
  }

  finish(): Ini {
    this.#endOption();
    return this.#sections;
  }

  #begin(line: string, indent: number): void {
    this.#endOption();
    const header = SECTION.exec(line)?.[1];
    if (header !== undefined) {
      this.#section = this.#sections.get(header) ?? new Map<string, string>();
      this.#sections.set(header, this.#section);
      return;
    }
    const at = line.search(DELIMITER);
    if (at <= 0) return;
    const name = line.slice(0, at).trim().toLowerCase();
    this.#option = { name, indent, lines: [line.slice(at + 1).trim()] };
  }

  #endOption(): void {
    if (this.#option !== null) {
      this.#section?.set(this.#option.name, this.#option.lines.join("\n").trim());
    }
    this.#option = null;
  }
}
