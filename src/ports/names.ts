/** Types of DNS records that can be asked for. */
export type RecordType =
  "A" | "AAAA" | "CNAME" | "MX" | "NS" | "TXT" | "SRV" | "PTR" | "CAA" | "SOA";

/** Questions to name servers, past our own cache and hosts file. */
export interface Names {
  /**
   * Asks for the records of a name.
   *
   * @param name - A whole domain name; no search list applies.
   * @param options - Which records, and which server to ask: an address with an optional port; the system's by default.
   * @returns The records as text: an address; `10 mail.example.com` for MX; `1 2 443 host` for SRV; joined strings for TXT;
   *   empty when the name has none of them, null when the server says that there is no such name.
   * @throws {@link TransportError} When the server gives no answer, or refuses.
   */
  readonly records: (
    name: string,
    options: {
      readonly type: RecordType;
      readonly server: string | null;
      readonly signal: AbortSignal;
    },
  ) => Promise<readonly string[] | null>;
}
