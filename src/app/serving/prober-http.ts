import { HttpTransport } from "../../adapters/network/http-transport.ts";
import type { SeenTls } from "../../adapters/network/probe-security.ts";
import { BODY_LIMIT_BYTES, followRedirects } from "../../engine/redirects.ts";
import { packageVersion } from "../version.ts";
import type { Transport, TransportRequest, TransportResponse } from "../../ports/transport.ts";
import type { ProbeModule } from "./probe-module.ts";
import { noteAddress, ProbeResolver } from "./prober-address.ts";
import { complaintAbout } from "./prober-http-answer.ts";
import type { Gauges } from "./prober-metrics.ts";
import { noteTls, trustFiles, type ProbeTools, type Probing } from "./prober-tools.ts";

type HttpModule = Extract<ProbeModule, { readonly prober: "http" }>;

const PHASES = ["resolve", "connect", "tls", "processing", "transfer"] as const;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Answers that never have a body. */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);
const MS = 1_000;

/**
 * Probes a URL.
 *
 * @param module - How.
 * @param target - The URL.
 * @param probing - Signal, gauges, notes.
 * @param tools - What all probes share.
 * @returns True when all is as it should be.
 * @throws {@link TransportError} When no answer came.
 * @throws The signal's reason.
 */
export async function probeHttp(
  module: HttpModule,
  target: string,
  probing: Probing,
  tools: ProbeTools,
): Promise<boolean> {
  const { gauges, signal, note } = probing;
  const url = new URL(target);
  begin(gauges);
  const resolver = new ProbeResolver(tools.resolver, module.addressing);
  const startedMs = tools.clock.elapsedMs();
  try {
    const address = await resolver.begin(url.hostname, signal);
    noteAddress(gauges, address);
    note(`${url.hostname} is at ${address.address}`);
  } finally {
    const seconds = (tools.clock.elapsedMs() - startedMs) / MS;
    gauges.set("probe_dns_lookup_time_seconds", seconds);
    gauges.add("probe_http_duration_seconds", seconds, { phase: "resolve" });
  }
  for (const phase of PHASES) gauges.add("probe_http_duration_seconds", 0, { phase });
  await using exchanges = new Exchanges(module, { probing, tools, resolver });
  try {
    await followRedirects(exchanges, requestOf(module, url, probing), module.http.followsRedirects);
  } finally {
    exchanges.tell();
  }
  const { last, seenTls } = exchanges;
  if (last === null) return false;
  const complaint = complaintAbout(last, seenTls !== null, { http: module.http, ...tools });
  if (complaint === null) return true;
  note(complaint.says);
  if (complaint.isOfRegex) gauges.set("probe_failed_due_to_regex", 1);
  return false;
}

function begin(gauges: Gauges): void {
  noteAddress(gauges, null);
  gauges.set("probe_failed_due_to_regex", 0);
  gauges.set("probe_http_content_length", 0);
  gauges.set("probe_http_redirects", 0);
  gauges.set("probe_http_ssl", 0);
  gauges.set("probe_http_status_code", 0);
  gauges.set("probe_http_uncompressed_body_length", 0);
  gauges.set("probe_http_version", 0);
}

function requestOf(
  { http }: HttpModule,
  url: URL,
  { signal, hostname }: Probing,
): TransportRequest {
  const hasHost = Object.keys(http.headers).some((name) => name.toLowerCase() === "host");
  const host = hostname === null || hasHost ? {} : { Host: hostname };
  return {
    url,
    signal,
    maxBodyBytes: BODY_LIMIT_BYTES,
    method: http.method,
    headers: { ...http.headers, ...host },
    keepBody: http.failsIfBodyMatches.length + http.failsIfBodyMatchesNot.length > 0,
    ...(http.body === null ? {} : { body: http.body }),
  };
}

interface ExchangesOptions {
  readonly probing: Probing;
  readonly tools: ProbeTools;
  readonly resolver: ProbeResolver;
}

