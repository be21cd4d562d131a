import type { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { checkServerIdentity, ConnectionOptions, SecureContext, TLSSocket } from "node:tls";
import { TransportError } from "../../model/errors.ts";
import { chainOf, namesOf } from "./certificate-info.ts";
import type { Security } from "./open-socket.ts";

/** Files in PEM, each null for none. */
export interface TrustFiles {
  /** Of authorities: all that is trusted then; what Node trusts by default. */
  readonly ca: string | null;
  /** Our own certificate. */
  readonly cert: string | null;
  /** The key of our own certificate. */
  readonly key: string | null;
}

/** How a probe speaks TLS, and who hears of it. */
export interface ProbeSecurityOptions {
  readonly files: TrustFiles;
  /** True to go on whatever the certificate is. */
  readonly skipsVerification: boolean;
  /** True to offer HTTP/1.1, false to offer no protocol. */
  readonly isHttp: boolean;
  /** The name to ask for instead of that of the host; null for that. */
  readonly serverName: () => string | null;
  readonly onSecured: (seen: SeenTls) => void;
}

/** What a handshake showed. */
export interface SeenTls {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** When the first certificate of the chain ends, in milliseconds since 1970-01-01 UTC; null without one. */
  readonly expiresAt: number | null;
  /** True when the chain was verified. */
  readonly isVerified: boolean;
  /** The server's own certificate; null when it showed none. */
  readonly leaf: SeenCertificate | null;
}

/** The certificate of a server, in the words of RFC 2253. */
export interface SeenCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Names of hosts, without addresses. */
  readonly names: readonly string[];
  /** SHA-256, in lower-case hexadecimal. */
  readonly fingerprint: string;
}

const CONTEXTS_LIMIT = 32;
const LIMIT_BYTES = 1024 * 1024;

/** Makes what probes speak TLS with. A context is kept for as long as its files hold the same. */
export class ProbeTrust {
  readonly #contexts = new Map<string, SecureContext>();

  /**
   * Prepares TLS for one probe.
   *
   * @param options - What is trusted, and who hears of a handshake.
   * @returns What to open sockets with.
   * @throws {@link TransportError} When a file cannot be read or used, which is our own fault.
   */
  async security(options: ProbeSecurityOptions): Promise<Security> {
    const tls = await import("node:tls");
    const secureContext = await this.#context(options.files);
    return {
      secureContext,
      connect: (given) => {
        const socket = tls.connect({ ...given, ...changes(options, tls.checkServerIdentity) });
        // Before all others hear of it, so that what was seen is known by then.
        socket.once("secureConnect", () => {
          options.onSecured(seenOn(socket, options.skipsVerification));
        });
        return socket;
      },
    };
  }

  /**
   * Loads beforehand what TLS needs, so that no probe is blamed for it. What goes wrong is told by whoever needs it.
   *
   * @param files - What will be used.
   */
  async prepare(files: TrustFiles): Promise<void> {
    await this.#context(files).catch(() => undefined);
  }

  async #context(files: TrustFiles): Promise<SecureContext> {
    const { createSecureContext } = await import("node:tls");
    const ca = await readPem(files.ca);
    const cert = await readPem(files.cert);
    const key = await readPem(files.key);
    const id = JSON.stringify([ca, cert, key]);
    const known = this.#contexts.get(id);
    if (known !== undefined) return known;
    try {
      const context = createSecureContext({
        ...(ca === null ? {} : { ca }),
        ...(cert === null ? {} : { cert }),
        ...(key === null ? {} : { key }),
      });
      if (this.#contexts.size >= CONTEXTS_LIMIT) this.#contexts.clear();
      this.#contexts.set(id, context);
      return context;
    } catch (cause) {
      const reason = "the files of certificates and keys cannot be used";
      throw new TransportError(reason, { blame: "ourselves", cause });
    }
  }
}

async function readPem(path: string | null): Promise<string | null> {
  if (path === null) return null;
  try {
    const text = await readFile(path, "utf8");
    if (text.length <= LIMIT_BYTES) return text;
  } catch (cause) {
    throw new TransportError(`${path} cannot be read`, { blame: "ourselves", cause });
  }
  throw new TransportError(`${path} is too large`, { blame: "ourselves" });
}

function changes(
  options: ProbeSecurityOptions,
  check: typeof checkServerIdentity,
): ConnectionOptions {
  const name = options.serverName();
  return {
    rejectUnauthorized: !options.skipsVerification,
    ...(options.isHttp ? {} : { ALPNProtocols: [] }),
    ...(name === null ? {} : nameOptions(name, check)),
  };
}

// An address is never sent as a name, yet the certificate has to be for it. Whom we connect to stays as it is.
function nameOptions(name: string, check: typeof checkServerIdentity): ConnectionOptions {
  return {
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_, certificate) => check(name, certificate),
  };
}

function seenOn(socket: TLSSocket, skipsVerification: boolean): SeenTls {
  const ends = chainOf(socket.getPeerCertificate(true)).map(({ validTo }) => validTo);
  const certificate = socket.getPeerX509Certificate();
  return {
    protocol: socket.getProtocol() ?? "unknown",
    expiresAt: ends.length === 0 ? null : Math.min(...ends),
    isVerified: socket.authorized && !skipsVerification,
    leaf: certificate === undefined ? null : seenCertificate(certificate),
  };
}

function seenCertificate(certificate: X509Certificate): SeenCertificate {
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    names: namesOf(certificate.subjectAltName ?? "").filter((name) => isIP(name) === 0),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

// Node has one field on each line, the widest first.
function distinguishedName(lines: string | undefined): string {
  return (lines ?? "").split("\n").toReversed().join(",");
}
