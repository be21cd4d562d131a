import {
  DEFAULT_EXPECTED_STATUS,
  DEFAULT_TIMEOUT_SECONDS,
  type ServiceConfig,
} from "../model/service.ts";

/** A service's configuration, completed and validated: what one check works from. */
export interface ServiceCheck {
  readonly name: string;
  readonly url: URL;
  readonly expectedStatus: number;
  readonly timeoutMs: number;
}

/**
 * Completes and validates a configuration.
 *
 * @param config - As a person wrote it.
 * @returns The same with defaults filled in, the URL parsed, and the timeout in milliseconds.
 * @throws {@link TypeError} When the name is empty or the URL is not an absolute `http:` or `https:` one.
 * @throws {@link RangeError} When the expected status or the timeout is out of range.
 */
export function serviceCheckOf(config: ServiceConfig): ServiceCheck {
  const {
    name,
    expectedStatus = DEFAULT_EXPECTED_STATUS,
    timeout = DEFAULT_TIMEOUT_SECONDS,
  } = config;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`name must be a non-empty string: got ${shown(name)}`);
  }
  if (!Number.isInteger(expectedStatus) || expectedStatus < 100 || expectedStatus > 599) {
    const got = shown(expectedStatus);
    throw new RangeError(`expectedStatus must be an integer from 100 to 599: got ${got}`);
  }
  if (!Number.isFinite(timeout) || timeout <= 0) {
    throw new RangeError(`timeout must be a positive number of seconds: got ${shown(timeout)}`);
  }
  return { name, url: httpUrl(config.url), expectedStatus, timeoutMs: timeout * 1_000 };
}

function httpUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url;
  const got = shown(url?.protocol ?? text);
  throw new TypeError(`url must be an absolute http: or https: URL: got ${got}`);
}

// A value in a message; text may hold credentials when it is a URL that does not parse, so what stands before the last `@` is left out.
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.replace(/^.*@/u, "…@")) : String(value);
}
