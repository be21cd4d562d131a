import { either, list } from "./composite-types.ts";
import { integer, oneOf } from "./option-types.ts";
import type { OptionType } from "./option-type.ts";

/** All statuses with one first digit. */
export type StatusClass = "2xx" | "3xx" | "4xx" | "5xx";

/** One status, or all with one first digit. */
export type ExpectedStatus = number | StatusClass;

const LIMIT_ENTRIES = 100;

const CLASSES = ["2xx", "3xx", "4xx", "5xx"] as const satisfies readonly StatusClass[];

/** Reason phrases of the IANA registry of HTTP status codes, for those that are met. */
const PHRASES: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  418: "I'm a teapot",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
};

/**
 * A status, a class of statuses, or a list of them.
 *
 * @returns The type.
 */
export function expectedStatus(): OptionType<
  ExpectedStatus | readonly ExpectedStatus[],
  ExpectedStatus | readonly ExpectedStatus[]
> {
  const one = either(integer(100, 599), oneOf(CLASSES));
  return either(one, list(one, { least: 1, most: LIMIT_ENTRIES }));
}

/**
 * Tells whether a status was expected.
 *
 * @param status - The status that came.
 * @param expected - One, or a list.
 * @returns True when it is one of them, or of one of their classes.
 */
export function isExpectedStatus(
  status: number,
  expected: ExpectedStatus | readonly ExpectedStatus[],
): boolean {
  return asList(expected).some((one) =>
    typeof one === "number" ? one === status : classOf(one) === Math.floor(status / 100),
  );
}

/**
 * Tells whether a redirect may be the answer: then it is not followed.
 *
 * @param expected - One, or a list.
 * @returns True when any status from 300 to 399 is expected.
 */
export function expectsRedirect(expected: ExpectedStatus | readonly ExpectedStatus[]): boolean {
  return asList(expected).some((one) => one === "3xx" || (Number(one) >= 300 && Number(one) < 400));
}

/**
 * Writes expected statuses.
 *
 * @param expected - One, or a list.
 * @returns Such as `200`, `2xx`, `200, 204 or 3xx`.
 */
export function shownExpectedStatus(expected: ExpectedStatus | readonly ExpectedStatus[]): string {
  const shown = asList(expected).map(String);
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} or ${last}`;
}

/**
 * Writes a status with what it means.
 *
 * @param status - The status.
 * @returns Such as `503 Service Unavailable`; the number alone where nothing is registered.
 */
export function describeStatus(status: number): string {
  const phrase = PHRASES[status];
  return phrase === undefined ? String(status) : `${String(status)} ${phrase}`;
}

function asList(expected: ExpectedStatus | readonly ExpectedStatus[]): readonly ExpectedStatus[] {
  return typeof expected === "object" ? expected : [expected];
}

function classOf(one: StatusClass): number {
  return Number(one[0]);
}
