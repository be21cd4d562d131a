import { isUtf8 } from "node:buffer";
import { TransportError } from "../../model/errors.ts";
import { replaceUnsafe } from "../../model/text.ts";

/** How the end of a body is found. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

/** Status line and headers of a response. */
export interface ResponseHead {
  /** Such as `1.1`. */
  readonly version: string;
  readonly status: number;
  readonly statusText: string;
  readonly framing: Framing;
  /** True when the connection may carry another request afterwards. */
  readonly isPersistent: boolean;
  readonly header: (name: string) => string | null;
  /** Makes a record of all headers, by name in lower case; it has no prototype, so that it holds nothing else. */
  readonly headers: () => Readonly<Record<string, string>>;
}

const STATUS_LINE = /^HTTP\/(0\.9|1\.0|1\.1|2\.0) ([1-9]\d\d)(?: (.*))?$/su;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/u;
/** All that a header value may hold: no control character but the tab. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/u;
const CONTENT_LENGTH = /^\d+$/u;
/** What an answer to HEAD is framed like. */
const NO_CONTENT = 204;
const EMPTY_ENCODING = /^transfer-encoding:[\t ]*$/iu;

/**
 * Parses the head of a response, as strictly as Node's own client does.
 *
 * @param text - All before the empty line, as Latin-1, without its last line break.
 * @param mayHaveBody - False when no body follows, whatever the headers say: that is how HEAD is answered.
 * @returns The head.
 * @throws {@link TransportError} When it is malformed; the reason says where.
 */
export function parseHead(text: string, mayHaveBody = true): ResponseHead {
  const lines = text.split("\r\n");
  const { version, status, statusText } = parseStatusLine(lines[0] ?? "");
  for (let index = 1; index < lines.length; index += 1) checkHeaderLine(lines[index] ?? "");
  const header = (name: string): string | null => findHeader(lines, name);
  if (header("transfer-encoding") !== null) checkEncodings(lines);
  const framing = framingOf(mayHaveBody ? status : NO_CONTENT, header);
  const isClosing = /\bclose\b/iu.test(header("connection") ?? "");
  const isPersistent = version === "1.1" && framing.kind !== "until-close" && !isClosing;
  const headers = (): Record<string, string> => allHeaders(lines);
  return { version, status, statusText, framing, isPersistent, header, headers };
}

/**
 * Makes the error for a response that is not HTTP.
 *
 * @param what - What is wrong with it.
 * @returns The error, to be thrown.
 */
export function malformed(what: string): TransportError {
  return new TransportError(`malformed response: ${what}`);
}

/**
 * Shows bytes of a target in a message: short, and nothing that could drive a terminal.
 *
 * @param text - What the target sent.
 * @returns The text in quotes, escaped, cut after 60 characters.
 */
export function quoted(text: string): string {
  const json = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return replaceUnsafe(json, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/**
 * Refuses a line that is no header, in a head or behind the chunks of a body.
 *
 * @param line - Without its line break, as Latin-1.
 * @throws {@link TransportError} When it is malformed; the reason says where.
 */
export function checkHeaderLine(line: string): void {
  const colon = line.indexOf(":");
  if (colon < 1 || !HEADER_NAME.test(line.slice(0, colon))) {
    throw malformed(`a header line is ${quoted(line)}`);
  }
  if (!HEADER_VALUE.test(line.slice(colon + 1))) {
    throw malformed(`header ${quoted(line.slice(0, colon))} holds a control character`);
  }
}

interface StatusLine {
  readonly version: string;
  readonly status: number;
  readonly statusText: string;
}

function parseStatusLine(line: string): StatusLine {
  const [, version, digits, statusText = ""] = STATUS_LINE.exec(line) ?? [];
  if (version === undefined || digits === undefined || /[\r\n]/u.test(statusText)) {
    throw malformed(`the status line is ${quoted(line)}`);
  }
  return { version, status: Number(digits), statusText };
}

function checkEncodings(lines: readonly string[]): void {
  if (!lines.some((line) => EMPTY_ENCODING.test(line))) return;
  throw malformed("its Transfer-Encoding is empty");
}

function framingOf(status: number, header: ResponseHead["header"]): Framing {
  const encoding = header("transfer-encoding");
  const length = header("content-length");
  if (length !== null && encoding !== null) {
    throw malformed("it has both a Content-Length and a Transfer-Encoding");
  }
  if (length !== null && !isLength(length)) {
    throw malformed(`its Content-Length is ${quoted(length)}`);
  }
  if (hasNoBody(status)) return { kind: "none" };
  if (length !== null) return { kind: "length", bytes: Number(length) };
  const isChunked = /(?:^|,)[\t ]*chunked[\t ]*$/iu.test(encoding ?? "");
  return { kind: isChunked ? "chunked" : "until-close" };
}

function hasNoBody(status: number): boolean {
  return status < 200 || status === 204 || status === 304;
}

// Two equal lengths are joined by a comma, and refused like any other text: they are how requests are smuggled.
function isLength(text: string): boolean {
  return CONTENT_LENGTH.test(text) && Number.isSafeInteger(Number(text));
}

function findHeader(lines: readonly string[], name: string): string | null {
  let found: string | null = null;
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line.charCodeAt(name.length) !== COLON) continue;
    if (line.slice(0, name.length).toLowerCase() !== name) continue;
    found = joined(found, line.slice(name.length + 1));
  }
  return found;
}

function allHeaders(lines: readonly string[]): Record<string, string> {
  const found = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    found.set(name, joined(found.get(name) ?? null, line.slice(colon + 1)));
  }
  const headers = Object.fromEntries(found);
  Object.setPrototypeOf(headers, null);
  return headers;
}

function joined(before: string | null, value: string): string {
  const next = decoded(trimmed(value));
  return before === null ? next : `${before}, ${next}`;
}

const COLON = 58;

function trimmed(value: string): string {
  return value.replace(/^[\t ]+|[\t ]+$/gu, "");
}

// Who writes beyond ASCII means UTF-8 nearly always, above all in a Location, and browsers read it so.
function decoded(value: string): string {
  if (!/[\x80-\xff]/u.test(value)) return value;
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : value;
}
