import type { Certificate } from "./certificate.ts";
import type { RevocationList } from "./revocation-list.ts";

/** Whose certificates are believed, and which of them are not any more. */
export interface Authorities {
  readonly certificates: readonly Certificate[];
  /** Null where nobody keeps such lists: then nothing is revoked. */
  readonly lists: readonly RevocationList[] | null;
}

/** What became of judging a certificate: until when it holds, or why it does not. */
export type ChainJudgement =
  | { readonly type: "valid"; readonly until: number }
  | { readonly type: "invalid"; readonly reason: string };

/** More than any authority puts between itself and its certificates. */
const LIMIT_LENGTH = 8;

interface Way {
  readonly authorities: Authorities;
  readonly now: number;
  /** How many certificates were judged before this one. */
  readonly length: number;
}

/**
 * Judges a certificate at a moment: signed by an authority, itself or over others, each of them in its time and not revoked.
 *
 * @param certificate - It.
 * @param authorities - Who is believed: those between it and its root are among them. Null where somebody else has judged who
 *   signed it.
 * @param now - Milliseconds since 1970-01-01 UTC.
 * @returns Until when that holds, or why not.
 */
export function judgeChain(
  certificate: Certificate,
  authorities: Authorities | null,
  now: number,
): ChainJudgement {
  if (authorities !== null) return judgeFrom(certificate, { authorities, now, length: 0 });
  const time = judgeTime(certificate, now);
  return time === null ? { type: "valid", until: certificate.notAfter } : invalid(time);
}

// Every way up is tried: a root may be there twice, with the same key and another time.
function judgeFrom(certificate: Certificate, way: Way): ChainJudgement {
  const { authorities, now, length } = way;
  if (length > LIMIT_LENGTH) return invalid("there are too many others between it and its root");
  const time = judgeTime(certificate, now);
  if (time !== null) return invalid(time);
  let judgement = invalid("it is not signed by a known authority");
  for (const issuer of issuersOf(certificate, authorities.certificates)) {
    judgement = judgeUnder(certificate, issuer, way);
    if (judgement.type === "valid") return judgement;
  }
  return judgement;
}

function judgeUnder(certificate: Certificate, issuer: Certificate, way: Way): ChainJudgement {
  const { authorities, now, length } = way;
  const listed = judgeLists(certificate, issuer, { lists: authorities.lists, now });
  if (typeof listed === "string") return invalid(listed);
  const until = Math.min(certificate.notAfter, listed);
  // Only who signs its own certificate ends a chain, as in a handshake.
  if (issuer.fingerprint === certificate.fingerprint) {
    return length > 0 ? { type: "valid", until } : invalid("it is an authority itself");
  }
  const above = judgeFrom(issuer, { authorities, now, length: length + 1 });
  return above.type === "valid" ? { type: "valid", until: Math.min(until, above.until) } : above;
}

function judgeTime({ notBefore, notAfter }: Certificate, now: number): string | null {
  if (now < notBefore) return "it is not valid yet";
  return now > notAfter ? "it has expired" : null;
}

function issuersOf(
  certificate: Certificate,
  authorities: readonly Certificate[],
): readonly Certificate[] {
  return authorities.filter(
    (one) =>
      one.subjectHex === certificate.issuerHex && one.x509.ca && isSignedBy(certificate, one),
  );
}

/** Who has signed a certificate, by fingerprints: that never changes, and takes longer than everything else. */
const SIGNED = new WeakMap<Certificate, Map<string, boolean>>();

function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  const known = SIGNED.get(certificate) ?? new Map<string, boolean>();
  SIGNED.set(certificate, known);
  let isSigned = known.get(issuer.fingerprint);
  if (isSigned === undefined) {
    const { x509 } = certificate;
    isSigned = x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey);
    known.set(issuer.fingerprint, isSigned);
  }
  return isSigned;
}

// Until when nothing is revoked, or what is wrong. As in a handshake, every authority has to have its list where there are any.
function judgeLists(
  { serialHex }: Certificate,
  issuer: Certificate,
  { lists, now }: { readonly lists: readonly RevocationList[] | null; readonly now: number },
): string | number {
  if (lists === null) return Infinity;
  const own = lists.filter(
    ({ issuerHex, issuerKey }) =>
      issuerHex === issuer.subjectHex && issuerKey.equals(issuer.x509.publicKey),
  );
  if (own.some(({ serials }) => serials.has(serialHex))) return "it is revoked";
  const until = Math.max(...own.map(({ nextUpdate }) => nextUpdate ?? Infinity));
  if (own.length === 0) return "its authority has no list of revoked certificates";
  return until < now ? "the list of revoked certificates is out of date" : until;
}

function invalid(reason: string): ChainJudgement {
  return { type: "invalid", reason };
}
