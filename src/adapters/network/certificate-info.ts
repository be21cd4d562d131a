import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { DetailedPeerCertificate, PeerCertificate } from "node:tls";
import { singleLine } from "../../model/text.ts";
import type { CertificateInfo } from "../../ports/sockets.ts";

const CHAIN_LIMIT = 10;
const NAMES_LIMIT = 1_000;
/** No field of a name is meant to be longer than some 200 characters; whoever signs by himself may write anything. */
const TEXT_LIMIT_CHARACTERS = 500;

/** One entry, such as `DNS:a.example`; where a value holds what could mislead, Node writes it as JSON would. */
const ENTRY = /([^:,"]+):(?:("(?:[^"\\]|\\.)*")|([^,"]*))(?:, |$)/uy;

/**
 * Tells what the certificates of a chain say.
 *
 * @param peer - What `getPeerCertificate(true)` gave.
 * @returns The server's own first, then whoever signed the one before; at most 10, none twice; empty when there is none.
 */
export function chainOf(peer: DetailedPeerCertificate | null): readonly CertificateInfo[] {
  const chain = new Map<string, CertificateInfo>();
  let next: DetailedPeerCertificate | undefined = peer ?? undefined;
  while (next !== undefined && isCertificate(next) && chain.size < CHAIN_LIMIT) {
    // The last one of a chain is its own issuer.
    if (chain.has(next.fingerprint256)) break;
    chain.set(next.fingerprint256, certificateInfo(next));
    next = next.issuerCertificate;
  }
  return [...chain.values()];
}

/**
 * Tells what one certificate says.
 *
 * @param certificate - As Node gives it.
 * @returns The same as plain data.
 */
export function certificateInfo(certificate: PeerCertificate): CertificateInfo {
  const parsed = new X509Certificate(certificate.raw);
  const commonName = lastOf(certificate.subject.CN);
  const names = namesOf(parsed.subjectAltName ?? "");
  return {
    subject: commonName ?? nameOf(parsed.subject),
    issuer: lastOf(certificate.issuer.CN) ?? lastOf(certificate.issuer.O) ?? nameOf(parsed.issuer),
    issuerName: nameOf(parsed.issuer),
    // Without any name of its own kind, the common name counts, as it does for Node.
    names: names.length === 0 && commonName !== null ? [commonName] : names,
    validFrom: parsed.validFromDate.getTime(),
    validTo: parsed.validToDate.getTime(),
    fingerprint: parsed.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

/**
 * Reads which names and addresses a certificate is for.
 *
 * @param altNames - As Node writes them: `DNS:a.example, IP Address:127.0.0.1, DNS:"b\u002cc"`.
 * @returns Names of hosts and addresses, in that order, IPv6 ones in their short form; at most 1,000. What stands behind a
 *   malformed entry is left out.
 */
export function namesOf(altNames: string): readonly string[] {
  const names: string[] = [];
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < altNames.length && names.length < NAMES_LIMIT) {
    const [, type, quoted, plain = ""] = ENTRY.exec(altNames) ?? [];
    if (type === undefined) break;
    const value = quoted === undefined ? plain : unquoted(quoted);
    const name = type === "DNS" ? shownText(value) : type === "IP Address" ? addressOf(value) : "";
    if (name !== "") names.push(name);
  }
  return names;
}

// A server that shows no certificate has Node give an object with nothing in it.
function isCertificate(certificate: Partial<PeerCertificate>): boolean {
  return certificate.raw !== undefined;
}

// Types say that each field stands once; there may be several, the last being the narrowest, or none.
function lastOf(value: unknown): string | null {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === "string" ? shownText(last) : null;
}

// Each line is one field, from the widest to the narrowest, with commas escaped.
function nameOf(lines: string | undefined): string {
  return shownText((lines ?? "").split("\n").join(", "));
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return "";
  }
}

function addressOf(text: string): string {
  if (isIP(text) !== 6) return isIP(text) === 4 ? text : "";
  return URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) ?? text;
}

function shownText(text: string): string {
  return singleLine(text.slice(0, TEXT_LIMIT_CHARACTERS));
}
