/** What each family is about. All of them are gauges. */
const FAMILIES = {
  probe_dns_lookup_time_seconds: "How long the name of the target took to resolve.",
  probe_duration_seconds: "How long the whole probe took.",
  probe_failed_due_to_regex: "1 when a regular expression made the probe fail.",
  probe_http_content_length: "What Content-Length says; -1 when it says nothing.",
  probe_http_duration_seconds: "How long each phase took, all redirects together.",
  probe_http_last_modified_timestamp_seconds: "What Last-Modified says.",
  probe_http_redirects: "How many answers were redirects.",
  probe_http_ssl: "1 when the last answer came over TLS.",
  probe_http_status_code: "The status of the last answer; 0 without one.",
  probe_http_uncompressed_body_length: "How many bytes of body were read.",
  probe_http_version: "The version of HTTP of the last answer; 0 without one.",
  probe_icmp_duration_seconds: "How long each phase took.",
  probe_icmp_reply_hop_limit: "The hop limit, or time to live, of the reply.",
  probe_ip_addr_hash: "A number that changes with the address.",
  probe_ip_protocol: "4 or 6; 0 without an address.",
  probe_ssl_earliest_cert_expiry: "When the first certificate of the chain ends.",
  probe_ssl_last_chain_expiry_timestamp_seconds: "When the verified chain ends.",
  probe_ssl_last_chain_info: "The certificate of the target.",
  probe_success: "1 when the probe found all as it should be.",
  probe_tls_version_info: "The version of TLS that was agreed upon.",
} as const;

/** The name of a family. */
export type Family = keyof typeof FAMILIES;

/** What one probe measures. */
export class Gauges {
  readonly #samples = new Map<Family, Map<string, number>>();

  /**
   * Sets a sample.
   *
   * @param family - The name of its family.
   * @param value - Any number.
   * @param labels - Names and values.
   */
  set(family: Family, value: number, labels: Readonly<Record<string, string>> = {}): void {
    const samples = this.#samples.get(family) ?? new Map<string, number>();
    samples.set(shownLabels(labels), rounded(value));
    this.#samples.set(family, samples);
  }

  /**
   * Adds to a sample, which is 0 before.
   *
   * @param family - The name of its family.
   * @param value - What is added.
   * @param labels - Names and values.
   */
  add(family: Family, value: number, labels: Readonly<Record<string, string>>): void {
    const before = this.#samples.get(family)?.get(shownLabels(labels)) ?? 0;
    this.set(family, before + value, labels);
  }

  /**
   * Writes all samples down.
   *
   * @returns In the text format of Prometheus, by name.
   */
  text(): string {
    const families = [...this.#samples].sort(([one], [other]) => (one < other ? -1 : 1));
    return families
      .map(([family, samples]) => {
        const head = `# HELP ${family} ${FAMILIES[family]}\n# TYPE ${family} gauge\n`;
        const lines = Array.from(samples, ([labels, value]) => {
          return `${family}${labels} ${String(value)}\n`;
        });
        return head + lines.sort().join("");
      })
      .join("");
  }
}

// To the nanosecond: what lies below is noise of adding and dividing.
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toFixed(9));
}

function shownLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  const clean = value.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return clean.replaceAll("\n", "\\n");
}
