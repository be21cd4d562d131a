import { JsonSyntaxError, syntaxHint, unexpectedAt } from "./json-syntax.ts";

/** A place in a text. */
export interface Position {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
}

/** A value in a JSON text, and where it begins. */
export type JsonNode = JsonScalar | JsonList | JsonObject;

/** A JSON value without parts. */
export interface JsonScalar {
  readonly kind: "scalar";
  /** Where it begins, in UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly value: string | number | boolean | null;
}

/** A JSON list. */
export interface JsonList {
  readonly kind: "list";
  readonly offset: number;
  readonly items: readonly JsonNode[];
}

/** A JSON object, with each of its keys as often as it stands there. */
export interface JsonObject {
  readonly kind: "object";
  readonly offset: number;
  readonly members: readonly JsonMember[];
}

/** A key of a JSON object, and its value. */
export interface JsonMember {
  readonly key: string;
  /** Where the key begins. */
  readonly offset: number;
  readonly value: JsonNode;
}

/** Bounds the recursion. */
const LIMIT_DEPTH = 100;

const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON into values that know where everything stands, and that keep repeated keys; `JSON.parse` does neither.
 *
 * It accepts what `JSON.parse` accepts, up to 100 levels deep, and takes time in proportion to the text. The items of a list
 * are handed over one by one: a large file need not be held in memory twice.
 *
 * @param text - The text, without a byte order mark.
 * @param onItem - Takes each item of the list, counted from 0; what it made of them counts only when all went well.
 * @returns The value when it is no list; null when it is one, once all of its items were handed over.
 * @throws {@link JsonSyntaxError} When the text is not JSON, or nested too deep.
 */
export function parseJson(
  text: string,
  onItem: (item: JsonNode, index: number) => void,
): JsonScalar | JsonObject | null {
  return new Parser(text).document(onItem);
}

/**
 * Makes a function that turns offsets into lines and columns. Lines end with LF, CRLF or CR.
 *
 * @param text - The text; it is looked through when the first position is asked for.
 * @returns Finds the position of an offset, in UTF-16 units from the start of the text.
 */
export function positionsIn(text: string): (offset: number) => Position {
  let starts: readonly number[] | null = null;
  return (offset) => {
    starts ??= lineStarts(text);
    let line = 0;
    for (let after = starts.length; after - line > 1;) {
      const middle = (line + after) >>> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else after = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LINE_FEED || (unit === CARRIAGE_RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) {
      starts.push(at + 1);
    }
  }
  return starts;
}

class Parser {
  readonly #text: string;
  /** Where each list and object begins that is not closed yet. */
  readonly #open: number[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(onItem: (item: JsonNode, index: number) => void): JsonScalar | JsonObject | null {
    this.#skipSpace();
    let root: JsonScalar | JsonObject | null = null;
    if (this.#text[this.#at] === "[") {
      let index = 0;
      this.#sequence("]", () => {
        onItem(this.#value(), index);
        index += 1;
      });
    } else {
      root = this.#noList();
    }
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected("the end of the file");
    return root;
  }

