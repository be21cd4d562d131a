import { attributeOid } from "./attribute-types.ts";
import type { Attribute, DistinguishedName } from "./distinguished-name.ts";

/** Longer than any name that somebody writes down. */
const LIMIT_CHARACTERS = 4_096;

const ESCAPED = /^[ "#+,;<=>\\]$/u;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A name that somebody wrote cannot be read: why. */
export class NameError extends Error {
  override readonly name: string = "NameError";
}

/**
 * Reads a name as RFC 4514 writes it: `CN=alice+UID=7,OU=ops,O=Example\, Inc.`. White space around parts does not count.
 *
 * @param text - The name.
 * @returns Its parts, in the order in which they are written.
 * @throws {@link NameError} When it is none.
 */
export function parseName(text: string): DistinguishedName {
  if (text.length > LIMIT_CHARACTERS)
    throw new NameError("a subject has 4096 characters at the most");
  return piecesOf(text, ",").map((part) =>
    piecesOf(part, "+").map((attribute) => parseAttribute(attribute)),
  );
}

// Cuts where a separator is not escaped; the escapes stay.
function piecesOf(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === separator) {
      pieces.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

function parseAttribute(text: string): Attribute {
  const equals = text.indexOf("=");
  if (equals < 0) throw new NameError("a part of a subject is a type, = and a value: CN=alice");
  const type = text.slice(0, equals).trim();
  const oid = attributeOid(type);
  if (oid === null) throw new NameError(`there is no type of attribute ${JSON.stringify(type)}`);
  return { oid, value: parseValue(trimmed(text.slice(equals + 1))), isText: true };
}

// White space around a value does not count, but for an escaped space at its end.
function trimmed(text: string): string {
  const start = text.trimStart();
  const end = start.trimEnd();
  const backslashes = /\\*$/u.exec(end)?.[0].length ?? 0;
  return backslashes % 2 === 1 ? start.slice(0, end.length + 1) : end;
}

function parseValue(text: string): string {
  if (text === "") throw new NameError("a value of a subject is empty");
  if (text.startsWith("#"))
    throw new NameError(String.raw`a value in hexadecimal is not read; a # itself is written \#`);
  const bytes: Buffer[] = [];
  for (let index = 0; index < text.length;) {
    const { value, length } = characterAt(text, index);
    bytes.push(value);
    index += length;
  }
  try {
    return UTF8.decode(Buffer.concat(bytes));
  } catch {
    throw new NameError("the bytes of a value are no UTF-8");
  }
}

// One character, plain or escaped, as the bytes of UTF-8 that a pair of digits is one of.
function characterAt(
  text: string,
  index: number,
): { readonly value: Buffer; readonly length: number } {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  if (character !== "\\") {
    if (/^["<>;]$/u.test(character))
      throw new NameError(`${character} has to be written \\${character}`);
    if (!character.isWellFormed()) throw new NameError("a value holds half a character");
    return { value: Buffer.from(character), length: character.length };
  }
  const next = text.slice(index + 1, index + 2);
  if (ESCAPED.test(next)) return { value: Buffer.from(next), length: 2 };
  const pair = text.slice(index + 1, index + 3);
  if (/^[\da-f]{2}$/iu.test(pair)) return { value: Buffer.from(pair, "hex"), length: 3 };
  throw new NameError(String.raw`after \ comes what it escapes, or two hexadecimal digits`);
}
