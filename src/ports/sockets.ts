/** Where to connect to. */
export interface Endpoint {
  /** A name, or an IPv4 or IPv6 literal. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** One certificate of a chain. */
export interface CertificateInfo {
  /** Common name, or the whole subject where it has none. */
  readonly subject: string;
  /** Common name or organisation of who signed it. */
  readonly issuer: string;
  /** The whole name of who signed it, such as `C=US, O=Let's Encrypt, CN=R3`. */
  readonly issuerName: string;
  /** Names and addresses it is for, such as `example.com`, `*.example.com`, `127.0.0.1`. */
  readonly names: readonly string[];
  /** In milliseconds since 1970-01-01 UTC. */
  readonly validFrom: number;
  /** In milliseconds since 1970-01-01 UTC. */
  readonly validTo: number;
  /** SHA-256, in lower-case hexadecimal. */
  readonly fingerprint: string;
}

/** What a TLS server shows of itself. */
export interface TlsObservation {
  /** As sent, the server's own first; at most 10. */
  readonly chain: readonly CertificateInfo[];
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** Why the chain is not trusted, in words; null when it is. What it says about the name is in `nameProblem`. */
  readonly trustProblem: string | null;
  /** Why the certificate is not for the name that was asked for; null when it is. */
  readonly nameProblem: string | null;
}

/** Connections below the level of HTTP. All of them reject with {@link TransportError} when the target does not answer. */
export interface Sockets {
  /**
   * Opens a TCP connection and closes it.
   *
   * @throws {@link TransportError} When it cannot be opened.
   */
  readonly connect: (to: Endpoint, signal: AbortSignal) => Promise<void>;
  /**
   * Sends a datagram.
   *
   * @returns `answered` when anything came back, `silent` when nothing did by the end of the wait, which is all that UDP
   *   tells.
   * @throws {@link TransportError} When the target says that nobody listens.
   */
  readonly datagram: (
    to: Endpoint,
    options: {
      readonly payload: Uint8Array;
      readonly waitMs: number;
      readonly signal: AbortSignal;
    },
  ) => Promise<"answered" | "silent">;
  /**
   * Opens a TCP connection, sends text and reads until somebody is satisfied, the other side ends or the limit is reached.
   *
   * @returns What was read, as Latin-1, so that each byte is one character, and why reading ended.
   * @throws {@link TransportError} When the connection fails.
   */
  readonly converse: (
    to: Endpoint,
    options: {
      readonly send: string;
      readonly isSatisfied: (received: string) => boolean;
      readonly limitBytes: number;
      /** Reading ends after this long, in milliseconds, satisfied or not. */
      readonly waitMs: number;
      readonly signal: AbortSignal;
    },
  ) => Promise<{
    readonly received: string;
    readonly end: "satisfied" | "closed" | "limit" | "waited";
  }>;
  /**
   * Speaks TLS with a server as far as its certificate, trusted or not.
   *
   * @throws {@link TransportError} When no handshake comes about.
   */
  readonly tls: (
    to: Endpoint,
    options: {
      readonly serverName: string;
      /** Certificates to trust besides those that Node trusts, in PEM. */
      readonly trusted?: string;
      readonly signal: AbortSignal;
    },
  ) => Promise<TlsObservation>;
}
