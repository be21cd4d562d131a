import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";

/** Where a server speaks TLS. */
export interface TlsEndpoint {
  /** A name, or an IPv4 or IPv6 literal without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

const DEFAULT_PORT = 443;
const LIMIT_CHARACTERS = 2_048;

/**
 * Where a server speaks TLS: an https URL, or a host with an optional port.
 *
 * @returns The type; its values are text such as `example.com:443`, `[::1]:8443`.
 */
export function tlsUrl(): OptionType<string | URL, string> {
  const label = "https URL, or host:port";
  return new OptionType(label, (value) => {
    const text = value instanceof URL ? value.href : value;
    const url = typeof text === "string" && text.length <= LIMIT_CHARACTERS ? parsed(text) : null;
    if (url?.protocol !== "https:" || url.port === "0") {
      throw new InvalidOption(`must be an ${label}: got ${shownValue(text)}`);
    }
    if (url.username !== "" || url.password !== "") {
      throw new InvalidOption("must not hold credentials: none are sent");
    }
    return `${url.hostname}:${url.port === "" ? String(DEFAULT_PORT) : url.port}`;
  });
}

/**
 * Takes what {@link tlsUrl} read apart.
 *
 * @param text - Such as `example.com:443`.
 * @returns Host and port.
 */
export function tlsEndpoint(text: string): TlsEndpoint {
  const colon = text.lastIndexOf(":");
  return {
    host: text.slice(0, colon).replace(/^\[(.*)\]$/u, "$1"),
    port: Number(text.slice(colon + 1)),
  };
}

/**
 * Shows where a server speaks TLS.
 *
 * @param text - What {@link tlsUrl} read; null before it is known.
 * @returns Such as `example.com:443`.
 */
export function shownTlsEndpoint(text: string | null): string {
  return text ?? "its URL";
}

function parsed(text: string): URL | null {
  if (text.includes("://")) return URL.parse(text);
  // Whatever could be more than a host and a port must be a URL.
  return /[/\\?#@\s]/u.test(text) ? null : URL.parse(`https://${text}`);
}
