import { TransportError } from "../model/errors.ts";
import type { Phases } from "../model/service.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";
import { addPhases } from "./phases.ts";

/** Beyond this, a body is cut and the status decides. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/** As many as curl's users are used to from `--max-redirs`, and no more: a loop is a fault to report, not to follow. */
const REDIRECT_LIMIT = 10;

/** What authorises a request, going by the header's name. */
const SECRET_HEADER = /auth|cookie|credential|key|passw|secret|session|signature|token/iu;

/** The answer at the end of a chain of redirects. */
export interface Followed {
  /** Where the answer came from. */
  readonly url: URL;
  readonly response: TransportResponse;
  /** Of all exchanges together. */
  readonly phases: Phases;
}

/**
 * Makes a request, and follows up to ten redirects.
 *
 * 307 and 308 repeat the request elsewhere; the others have what they name fetched, with GET and without a body, or with HEAD
 * if that is what was asked with. What authorises us towards one origin (credentials in the URL, headers named like secrets)
 * is no business of another.
 *
 * @param transport - What makes the exchanges.
 * @param request - The first one.
 * @param follows - False to take a redirect for the answer.
 * @returns The last answer.
 * @throws {@link TransportError} When no answer came, or the redirects lead nowhere.
 */
export async function followRedirects(
  transport: Transport,
  request: TransportRequest,
  follows: boolean,
): Promise<Followed> {
  let current = request;
  let phases: Phases | null = null;
  // Hardly anything redirects.
  let seen: Set<string> | null = null;
  for (;;) {
    const { url } = current;
    const response = await answerTo(current, transport, request.url);
    phases = phases === null ? response.phases : addPhases(phases, response.phases);
    const location = isRedirect(response.status) ? response.header("location") : null;
    if (location === null || !follows) return { url, response, phases };
    current = redirected(current, redirectTarget(location, url), response.status);
    seen ??= new Set([stepOf(request)]);
    const step = stepOf(current);
    if (seen.has(step)) throw new TransportError(`redirect loop: ${shown(current.url)} again`);
    if (seen.size > REDIRECT_LIMIT) {
      const count = String(REDIRECT_LIMIT);
      throw new TransportError(`more than ${count} redirects, last to ${shown(current.url)}`);
    }
    seen.add(step);
  }
}

function answerTo(
  request: TransportRequest,
  transport: Transport,
  from: URL,
): Promise<TransportResponse> {
  const answer = transport.request(request);
  if (request.url === from) return answer;
  return answer.catch((error: unknown) => {
    throw afterRedirect(error, request.url);
  });
}

// Otherwise nobody would know why an address that they never configured is named.
function afterRedirect(error: unknown, url: URL): unknown {
  if (!(error instanceof TransportError)) return error;
  const { message, blame, isExhaustion } = error;
  const where = `after a redirect to ${shown(url)}`;
  return new TransportError(`${where}: ${message}`, { blame, isExhaustion, cause: error });
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || repeats(status);
}

function repeats(status: number): boolean {
  return status === 307 || status === 308;
}

function redirectTarget(location: string, from: URL): URL {
  const url = URL.parse(location, from.href);
  if (url === null) throw new TransportError(`redirected to a malformed URL by ${shown(from)}`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TransportError(`redirected to an unsupported URL scheme, ${url.protocol}`);
  }
  if (url.origin === from.origin && url.username === "" && url.password === "") {
    url.username = from.username;
    url.password = from.password;
  }
  return url;
}

function redirected(from: TransportRequest, url: URL, status: number): TransportRequest {
  const { method, headers, body, ...rest } = from;
  const isRepeated = repeats(status);
  const isElsewhere = url.origin !== from.url.origin;
  const isKept = (name: string): boolean =>
    !(isElsewhere && isForOneOrigin(name)) && (isRepeated || !/^content-/iu.test(name));
  return {
    ...rest,
    url,
    ...(method !== undefined && (isRepeated || method === "HEAD") ? { method } : {}),
    ...(body !== undefined && isRepeated ? { body } : {}),
    ...(headers === undefined ? {} : { headers: filtered(headers, isKept) }),
  };
}

function filtered(
  headers: Readonly<Record<string, string>>,
  isKept: (name: string) => boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name)));
}

function isForOneOrigin(name: string): boolean {
  return name.toLowerCase() === "host" || SECRET_HEADER.test(name);
}

// A fragment is never sent: two URLs that differ in nothing else are one. To be sent from a form back to its page is no loop.
function stepOf({ url, method = "GET" }: TransportRequest): string {
  return `${method} ${url.href.replace(/#.*$/u, "")}`;
}

// A URL as it may stand in a message: neither credentials nor a query, which may hold a secret.
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
