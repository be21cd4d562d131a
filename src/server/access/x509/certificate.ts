import { X509Certificate } from "node:crypto";
import { canonicalAddress } from "../../../model/ip-address.ts";
import { readElement, partsOf, Parts, TAG, DerError, type Element } from "./der.ts";
import { nameText, readName, type DistinguishedName } from "./distinguished-name.ts";
import { asciiText, integerHex, oidText, timeMs } from "./values.ts";

/** A certificate, as those who judge it need it. */
export interface Certificate {
  readonly x509: X509Certificate;
  readonly subject: DistinguishedName;
  /** The encoded names, as hexadecimal digits: who issued it, and whom. */
  readonly issuerHex: string;
  readonly subjectHex: string;
  /** Hexadecimal digits, without zeros before them. */
  readonly serialHex: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** `dns:`, `email:`, `uri:` and `ip:` names, as {@link alternativeName} writes them. */
  readonly alternativeNames: readonly string[];
  /** SHA-256, as 64 hexadecimal digits in lower case. */
  readonly fingerprint: string;
  /** How it is told in logs: its subject, or its fingerprint where it has none. */
  readonly who: string;
}

/** A name that is longer is cut where it is told. */
const LIMIT_WHO_CHARACTERS = 500;

const ALTERNATIVE_NAMES = "2.5.29.17";

/** What the kinds of alternative names are tagged with. */
const KINDS = new Map([
  [0x81, "email"],
  [0x82, "dns"],
  [0x86, "uri"],
]);

/**
 * Reads a certificate.
 *
 * @param x509 - As Node has it.
 * @returns It.
 * @throws {@link DerError} When it is not encoded as it should be.
 */
export function readCertificate(x509: X509Certificate): Certificate {
  const outer = new Parts(readElement(x509.raw), TAG.sequence);
  const inner = new Parts(outer.take(TAG.sequence), TAG.sequence);
  inner.maybe(0xa0);
  const serialHex = integerHex(inner.take(TAG.integer));
  inner.take(TAG.sequence);
  const issuer = inner.take(TAG.sequence);
  const validity = new Parts(inner.take(TAG.sequence), TAG.sequence);
  const subjectElement = inner.take(TAG.sequence);
  inner.take(TAG.sequence);
  inner.maybe(0x81, 0xa1);
  inner.maybe(0x82, 0xa2);
  const extensions = inner.maybe(0xa3);
  inner.end();
  const subject = readName(subjectElement);
  const fingerprint = x509.fingerprint256.replaceAll(":", "").toLowerCase();
  return {
    x509,
    subject,
    issuerHex: hex(issuer),
    subjectHex: hex(subjectElement),
    serialHex,
    notBefore: timeMs(validity.take()),
    notAfter: timeMs(validity.take()),
    alternativeNames: extensions === null ? [] : alternativeNamesOf(extensions),
    fingerprint,
    who: whoOf(subject, fingerprint),
  };
}

/**
 * Reads certificates from PEM.
 *
 * @param pem - Of one certificate or several.
 * @returns They.
 * @throws {@link DerError} When one is not encoded as it should be.
 * @throws {@link Error} When one cannot be read at all.
 */
export function readCertificates(pem: string): Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
  return blocks.map((block) => readCertificate(new X509Certificate(block)));
}

/**
 * Writes an alternative name in the one way that can be compared.
 *
 * @param text - `dns:a.example`, `email:a@b.example`, `uri:spiffe://a/b`, `ip:10.0.0.7`.
 * @returns It; null when it is none of them.
 */
export function alternativeName(text: string): string | null {
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(colon, 0)).toLowerCase();
  const name = text.slice(colon + 1).trim();
  if (name === "") return null;
  switch (kind) {
    case "dns":
      return `dns:${name.toLowerCase()}`;
    case "email":
    case "uri":
      return `${kind}:${name}`;
    case "ip": {
      const address = canonicalAddress(name);
      return address === null ? null : `ip:${address}`;
    }
    default:
      return null;
  }
}

function alternativeNamesOf(extensions: Element): string[] {
  const names: string[] = [];
  for (const { oid, value } of extensionsOf(extensions)) {
    if (oid !== ALTERNATIVE_NAMES) continue;
    for (const general of partsOf(readElement(value, TAG.sequence))) {
      const name = generalName(general);
      if (name !== null) names.push(name);
    }
  }
  return names;
}

/** One extension of a certificate or of a list of revoked ones. */
interface Extension {
  readonly oid: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

/**
 * Reads extensions.
 *
 * @param wrapped - The sequence of them in its explicit tag.
 * @returns They, each once.
 * @throws {@link DerError} When they are none, or one stands twice.
 */
export function extensionsOf(wrapped: Element): Extension[] {
  return sequenceOfExtensions(readElement(wrapped.content, TAG.sequence));
}

/**
 * Reads a plain sequence of extensions.
 *
 * @param sequence - It.
 * @returns They, each once.
 * @throws {@link DerError} When they are none, or one stands twice.
 */
export function sequenceOfExtensions(sequence: Element): Extension[] {
  const found = partsOf(sequence, TAG.sequence).map((element) => {
    const parts = new Parts(element, TAG.sequence);
    const oid = oidText(parts.take(TAG.oid));
    const isCritical = (parts.maybe(TAG.boolean)?.content[0] ?? 0) !== 0;
    const value = parts.take(TAG.octetString).content;
    parts.end();
    return { oid, isCritical, value };
  });
  if (new Set(found.map(({ oid }) => oid)).size < found.length) {
    throw new DerError("an extension stands twice");
  }
  return found;
}

function generalName({ tag, content }: Element): string | null {
  if (tag === 0x87) return addressName(content);
  const kind = KINDS.get(tag);
  if (kind === undefined) return null;
  const text = asciiText(content);
  if (text === null) return null;
  // Nothing is cut off: a name with white space around it is another name.
  return text.trim() === text ? alternativeName(`${kind}:${text}`) : null;
}

function addressName(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return `ip:${bytes.join(".")}`;
  if (bytes.length !== 16) return null;
  const groups = Buffer.from(bytes).toString("hex").match(/..../gu) ?? [];
  return alternativeName(`ip:${groups.join(":")}`);
}

function whoOf(subject: DistinguishedName, fingerprint: string): string {
  const text = nameText(subject);
  return text === "" ? `SHA256:${fingerprint}` : text.slice(0, LIMIT_WHO_CHARACTERS);
}

function hex({ whole }: Element): string {
  return Buffer.from(whole).toString("hex");
}
