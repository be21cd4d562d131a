import { isIPv4 } from "node:net";
import { getSystemErrorMessage } from "node:util";
import { TransportError, type Blame } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";

interface Meaning {
  readonly says: string;
  readonly blame?: Blame;
  readonly isExhaustion?: boolean;
}

const OURS = { blame: "ourselves" } as const;
const EXHAUSTED = { blame: "ourselves", isExhaustion: true } as const;

/** What the codes of operating system, TLS and Node mean for the person who reads the report. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["ECONNREFUSED", { says: "connection refused" }],
  ["ECONNRESET", { says: "connection reset by the other side" }],
  ["EPIPE", { says: "connection closed by the other side while the request was sent" }],
  ["ECONNABORTED", { says: "connection aborted" }],
  ["ETIMEDOUT", { says: "no answer to the connection attempt" }],
  ["EHOSTUNREACH", { says: "host unreachable" }],
  ["EHOSTDOWN", { says: "host down" }],
  ["ENETUNREACH", { says: "network unreachable" }],
  ["ENETDOWN", { says: "the network of this machine is down", ...OURS }],
  ["EACCES", { says: "this machine does not permit the connection", ...OURS }],
  ["EPERM", { says: "this machine does not permit the connection", ...OURS }],
  ["EMFILE", { says: "this process has too many files open", ...EXHAUSTED }],
  ["ENFILE", { says: "this machine has too many files open", ...EXHAUSTED }],
  ["EADDRNOTAVAIL", { says: "this machine has no address to reach that one from", ...OURS }],
  ["EAFNOSUPPORT", { says: "this machine does not speak that version of IP", ...OURS }],
  ["EADDRINUSE", { says: "this machine has no free local port", ...EXHAUSTED }],
  ["ENOBUFS", { says: "this machine is out of network buffers", ...EXHAUSTED }],
  ["ENOMEM", { says: "this machine is out of memory", ...EXHAUSTED }],
  ["CERT_HAS_EXPIRED", { says: "TLS certificate has expired" }],
  ["CERT_NOT_YET_VALID", { says: "TLS certificate is not valid yet" }],
  ["CERT_REVOKED", { says: "TLS certificate has been revoked" }],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", { says: "TLS certificate is self-signed" }],
  [
    "SELF_SIGNED_CERT_IN_CHAIN",
    { says: "TLS certificate chain ends in an untrusted self-signed one" },
  ],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    { says: "TLS certificate is from an unknown issuer, or its chain is incomplete" },
  ],
  ["UNABLE_TO_GET_ISSUER_CERT", { says: "TLS certificate is from an unknown issuer" }],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", { says: "TLS certificate is from an unknown issuer" }],
  ["CERT_SIGNATURE_FAILURE", { says: "TLS certificate has a wrong signature" }],
  [
    "ERR_SSL_WRONG_VERSION_NUMBER",
    { says: "TLS handshake failed: the other side does not speak TLS" },
  ],
  [
    "ERR_SSL_PACKET_LENGTH_TOO_LONG",
    { says: "TLS handshake failed: the other side does not speak TLS" },
  ],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", { says: "TLS handshake failed: no common protocol version" }],
  [
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    { says: "TLS handshake failed: no common protocol version" },
  ],
  [
    "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
    { says: "TLS handshake failed: the other side does not speak HTTP/1.1" },
  ],
  [
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    { says: "TLS handshake failed: the other side wants a client certificate" },
  ],
]);

/**
 * What `EADDRNOTAVAIL` means for an IPv4 address: a machine without a way there says `ENETUNREACH`, so this is about ports.
 * For an IPv6 address it also means that this machine has IPv6 switched off (`::1` in many containers), which no waiting mends
 * and which must not slow down all other checks; so that is never taken for exhaustion, at the price that IPv6 ports which do
 * run out are told at once instead of being waited for.
 */
const NO_PORT: Meaning = { says: "this machine has no free local port", ...EXHAUSTED };

/** Hints for certificates whose issuer this machine does not trust. */
const TRUST_HINT = "trust its issuer with NODE_EXTRA_CA_CERTS=FILE, or NODE_USE_SYSTEM_CA=1";
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO/u;

