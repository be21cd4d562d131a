import { attributeName } from "./attribute-types.ts";
import { partsOf, Parts, TAG, type Element } from "./der.ts";
import { oidText, textOf } from "./values.ts";

/** One attribute of a name: what it is of, and its text. */
export interface Attribute {
  readonly oid: string;
  /** What is no text is told by its bytes: `#` and hexadecimal digits, which no text is equal to. */
  readonly value: string;
  readonly isText: boolean;
}

/** A name: its parts from the outermost to the innermost, each of one attribute or several. */
export type DistinguishedName = readonly (readonly Attribute[])[];

/**
 * Reads the name of a certificate's subject or issuer.
 *
 * @param element - The name.
 * @returns It, in the order of the certificate.
 * @throws {@link DerError} When it is none.
 */
export function readName(element: Element): DistinguishedName {
  return partsOf(element, TAG.sequence).map((part) =>
    partsOf(part, TAG.set).map((attribute) => readAttribute(attribute)),
  );
}

function readAttribute(element: Element): Attribute {
  const parts = new Parts(element, TAG.sequence);
  const oid = oidText(parts.take(TAG.oid));
  const value = parts.take();
  parts.end();
  const text = textOf(value);
  if (text !== null) return { oid, value: text, isText: true };
  return { oid, value: `#${Buffer.from(value.whole).toString("hex")}`, isText: false };
}

/**
 * Writes a name as RFC 4514 does: the innermost part first, and whatever could be mistaken escaped.
 *
 * @param name - The name.
 * @returns Its text, on one line: `CN=alice,OU=ops,O=Example`.
 */
export function nameText(name: DistinguishedName): string {
  return name
    .toReversed()
    .map((part) => part.map((attribute) => attributeText(attribute)).join("+"))
    .join(",");
}

function attributeText({ oid, value, isText }: Attribute): string {
  return `${attributeName(oid)}=${isText ? escaped(value) : value}`;
}

function escaped(value: string): string {
  return value
    .replace(/[,+"\\<>;=]/gu, String.raw`\$&`)
    .replace(/^[ #]|(?<=.) $/gsu, String.raw`\$&`)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
      Buffer.from(character)
        .toString("hex")
        .toUpperCase()
        .replace(/../gu, String.raw`\$&`),
    );
}