  #value(): JsonNode {
    this.#skipSpace();
    if (this.#text[this.#at] !== "[") return this.#noList();
    const offset = this.#at;
    const items: JsonNode[] = [];
    this.#sequence("]", () => {
      items.push(this.#value());
    });
    return { kind: "list", offset, items };
  }

  #noList(): JsonScalar | JsonObject {
    const offset = this.#at;
    switch (this.#text.charAt(offset)) {
      case "{":
        return { kind: "object", offset, members: this.#members() };
      case '"':
        return { kind: "scalar", offset, value: this.#string() };
      default:
        return { kind: "scalar", offset, value: this.#scalar() };
    }
  }

  #members(): readonly JsonMember[] {
    const members: JsonMember[] = [];
    this.#sequence("}", () => {
      const offset = this.#at;
      if (this.#text[offset] !== '"') throw this.#unexpected("a key in double quotes");
      const key = this.#string();
      this.#skipSpace();
      if (this.#text[this.#at] !== ":") throw this.#unexpected('":"');
      this.#at += 1;
      members.push({ key, offset, value: this.#value() });
    });
    return members;
  }

  // Reads what stands between two brackets, separated by commas.
  #sequence(close: string, readItem: () => void): void {
    this.#enter();
    if (this.#text[this.#at] !== close) {
      readItem();
      this.#skipSpace();
      while (this.#text[this.#at] !== close) {
        this.#comma(close);
        readItem();
        this.#skipSpace();
      }
    }
    this.#open.pop();
    this.#at += 1;
  }

  #enter(): void {
    if (this.#open.length === LIMIT_DEPTH) {
      const message = `lists and objects must be nested at most ${String(LIMIT_DEPTH)} deep`;
      throw new JsonSyntaxError(this.#at, `${message}: got one more`, null);
    }
    this.#open.push(this.#at);
    this.#at += 1;
    this.#skipSpace();
  }

  #comma(close: string): void {
    const comma = this.#at;
    if (this.#text[comma] !== ",") throw this.#unexpected(`"," or "${close}"`);
    this.#at += 1;
    this.#skipSpace();
    if (this.#text[this.#at] !== close) return;
    const message = `a comma must be followed by one more item: got "${close}"`;
    throw new JsonSyntaxError(comma, message, "remove this comma");
  }

  #string(): string {
    const start = this.#at;
    let hasEscape = false;
    for (let at = start + 1; ; at += 1) {
      const unit = this.#text.charCodeAt(at);
      if (unit === QUOTE) {
        this.#at = at + 1;
        return hasEscape
          ? decoded(this.#text.slice(start, at + 1))
          : this.#text.slice(start + 1, at);
      }
      if (unit === BACKSLASH) {
        hasEscape = true;
        at += this.#escapeLength(at) - 1;
      } else if (!(unit >= SPACE)) {
        throw this.#brokenString(start, at);
      }
    }
  }

  #escapeLength(at: number): number {
    ESCAPE.lastIndex = at;
    if (ESCAPE.test(this.#text)) return ESCAPE.lastIndex - at;
    const message = `a backslash must begin an escape such as \\n: got ${unexpectedAt(this.#text, at + 1)}`;
    throw new JsonSyntaxError(at, message, "write a backslash itself as \\\\");
  }

  // A control character, or the end of the text (whose unit is NaN), stands inside of a string.
  #brokenString(start: number, at: number): JsonSyntaxError {
    const got = unexpectedAt(this.#text, at);
    const unit = this.#text[at];
    if (unit === undefined || unit === "\n" || unit === "\r") {
      const message = `a string must end on the line on which it begins: got ${got}`;
      return new JsonSyntaxError(start, message, "close it with a double quote");
    }
    const hint = `write it as ${JSON.stringify(unit).slice(1, -1)}`;
    return new JsonSyntaxError(at, `a string must not hold control characters: got ${got}`, hint);
  }

  #scalar(): string | number | boolean | null {
    SCALAR.lastIndex = this.#at;
    const word = SCALAR.exec(this.#text)?.[0];
    if (word === undefined) throw this.#unexpected("a value");
    this.#at += word.length;
    return LITERALS.has(word) ? (LITERALS.get(word) ?? null) : Number(word);
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #unexpected(expected: string): JsonSyntaxError {
    const message = `${expected} is needed: got ${unexpectedAt(this.#text, this.#at)}`;
    const opened = this.#open.at(-1);
    if (this.#at < this.#text.length || opened === undefined) {
      return new JsonSyntaxError(this.#at, message, syntaxHint(this.#text, this.#at, expected));
    }
    const { line } = positionsIn(this.#text)(opened);
    const bracket = this.#text[opened] ?? "";
    const hint = `the "${bracket}" on line ${String(line)} is not closed; the file may be cut off`;
    return new JsonSyntaxError(this.#at, message, hint);
  }
}

function isSpace(unit: number): boolean {
  return unit === SPACE || unit === LINE_FEED || unit === CARRIAGE_RETURN || unit === TAB;
}

function decoded(literal: string): string {
  const value: unknown = JSON.parse(literal);
  return String(value);
}
