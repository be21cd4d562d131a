import type { Role } from "../../api/route.ts";

/**
 * Who has a role: whoever's certificate meets every condition of the rule. Where several rules are met, the highest role counts.
 * Only a rule for `reader` may have no condition; it is met by every valid certificate.
 */
export interface RoleRule {
  readonly role: Role;
  /** The whole subject, as RFC 4514 writes it: `CN=alice,OU=ops,O=Example`; also in the order of the certificate. */
  readonly subject?: string | undefined;
  /** One of the organisational units of the subject, whole. */
  readonly organizationalUnit?: string | undefined;
  /** One of the alternative names: `dns:`, `email:`, `uri:` or `ip:`, and the whole name. */
  readonly san?: string | undefined;
  /** The SHA-256 fingerprint of the certificate: 64 hexadecimal digits, with or without colons. */
  readonly fingerprint?: string | undefined;
}

/** Who may ask a server. It may become another while the server runs. */
export interface AccessSettings {
  readonly roles: readonly RoleRule[];
  /** Addresses and networks whose word about certificates and addresses is taken: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. */
  readonly trustedProxies: readonly string[];
  /** Names that this server is asked by without TLS, besides those of the loopback. */
  readonly hosts: readonly string[];
  /** What other users of this machine may do without TLS, where they can be told from who runs this. */
  readonly otherUsers: "none" | "reader";
  /** True where it was said explicitly to listen to other machines without certificates. */
  readonly insecure: boolean;
}

/** Nobody but who runs this, on this machine. */
export const DEFAULT_ACCESS: AccessSettings = {
  roles: [],
  trustedProxies: [],
  hosts: [],
  otherUsers: "none",
  insecure: false,
};

/** The files of a server's certificates; null for those that are not used. */
export interface TlsFiles {
  /** The certificate of the server, with its intermediates; null for plain HTTP. */
  readonly cert: string | null;
  readonly key: string | null;
  /** Whose certificates are believed. */
  readonly ca: string | null;
  /** Which of them are not any more. */
  readonly crl: string | null;
}
