import { X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Caller } from "../caller.ts";
import type { Refusal } from "../refusal.ts";
import { judgeCertificate, type Holder } from "./by-certificate.ts";
import { refuseOtherSites } from "./cross-site.ts";
import { clientAddress } from "./forwarded.ts";
import { unknown, type Now, type OnUnknown } from "./judgement.ts";
import { readCertificate } from "./x509/certificate.ts";

/** So many certificates are remembered: reading one takes longer than answering. */
const LIMIT_REMEMBERED = 1_000;

/** For so long a certificate stays refused, in milliseconds: its time may begin. */
const LIMIT_REFUSED_MS = 10_000;

/** What is longer is no certificate. */
const LIMIT_CHARACTERS = 12_000;

interface Remembered {
  /** Null for one that is refused. */
  readonly holder: Holder | null;
  readonly until: number;
}

/** What holds where a certificate was read from a header that a proxy wrote. */
export class ProxiedCertificates {
  readonly #remembered = new Map<string, Remembered>();
  readonly #now: () => Now;
  readonly #onHolder: (holder: Holder) => void;
  readonly #onUnknown: OnUnknown;

  /**
   * Remembers nothing yet.
   *
   * @param now - By what certificates are judged.
   * @param onHolder - Told of everybody who is known anew.
   * @param onUnknown - Told why somebody is not known.
   */
  constructor(now: () => Now, onHolder: (holder: Holder) => void, onUnknown: OnUnknown) {
    this.#now = now;
    this.#onHolder = onHolder;
    this.#onUnknown = onUnknown;
  }

  /** Forgets all: each is judged anew. */
  clear(): void {
    this.#remembered.clear();
  }

  /**
   * Judges a request of a proxy that is believed, by the certificate that it names.
   *
   * @param request - The request.
   * @param proxy - Its address.
   * @returns Who asks the proxy, or why that is refused.
   */
  judge(request: IncomingMessage, proxy: string): Caller | Refusal {
    const now = this.#now();
    const from = clientAddress(request.headers, proxy, now.rules.proxies);
    const holder = this.#holderOf(request.headers, { now, from });
    if (holder === null) return unknown();
    const { who, role } = holder;
    const refusal = refuseOtherSites(request, { isProxied: true, mayNavigate: true });
    return refusal ?? { who, role, from };
  }

  #holderOf(
    headers: IncomingHttpHeaders,
    { now, from }: { readonly now: Now; readonly from: string },
  ): Holder | null {
    const text = certificateText(headers);
    if (text === null) return null;
    const known = this.#remembered.get(text);
    if (known !== undefined && now.time <= known.until) return known.holder;
    const holder = readHolder(text, now);
    if (typeof holder === "string") {
      this.#onUnknown({ from, reason: `the certificate that a proxy names is refused: ${holder}` });
      this.#remember(text, { holder: null, until: now.time + LIMIT_REFUSED_MS });
      return null;
    }
    this.#remember(text, { holder, until: holder.until });
    this.#onHolder(holder);
    return holder;
  }

  #remember(text: string, remembered: Remembered): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= LIMIT_REMEMBERED && oldest !== undefined) {
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(text, remembered);
  }
}

// As nginx writes them: `$ssl_client_verify` and `$ssl_client_escaped_cert`. What stands there twice is no longer that.
function certificateText(headers: IncomingHttpHeaders): string | null {
  if (headers["x-ssl-client-verify"] !== "SUCCESS") return null;
  const text = headers["x-ssl-client-cert"];
  return typeof text === "string" && text.length <= LIMIT_CHARACTERS ? text : null;
}

const PEM = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z\d+/=\s]+-----END CERTIFICATE-----\s*$/u;

function readHolder(text: string, now: Now): Holder | string {
  try {
    const pem = decodeURIComponent(text);
    if (!PEM.test(pem)) return "it is no certificate in PEM";
    return judgeCertificate(readCertificate(new X509Certificate(pem)), now);
  } catch {
    return "it cannot be read";
  }
}
