import { singleLine } from "../../model/text.ts";
import type { TransportRequest } from "../../ports/transport.ts";

/** How a transport presents itself. */
export interface RequestDefaults {
  /** What the `User-Agent` header says. */
  readonly userAgent: string;
  /** True when the connection should stay open for another request. */
  readonly keepsAlive: boolean;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/u;
const CONTROL_CHARACTER = /[^\t\P{Cc}]/u;
/** What says how the message is framed is ours alone: two opinions about it are how requests are smuggled. */
const FRAMING: ReadonlySet<string> = new Set(["connection", "content-length", "transfer-encoding"]);
/** Methods with which a server looks for a body, so that a missing one must be told (RFC 9110, 8.6). */
const EXPECTS_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);
/** Methods that do the same when they are done twice (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"],
]);

/**
 * Refuses what cannot be sent.
 *
 * @param request - The request, before anything is done for it.
 * @throws {@link TypeError} When the method is none, or a header has a malformed name, a control character in its value, is
 *   given twice or is not for the caller to set. No value is told: it may be a secret.
 */
export function checkRequest({ method, headers }: TransportRequest): void {
  if (method !== undefined && (!TOKEN.test(method) || method === "CONNECT")) {
    throw new TypeError(`method must be one like GET, and not CONNECT: got ${shown(method)}`);
  }
  if (headers === undefined) return;
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    if (!TOKEN.test(name)) throw new TypeError(`header name is malformed: got ${shown(name)}`);
    if (FRAMING.has(key)) throw new TypeError(`header ${name} cannot be set`);
    if (seen.has(key)) throw new TypeError(`header ${name} is given twice`);
    if (CONTROL_CHARACTER.test(value)) {
      throw new TypeError(`header ${name} must not hold line breaks or other control characters`);
    }
    seen.add(key);
  }
}

/**
 * Tells whether a request may be made again when nobody knows what became of it.
 *
 * @param request - The request.
 * @returns False when that could do something twice.
 */
export function isRepeatable({ method }: TransportRequest): boolean {
  return method === undefined || IDEMPOTENT.has(method);
}

/**
 * Writes a request as it goes over the wire.
 *
 * @param request - One that {@link checkRequest} has nothing against.
 * @param defaults - What it says where the caller says nothing.
 * @returns Head and body, each character being one byte.
 */
export function requestText(request: TransportRequest, defaults: RequestDefaults): string {
  const { url, method, headers, body } = request;
  const isPlain = method === undefined && headers === undefined && body === undefined;
  return isPlain ? plainText(url, defaults) : fullText(request, defaults);
}

function fullText(request: TransportRequest, defaults: RequestDefaults): string {
  const { url, method = "GET", headers = {}, body = "" } = request;
  const lines = new Map<string, readonly [name: string, value: string]>();
  const set = (name: string, value: string): void => {
    lines.set(name.toLowerCase(), [name, value]);
  };
  set("Host", url.host);
  set("User-Agent", defaults.userAgent);
  set("Accept", "*/*");
  set("Accept-Encoding", "identity");
  const credentials = credentialsOf(url);
  if (credentials !== null) set("Authorization", credentials);
  for (const [name, value] of Object.entries(headers)) set(name, asBytes(value));
  if (request.body !== undefined || EXPECTS_BODY.has(method)) {
    set("Content-Length", String(Buffer.byteLength(body, "utf8")));
  }
  set("Connection", defaults.keepsAlive ? "keep-alive" : "close");
  const head = Array.from(lines.values(), ([name, value]) => `${name}: ${value}\r\n`).join("");
  const target = `${url.pathname}${url.search}`;
  return `${method} ${target} HTTP/1.1\r\n${head}\r\n${asBytes(body)}`;
}

// The same for a GET without anything of its own, which is what nearly all requests are: one piece of text, quickly made.
function plainText(url: URL, { userAgent, keepsAlive }: RequestDefaults): string {
  const credentials = credentialsOf(url);
  const authorization = credentials === null ? "" : `Authorization: ${credentials}\r\n`;
  return (
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n` +
    `User-Agent: ${userAgent}\r\nAccept: */*\r\nAccept-Encoding: identity\r\n` +
    `Connection: ${keepsAlive ? "keep-alive" : "close"}\r\n${authorization}\r\n`
  );
}

function credentialsOf({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(credentials, "utf8").toString("base64")}`;
}

// A percent sign that begins no escape is meant as it stands.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Text as UTF-8, with one character for each byte.
function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function shown(text: string): string {
  return JSON.stringify(singleLine(text.slice(0, 80)));
}