/** The exchanges of one probe, and what is to be told of them. */
class Exchanges implements Transport {
  /** The last answer; null while one is waited for. */
  last: TransportResponse | null = null;
  /** Of the last exchange. */
  seenTls: SeenTls | null = null;
  readonly #probing: Probing;
  readonly #tools: ProbeTools;
  readonly #transport: HttpTransport;
  #count = 0;
  #redirects = 0;

  constructor(module: HttpModule, { probing, tools, resolver }: ExchangesOptions) {
    this.#probing = probing;
    this.#tools = tools;
    const { tls } = module;
    this.#transport = new HttpTransport({
      resolver,
      userAgent: `clockwork/${packageVersion()}`,
      security: () =>
        tools.trust.security({
          files: trustFiles(tls),
          skipsVerification: tls.skipsVerification,
          isHttp: true,
          // Where a redirect leads, it is the name there that counts.
          serverName: () => tls.serverName ?? (this.#count === 1 ? probing.hostname : null),
          onSecured: (seen) => {
            this.seenTls = seen;
          },
        }),
    });
  }

  readonly open = async (): Promise<Transport> => await this.#transport.open();

  readonly request = async (request: TransportRequest): Promise<TransportResponse> => {
    const { note } = this.#probing;
    this.last = null;
    this.seenTls = null;
    this.#count += 1;
    note(`asks ${request.method ?? "GET"} ${request.url.origin}${request.url.pathname}`);
    await this.#transport.open();
    const response = await this.#exchange(request);
    this.last = response;
    if (REDIRECTS.has(response.status) && response.header("location") !== null) {
      this.#redirects += 1;
    }
    note(`was answered with ${String(response.status)}`);
    return response;
  };

  /** Tells of the last answer, if there is one. */
  tell(): void {
    const { gauges } = this.#probing;
    const { last, seenTls } = this;
    gauges.set("probe_http_redirects", this.#redirects);
    if (last === null) return;
    gauges.set("probe_http_status_code", last.status);
    gauges.set("probe_http_content_length", contentLength(last));
    gauges.set("probe_http_uncompressed_body_length", last.bodyBytes);
    gauges.set("probe_http_version", Number(last.httpVersion ?? 0));
    const modified = Date.parse(last.header("last-modified") ?? "");
    if (!Number.isNaN(modified)) {
      gauges.set("probe_http_last_modified_timestamp_seconds", modified / MS);
    }
    if (seenTls === null) return;
    gauges.set("probe_http_ssl", 1);
    noteTls(gauges, seenTls);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport[Symbol.asyncDispose]();
  }

  // Without an answer, how long the connection took is all that is known.
  async #exchange(request: TransportRequest): Promise<TransportResponse> {
    const { clock } = this.#tools;
    const startedMs = clock.elapsedMs();
    let connectMs = 0;
    const onConnected = (): void => {
      connectMs = clock.elapsedMs() - startedMs;
    };
    let response: TransportResponse | null = null;
    try {
      response = await this.#transport.request({ ...request, onConnected });
      return response;
    } finally {
      const phases = response?.phases;
      this.#addPhase("resolve", phases?.resolveMs);
      this.#addPhase("connect", phases === undefined ? connectMs : phases.connectMs);
      this.#addPhase("tls", phases?.tlsMs);
      this.#addPhase("processing", phases?.firstByteMs);
      this.#addPhase("transfer", phases?.transferMs);
    }
  }

  #addPhase(phase: (typeof PHASES)[number], ms: number | null | undefined): void {
    this.#probing.gauges.add("probe_http_duration_seconds", (ms ?? 0) / MS, { phase });
  }
}

function contentLength({ status, header }: TransportResponse): number {
  const length = header("content-length");
  if (length === null) return BODILESS.has(status) ? 0 : -1;
  return Number(length);
}
