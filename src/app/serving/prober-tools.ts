import type { ProbeTrust, SeenTls, TrustFiles } from "../../adapters/network/probe-security.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Commands } from "../../ports/commands.ts";
import type { Resolver } from "../../ports/resolver.ts";
import type { ProbeTls } from "./probe-module.ts";
import type { Gauges } from "./prober-metrics.ts";
import type { PatternSearch } from "./prober-pattern.ts";

/** What all probes share. */
export interface ProbeTools {
  readonly clock: Clock;
  readonly resolver: Resolver;
  readonly trust: ProbeTrust;
  readonly search: PatternSearch;
  readonly commands: () => Promise<Commands>;
}

/** The same, to be disposed. */
export type OpenTools = ProbeTools & AsyncDisposable;

/** What one probe works with. */
export interface Probing {
  readonly gauges: Gauges;
  readonly signal: AbortSignal;
  /** Notes what happens, for people. */
  readonly note: (text: string) => void;
  /** The name to use instead of the target's own; null for that. */
  readonly hostname: string | null;
}

/** What Go calls no time at all, which is what blackbox_exporter gives for a chain that nobody verified. */
const NO_TIME_SECONDS = -62_135_596_800;
const MS = 1_000;

/**
 * Notes what a handshake showed.
 *
 * @param gauges - Where to.
 * @param seen - What it showed.
 */
export function noteTls(gauges: Gauges, { protocol, expiresAt, isVerified, leaf }: SeenTls): void {
  if (expiresAt !== null) {
    const seconds = Math.floor(expiresAt / MS);
    gauges.set("probe_ssl_earliest_cert_expiry", seconds);
    gauges.set(
      "probe_ssl_last_chain_expiry_timestamp_seconds",
      isVerified ? seconds : NO_TIME_SECONDS,
    );
  }
  gauges.set("probe_tls_version_info", 1, { version: protocol.replace(/^TLSv/u, "TLS ") });
  if (leaf === null) return;
  gauges.set("probe_ssl_last_chain_info", 1, {
    fingerprint_sha256: leaf.fingerprint,
    issuer: leaf.issuer,
    subject: leaf.subject,
    subjectalternative: leaf.names.join(","),
  });
}

/**
 * Tells which files TLS needs.
 *
 * @param tls - Of a module.
 * @returns Their paths.
 */
export function trustFiles({ caFile, certFile, keyFile }: ProbeTls): TrustFiles {
  return { ca: caFile, cert: certFile, key: keyFile };
}
