import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type * as NodeTls from "node:tls";
import type { DetailedPeerCertificate, SecureContext, TLSSocket } from "node:tls";
import { TransportError } from "../../model/errors.ts";
import type { TlsObservation } from "../../ports/sockets.ts";
import { chainOf } from "./certificate-info.ts";
import type { Opened } from "./endpoint.ts";
import { describeDistrust, wrongName } from "./failure.ts";
import type { Security } from "./open-socket.ts";

/** What is used of Node's module, which is loaded late. */
type Tls = Pick<
  typeof NodeTls,
  "TLSSocket" | "checkServerIdentity" | "connect" | "createSecureContext" | "getCACertificates"
>;

/** A set of trusted certificates takes 40 ms to load, and each check comes with the same ones. */
const CONTEXTS_LIMIT = 8;

/** Looks at servers' certificates, and refuses none. */
export class TlsObserver {
  readonly #tls: Tls;
  readonly #contexts = new Map<string | null, SecureContext>();

  private constructor(tls: Tls) {
    this.#tls = tls;
  }

  /**
   * Loads what TLS needs, which takes 10 ms.
   *
   * @returns An observer that has looked at nothing yet.
   */
  static async load(): Promise<TlsObserver> {
    return new TlsObserver(await import("node:tls"));
  }

  /**
   * Tells how to speak TLS with whomever.
   *
   * @param trusted - Certificates in PEM that are trusted besides the usual ones; null for none.
   * @returns What to open a socket with.
   * @throws {@link TransportError} When these are no certificates, which is our own fault.
   */
  security(trusted: string | null): Security {
    const secureContext = this.#contexts.get(trusted) ?? this.#newContext(trusted);
    return {
      secureContext,
      // No protocol is asked for: whatever the server speaks over TLS, it has a certificate. The name is looked at afterwards,
      // because Node does so only when the chain is trusted.
      connect: (options) =>
        this.#tls.connect({
          ...options,
          ALPNProtocols: [],
          rejectUnauthorized: false,
          checkServerIdentity: () => undefined,
        }),
    };
  }

  /**
   * Looks at the certificate that came with a handshake.
   *
   * @param opened - A socket that was opened with {@link security}; it stays open.
   * @param serverName - The name that the certificate should be for.
   * @returns What the server showed.
   * @throws {@link TransportError} When it showed no certificate.
   */
  observe({ socket, peer }: Opened, serverName: string): TlsObservation {
    const certificate = this.#isSecure(socket) ? socket.getPeerCertificate(true) : null;
    const chain = chainOf(certificate);
    if (certificate === null || !this.#isSecure(socket) || chain.length === 0) {
      throw new TransportError(`the other side showed no certificate (${peer})`);
    }
    return {
      chain,
      protocol: socket.getProtocol() ?? "unknown",
      trustProblem: trustProblemOf(socket),
      nameProblem: this.#nameProblemOf(certificate, serverName),
    };
  }

  #isSecure(socket: Opened["socket"]): socket is TLSSocket {
    return socket instanceof this.#tls.TLSSocket;
  }

  #nameProblemOf(certificate: DetailedPeerCertificate, serverName: string): string | null {
    try {
      const error = this.#tls.checkServerIdentity(serverName, certificate);
      return error === undefined ? null : wrongName(error);
    } catch (error) {
      return `TLS certificate holds malformed names (${String(error)})`;
    }
  }

  #newContext(trusted: string | null): SecureContext {
    const { createSecureContext, getCACertificates } = this.#tls;
    if (trusted !== null) checkPem(trusted);
    const context = createSecureContext(
      trusted === null ? {} : { ca: [...getCACertificates("default"), trusted] },
    );
    if (this.#contexts.size >= CONTEXTS_LIMIT) this.#contexts.clear();
    this.#contexts.set(trusted, context);
    return context;
  }
}

/**
 * Makes a name as it is looked for in a certificate.
 *
 * @param serverName - A name or an address, with or without brackets around it or a dot at its end.
 * @returns The same without them.
 */
export function bareName(serverName: string): string {
  const bare = serverName.replace(/^\[|\]$/gu, "");
  return isIP(bare) === 0 ? bare.replace(/\.$/u, "") : bare;
}

// Types say that it is an error, but it is the code of one.
function trustProblemOf({ authorized, authorizationError }: TLSSocket): string | null {
  if (authorized) return null;
  const code: unknown = authorizationError;
  return describeDistrust(code instanceof Error ? code.message : String(code));
}

// Node passes over what is no certificate.
function checkPem(text: string): void {
  try {
    new X509Certificate(text);
  } catch (cause) {
    const reason = "what should be trusted is no certificate in PEM";
    throw new TransportError(reason, { blame: "ourselves", cause });
  }
}
