import type { IncomingMessage } from "node:http";
import type { Caller } from "../caller.ts";
import { Refusal } from "../refusal.ts";
import type { AccessRules } from "./access-rules.ts";
import type { Authorities } from "./x509/judge-chain.ts";

/** By what requests are judged at this moment. */
export interface Now {
  readonly rules: AccessRules;
  /** Null where no certificates are believed. */
  readonly authorities: Authorities | null;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
}

/** Why somebody is not known, for the log alone. */
export type OnUnknown = (told: { readonly from: string; readonly reason: string }) => void;

/** How the requests of one connection are judged, as long as nothing changes. */
export interface Connection {
  /** Milliseconds since 1970-01-01 UTC: then it has to be judged anew. */
  readonly until: number;
  /** False where whoever is at the other end may nothing: it is ended, once that was otherwise. */
  readonly hasRole: boolean;
  readonly judge: (request: IncomingMessage) => Caller | Refusal;
}

/** Says nothing of why: that stands in the log. */
const DETAIL = "A valid certificate of a client is needed.";

// There is no registered scheme for certificates; RFC 9110 wants one to be named.
const CHALLENGE = { "www-authenticate": 'ClientCertificate realm="clockwork"' };

/**
 * Refuses somebody who is not known.
 *
 * @param isClosing - True when another try needs another connection.
 * @returns The refusal.
 */
export function unknown(isClosing = false): Refusal {
  const headers = isClosing ? { ...CHALLENGE, connection: "close" } : CHALLENGE;
  return new Refusal(401, "certificate-needed", DETAIL, { headers });
}
