import { verify, type KeyObject } from "node:crypto";
import { extensionsOf, sequenceOfExtensions, type Certificate } from "./certificate.ts";
import { DerError, partsOf, Parts, readElement, TAG, type Element } from "./der.ts";
import { integerHex, oidText, timeMs } from "./values.ts";

/** Which certificates of an authority are not to be believed any more. */
export interface RevocationList {
  /** The encoded name of the authority, as hexadecimal digits. */
  readonly issuerHex: string;
  /** Of the authority: another of the same name has another list. */
  readonly issuerKey: KeyObject;
  /** When it is to be replaced, in milliseconds since 1970-01-01 UTC: nothing is known after that. Null for never. */
  readonly nextUpdate: number | null;
  readonly serials: ReadonlySet<string>;
  /** As PEM. */
  readonly pem: string;
}

/** A list of revoked certificates cannot be used: why. */
export class RevocationListError extends Error {
  override readonly name: string = "RevocationListError";
}

/** What lists are signed with: nothing that is broken today. Null where the key itself says how. */
const DIGESTS: Readonly<Record<string, string | null>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
  "1.3.101.112": null,
  "1.3.101.113": null,
};

/**
 * Reads a file of lists of revoked certificates.
 *
 * @param file - One list or several as PEM, or one as DER.
 * @param authorities - Whose lists they may be.
 * @returns At least one list.
 * @throws {@link RevocationListError} When one cannot be read, or is not signed by one of the authorities.
 */
export function readRevocationLists(
  file: Buffer,
  authorities: readonly Certificate[],
): RevocationList[] {
  const lists = encodedLists(file);
  if (lists.length === 0) throw new RevocationListError("it holds no list of revoked certificates");
  return lists.map((der) => {
    try {
      return readRevocationList(der, authorities);
    } catch (error) {
      if (error instanceof DerError)
        throw new RevocationListError(`it cannot be read: ${error.message}`);
      throw error;
    }
  });
}

function encodedLists(file: Buffer): Buffer[] {
  if (file[0] === TAG.sequence) return [file];
  const blocks = file
    .toString("latin1")
    .matchAll(/-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/gu);
  return [...blocks].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
}

function readRevocationList(der: Buffer, authorities: readonly Certificate[]): RevocationList {
  const outer = new Parts(readElement(der), TAG.sequence);
  const signed = outer.take(TAG.sequence);
  const algorithm = outer.take(TAG.sequence);
  const signature = outer.take(TAG.bitString).content;
  outer.end();
  const { issuerHex, nextUpdate, serials } = readSigned(signed, algorithm);
  const issuerKey = signerOf({ issuerHex, signed, algorithm, signature }, authorities);
  const base64 = der.toString("base64").replace(/.{64}/gu, "$&\n").trimEnd();
  const pem = `-----BEGIN X509 CRL-----\n${base64}\n-----END X509 CRL-----\n`;
  return { issuerHex, issuerKey, nextUpdate, serials, pem };
}

function readSigned(
  signed: Element,
  algorithm: Element,
): Pick<RevocationList, "issuerHex" | "nextUpdate" | "serials"> {
  const parts = new Parts(signed, TAG.sequence);
  parts.maybe(TAG.integer);
  const inner = parts.take(TAG.sequence);
  if (!same(inner, algorithm)) throw new DerError("it names two ways of signing");
  const issuerHex = Buffer.from(parts.take(TAG.sequence).whole).toString("hex");
  timeMs(parts.take(TAG.utcTime, TAG.generalizedTime));
  const next = parts.maybe(TAG.utcTime, TAG.generalizedTime);
  const revoked = parts.maybe(TAG.sequence);
  const extensions = parts.maybe(0xa0);
  parts.end();
  if (extensions !== null) refuseCritical(extensionsOf(extensions));
  return {
    issuerHex,
    nextUpdate: next === null ? null : timeMs(next),
    serials: new Set(revoked === null ? [] : partsOf(revoked).map((entry) => serialOf(entry))),
  };
}

function serialOf(entry: Element): string {
  const parts = new Parts(entry, TAG.sequence);
  const serial = integerHex(parts.take(TAG.integer));
  // When does not matter, and reading it would take most of the time.
  parts.take(TAG.utcTime, TAG.generalizedTime);
  const extensions = parts.maybe(TAG.sequence);
  parts.end();
  if (extensions !== null) refuseCritical(sequenceOfExtensions(extensions));
  return serial;
}

// A list of only some certificates, of changes, or of several authorities would be read wrongly.
function refuseCritical(
  extensions: readonly { readonly oid: string; readonly isCritical: boolean }[],
): void {
  const critical = extensions.find(({ isCritical }) => isCritical);
  if (critical === undefined) return;
  throw new RevocationListError(
    `only whole lists of one authority are read: it has the critical extension ${critical.oid}`,
  );
}

function signerOf(
  list: {
    readonly issuerHex: string;
    readonly signed: Element;
    readonly algorithm: Element;
    readonly signature: Uint8Array;
  },
  authorities: readonly Certificate[],
): KeyObject {
  const { issuerHex, signed, algorithm, signature } = list;
  const oid = oidText(new Parts(algorithm, TAG.sequence).take(TAG.oid));
  const digest = DIGESTS[oid];
  if (digest === undefined)
    throw new RevocationListError(`it is signed with ${oid}, which is not read`);
  const named = authorities.filter(({ subjectHex }) => subjectHex === issuerHex);
  if (named.length === 0) {
    throw new RevocationListError(
      "it is of an authority whose certificate is not among those of the CA",
    );
  }
  const signer = named.find(({ x509 }) =>
    isSigned(signed.whole, { digest, key: x509.publicKey, signature }),
  );
  if (signer === undefined)
    throw new RevocationListError("its signature is not that of its authority");
  return signer.x509.publicKey;
}

function isSigned(
  data: Uint8Array,
  {
    digest,
    key,
    signature,
  }: {
    readonly digest: string | null;
    readonly key: KeyObject;
    readonly signature: Uint8Array;
  },
): boolean {
  // A string of bits begins with how many bits of its last byte are not used.
  if (signature[0] !== 0) return false;
  try {
    return verify(digest, data, key, signature.subarray(1));
  } catch {
    return false;
  }
}

function same(one: Element, other: Element): boolean {
  return Buffer.compare(one.whole, other.whole) === 0;
}
