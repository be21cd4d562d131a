import type { Code } from "../../model/codes.ts";
import { durationMs } from "../../model/duration.ts";
import { replaceUnsafe } from "../../model/text.ts";
import type { JsonNode } from "./json-source.ts";
import { closest, quoted } from "../../model/wording.ts";

/** Reports a problem of one field; the result stands in for the value. */
export type Complain = (code: Code, message: string, hint?: string) => null;

const LIMIT_NAME_CHARACTERS = 255;
const LIMIT_TIMEOUT_SECONDS = 86_400;
const LIMIT_PORT = 65_535;

/** What nearly every name and URL is; Unicode properties are slow to load. */
const PRINTABLE_ASCII = /^[ -~]*$/u;

const ASCII_WITHOUT_SPACE = /^[!-~]*$/u;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;
const HTTP = /^https?:\/\/[^/\\?#]/iu;
const PORT = /^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/iu;

/** A URL that may be proposed in a hint: short, plain, and without the `@` that follows credentials. */
const PLAIN_URL =
  /^https?:\/\/(?:\[[\da-f:.]+\]|[\w.-]{1,253})(?::\d{1,5})?(?:[/?#][!-?A-~]{0,200})?$/iu;

/** What stands in front of the host in a URL that went wrong: `http:`, `htp://`, `//`, nothing. */
const BEFORE_HOST = /^(?:(https?)(?::[/\\]*|\/\/)|([a-z]+):[/\\]+|\/\/)?([^/\\].*)$/iu;

/**
 * Reads a service's name.
 *
 * @param node - The value in the file.
 * @param complain - Reports why it cannot be used.
 * @returns The name, or null.
 */
export function nameOf(node: JsonNode, complain: Complain): string | null {
  const name = textOf(node);
  if (name === null) return complain("field-type", `name must be a string: got ${shown(node)}`);
  if (name.trim() === "") {
    return complain("field-range", `name must be a non-empty string: got ${shown(node)}`);
  }
  if (name.length > LIMIT_NAME_CHARACTERS) {
    const limit = String(LIMIT_NAME_CHARACTERS);
    const message = `name must be at most ${limit} characters long: got ${String(name.length)}`;
    return complain("field-range", message);
  }
  if (
    !PRINTABLE_ASCII.test(name) &&
    (/[\n\t]/u.test(name) || replaceUnsafe(name, () => "") !== name)
  ) {
    return complain("field-range", `name must not hold control characters: got ${shown(node)}`);
  }
  return name;
}

/**
 * Reads the URL of a service.
 *
 * @param node - The value in the file.
 * @param complain - Reports why it cannot be used.
 * @returns The URL as it was written, or null.
 */
export function urlOf(node: JsonNode, complain: Complain): string | null {
  const text = textOf(node);
  if (text === null) return complain("field-type", `url must be a string: got ${shown(node)}`);
  if (!ASCII_WITHOUT_SPACE.test(text) && SPACE_OR_CONTROL.test(text)) {
    const hint = SPACE_OR_CONTROL.test(text.trim())
      ? "write a space within a URL as %20"
      : "remove what stands around the URL";
    const message = `url must not hold spaces or control characters: got ${quoted(text)}`;
    return complain("url-invalid", message, hint);
  }
  if (!HTTP.test(text)) return complainOfScheme(text, complain);
  if (!hasUsablePort(text)) {
    const message = `url must have a port from 1 to ${String(LIMIT_PORT)}: got ${quoted(text)}`;
    return complain("url-invalid", message);
  }
  if (URL.canParse(text)) return text;
  const message = `url must be an absolute http: or https: URL: got ${quoted(text)}`;
  const hint = "the host must be a name or an address, with IPv6 in square brackets";
  return complain("url-invalid", message, hint);
}

/**
 * Reads the status that a service should answer with.
 *
 * @param node - The value in the file.
 * @param complain - Reports why it cannot be used.
 * @returns The status, or null.
 */
export function expectedStatusOf(node: JsonNode, complain: Complain): number | null {
  const status = scalarOf(node);
  if (isStatus(status)) return status;
  const message = `expected_status must be a whole number from 100 to 599: got ${shown(node)}`;
  if (typeof status === "number") return complain("field-range", message);
  const hint = isStatus(Number(status)) ? `write ${String(Number(status))}` : withoutIt(node);
  return complain("field-type", message, hint);
}

/**
 * Reads the timeout of a service.
 *
 * @param node - The value in the file: a number of seconds, or a duration as text.
 * @param complain - Reports why it cannot be used.
 * @returns The timeout in seconds, or null.
 */
export function timeoutOf(node: JsonNode, complain: Complain): number | null {
  const timeout = scalarOf(node);
  const timeoutMs = typeof timeout === "string" ? durationMs(timeout) : null;
  const timeoutSeconds = timeoutMs === null ? timeout : timeoutMs / 1_000;
  if (typeof timeoutSeconds !== "number") {
    const message = `timeout must be a number of seconds, or text such as "500ms": got ${shown(node)}`;
    return complain("field-type", message, withoutIt(node));
  }
  if (timeoutSeconds <= 0) {
    const message = `timeout must be a positive number of seconds: got ${shown(node)}`;
    return complain("field-range", message);
  }
  if (timeoutSeconds <= LIMIT_TIMEOUT_SECONDS) return timeoutSeconds;
  const limit = `${String(LIMIT_TIMEOUT_SECONDS)} seconds (24 h)`;
  const hint = timeoutMs === null ? 'for milliseconds, write text such as "500ms"' : undefined;
  return complain("field-range", `timeout must be at most ${limit}: got ${shown(node)}`, hint);
}

/**
 * Writes a value from the file into a message.
 *
 * @param node - The value.
 * @returns The value itself where that is short, otherwise what it is.
 */
export function shown(node: JsonNode): string {
  if (node.kind !== "scalar") return node.kind === "list" ? "a list" : "an object";
  return typeof node.value === "string" ? quoted(node.value) : String(node.value);
}

function scalarOf(node: JsonNode): string | number | boolean | null {
  return node.kind === "scalar" ? node.value : null;
}

function isStatus(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 599;
}

function textOf(node: JsonNode): string | null {
  const value = scalarOf(node);
  return typeof value === "string" ? value : null;
}

function withoutIt(node: JsonNode): string | undefined {
  const isNull = node.kind === "scalar" && node.value === null;
  return isNull ? "leave the field out to get its default" : undefined;
}

function hasUsablePort(text: string): boolean {
  const port = PORT.exec(text)?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= LIMIT_PORT);
}

function complainOfScheme(text: string, complain: Complain): null {
  const protocol = URL.parse(text)?.protocol ?? "http:";
  const correction = correctionOf(text);
  const got = quoted(text);
  if (/^https?:$/u.test(protocol)) {
    const hint = correction ?? "write it in full, such as http://localhost:8080/health";
    return complain("url-invalid", `url must be an absolute http: or https: URL: got ${got}`, hint);
  }
  const hint = correction ?? "only http: and https: can be checked";
  return complain("url-unsupported", `url must begin with http:// or https://: got ${got}`, hint);
}

function correctionOf(text: string): string | null {
  const [, http, other, rest] = BEFORE_HOST.exec(text) ?? [];
  const scheme = closest(http ?? other ?? "http", ["http", "https"]);
  const url = `${scheme ?? ""}://${rest ?? ""}`;
  return PLAIN_URL.test(url) && URL.canParse(url) ? `did you mean ${url}?` : null;
}