/**
 * Turns what Node threw while connecting or reading into a reason that a person understands.
 *
 * @param error - What Node threw.
 * @param peer - Whom we talked to, such as `127.0.0.1:8080`.
 * @returns The reason, with the code of the system at its end, and whose failure it is.
 */
export function describeFailure(error: unknown, peer: string): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof AggregateError) return describeSeveral(error, peer);
  const code = codeOf(error);
  const meaning = meaningOf(error, code);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return new TransportError(`${wrongName(error)} (${peer}, ${code})`, { cause: error });
  }
  if (meaning === undefined) {
    return new TransportError(
      `${unknown(error, code)} (${peer}${code === "" ? "" : `, ${code}`})`,
      {
        cause: error,
      },
    );
  }
  const hint = UNTRUSTED.test(code) ? `; ${TRUST_HINT}` : "";
  const { says, ...whose } = meaning;
  return new TransportError(`${says}${hint} (${peer}, ${code})`, { ...whose, cause: error });
}

/**
 * Says in words why a certificate, or its chain, is not trusted.
 *
 * @param code - What OpenSSL says, such as `CERT_HAS_EXPIRED`.
 * @returns The words, with the code at their end.
 */
export function describeDistrust(code: string): string {
  const says = MEANINGS.get(code)?.says ?? `TLS certificate is not trusted: ${inWords(code)}`;
  return `${says} (${code})`;
}

function meaningOf(error: unknown, code: string): Meaning | undefined {
  const address = property(error, "address");
  const isPort = code === "EADDRNOTAVAIL" && typeof address === "string" && isIPv4(address);
  // To connect to 0.0.0.0 is what some systems refuse with the same code.
  return isPort && address !== "0.0.0.0" ? NO_PORT : MEANINGS.get(code);
}

// All addresses of a name failed. One that our own means did not suffice for may be the one that works; otherwise the
// target's own failures say more than ours.
function describeSeveral(error: AggregateError, peer: string): TransportError {
  const failures = error.errors.map((each: unknown) => describeFailure(each, peerOf(each, peer)));
  const exhausted = failures.filter(({ isExhaustion }) => isExhaustion);
  const theirs = failures.filter(({ blame }) => blame === "target");
  const told = [exhausted, theirs, failures].find(({ length }) => length > 0) ?? [];
  const [first] = told;
  if (first === undefined)
    return new TransportError(`connection failed (${peer})`, { cause: error });
  if (told.length === 1) return first;
  const reason = [...new Set(told.map(({ message }) => message))].join("; ");
  return new TransportError(reason, {
    blame: first.blame,
    isExhaustion: first.isExhaustion,
    cause: error,
  });
}

function unknown(error: unknown, code: string): string {
  if (code.startsWith("ERR_SSL_")) {
    return `TLS handshake failed: ${inWords(code.replace(/^ERR_SSL_/u, ""))}`;
  }
  const errno = property(error, "errno");
  if (typeof errno === "number" && Number.isSafeInteger(errno) && errno < 0) {
    return getSystemErrorMessage(errno);
  }
  const message = error instanceof Error ? singleLine(error.message) : "";
  return message === "" ? "connection failed" : message;
}

function inWords(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}

/**
 * Says that a certificate is for other names: the names it holds are what a person needs to see, and Node keeps it beside the
 * message.
 *
 * @param error - What Node's `tls.checkServerIdentity` gave.
 * @returns The words, without a code.
 */
export function wrongName(error: unknown): string {
  const host = property(error, "host");
  const cert = property(error, "cert");
  const names = property(cert, "subjectaltname") ?? property(property(cert, "subject"), "CN");
  const held = typeof names === "string" ? `: ${singleLine(names).slice(0, 300)}` : "";
  const wanted = typeof host === "string" ? `, not for ${host}` : "";
  return `TLS certificate is for another name${held}${wanted}`;
}

function codeOf(error: unknown): string {
  const code = property(error, "code");
  return typeof code === "string" ? code : "";
}

function peerOf(error: unknown, otherwise: string): string {
  const address = property(error, "address");
  const port = property(error, "port");
  if (typeof address !== "string" || typeof port !== "number") return otherwise;
  return address.includes(":") ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
