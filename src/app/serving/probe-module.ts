import type { Pattern } from "../../model/pattern-option.ts";

/** Which addresses a probe goes to, and whether the other kind will do. */
export interface ProbeAddressing {
  readonly family: 4 | 6;
  readonly mayFallBack: boolean;
}

/** How a probe speaks TLS. */
export interface ProbeTls {
  readonly skipsVerification: boolean;
  /** A file of authorities in PEM: all that is trusted; null for what Node trusts. */
  readonly caFile: string | null;
  /** A file with our own certificate, in PEM; null for none. */
  readonly certFile: string | null;
  /** A file with the key of our own certificate, in PEM; null for none. */
  readonly keyFile: string | null;
  /** The name that the certificate must be for; null for that of the target. */
  readonly serverName: string | null;
}

/** An expression over one header of an answer. */
export interface HeaderPattern {
  readonly header: string;
  readonly pattern: Pattern;
  readonly mayBeMissing: boolean;
}

/** What is asked over HTTP, and what of the answer makes a probe fail. */
export interface HttpProbe {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Empty for any from 200 to 299. */
  readonly validStatuses: readonly number[];
  /** Such as `1.1`, empty for any. */
  readonly validVersions: readonly string[];
  readonly followsRedirects: boolean;
  readonly failsIfTls: boolean;
  readonly failsIfNotTls: boolean;
  readonly failsIfBodyMatches: readonly Pattern[];
  readonly failsIfBodyMatchesNot: readonly Pattern[];
  readonly failsIfHeaderMatches: readonly HeaderPattern[];
  readonly failsIfHeaderMatchesNot: readonly HeaderPattern[];
}

/** One step of a conversation over TCP: what must come, then what is sent. */
export interface TcpStep {
  readonly expect: Pattern | null;
  /** Holds `${1}` where a group of what came belongs. */
  readonly send: string | null;
}

interface Common {
  readonly name: string;
  /** Null for as long as the scrape lasts. */
  readonly timeoutMs: number | null;
  readonly addressing: ProbeAddressing;
}

/** How a target is probed. */
export type ProbeModule =
  | (Common & { readonly prober: "http"; readonly http: HttpProbe; readonly tls: ProbeTls })
  | (Common & {
      readonly prober: "tcp";
      readonly steps: readonly TcpStep[];
      readonly speaksTls: boolean;
      readonly tls: ProbeTls;
    })
  | (Common & { readonly prober: "icmp" });

/** Modules by their names. */
export type ProbeModules = ReadonlyMap<string, ProbeModule>;
