import type { TLSSocket } from "node:tls";
import type { Role } from "../../api/route.ts";
import type { Refusal } from "../refusal.ts";
import { refuseOtherSites } from "./cross-site.ts";
import { unknown, type Connection, type Now, type OnUnknown } from "./judgement.ts";
import { plainAddress } from "./networks.ts";
import { readCertificate, type Certificate } from "./x509/certificate.ts";
import { judgeChain } from "./x509/judge-chain.ts";

/** Who has a certificate. */
export interface Holder {
  readonly who: string;
  /** Null for one that is in no rule. */
  readonly role: Role | null;
  /** Milliseconds since 1970-01-01 UTC: then it has to be judged anew. */
  readonly until: number;
}

/**
 * Judges a certificate: its authority, its time, whether it is revoked, and what its holder may do.
 *
 * @param certificate - It.
 * @param now - By what; where no authorities are named, somebody else has judged who signed it.
 * @returns Its holder, or why it is not believed.
 */
export function judgeCertificate(certificate: Certificate, now: Now): Holder | string {
  const { authorities, rules, time } = now;
  const judgement = judgeChain(certificate, authorities, time);
  if (judgement.type === "invalid") return judgement.reason;
  return { who: certificate.who, role: rules.roleOf(certificate), until: judgement.until };
}

/**
 * Judges a connection by the certificate that was shown when it was made.
 *
 * @param socket - The connection.
 * @param now - By what.
 * @param onUnknown - Told why somebody is not known.
 * @returns How its requests are judged.
 */
export function connectionByCertificate(
  socket: TLSSocket,
  now: Now,
  onUnknown: OnUnknown,
): Connection {
  const from = plainAddress(socket.remoteAddress);
  const holder = holderOf(socket, now);
  if (typeof holder === "string") onUnknown({ from, reason: holder });
  if (typeof holder === "string" || holder === null) return refusing(unknown(true));
  const { who, role, until } = holder;
  const caller = { who, role, from };
  return {
    until,
    hasRole: role !== null,
    judge: (request) =>
      refuseOtherSites(request, { isProxied: false, mayNavigate: true }) ?? caller,
  };
}

/** What was shown when connections were made: it is judged again, and read once. */
const SHOWN = new WeakMap<TLSSocket, Certificate>();

// Null for who shows nothing: that needs no explanation.
function holderOf(socket: TLSSocket, now: Now): Holder | string | null {
  const x509 = socket.getPeerX509Certificate();
  if (x509 === undefined) return null;
  // What the handshake found: also the purpose, and the strength of what was signed with. Nothing of others is read.
  if (!socket.authorized)
    return `its certificate was refused: ${String(socket.authorizationError)}`;
  try {
    const certificate = SHOWN.get(socket) ?? readCertificate(x509);
    SHOWN.set(socket, certificate);
    const holder = judgeCertificate(certificate, now);
    return typeof holder === "string" ? `its certificate is refused: ${holder}` : holder;
  } catch (error) {
    return `its certificate cannot be read: ${String(error)}`;
  }
}

function refusing(refusal: Refusal): Connection {
  return { until: Infinity, hasRole: false, judge: () => refusal };
}
