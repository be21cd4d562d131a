import { Refusal } from "./refusal.ts";

const CLOSE = { connection: "close" };

/** What is told of requests that could not be read, by the code of the error with which reading them ended. */
const REFUSALS: Readonly<Record<string, () => Refusal>> = {
  // Of the framework.
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new Refusal(413, "body-too-large", "The body is larger than what is read."),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Refusal(415, "media-type-unknown", "The body must be JSON.", {
      hint: "Send it with content-type: application/json.",
    }),
  FST_ERR_CTP_INVALID_JSON_BODY: () =>
    new Refusal(400, "body-malformed", "The body is not JSON, or holds what is not accepted."),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Refusal(400, "body-malformed", "The body is not as long as it was said to be.", {
      headers: CLOSE,
    }),
  FST_ERR_BAD_URL: () =>
    new Refusal(400, "url-malformed", "What is asked for is not encoded as a URL has to be."),
  FST_ERR_MAX_PARAM_LENGTH: () => urlTooLong(),
  // Of Node's parser.
  HPE_HEADER_OVERFLOW: () =>
    new Refusal(431, "headers-too-large", "The headers are larger than what is read.", {
      headers: CLOSE,
    }),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () =>
    new Refusal(413, "body-too-large", "The body is larger than what is read.", { headers: CLOSE }),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new Refusal(408, "request-too-slow", "The request did not arrive in time.", { headers: CLOSE }),
};

/**
 * Makes a refusal of an error with which reading a request ended.
 *
 * @param error - The error.
 * @returns The refusal; null when it is no such error.
 */
export function malformedRefusal(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string")
    return null;
  const refusal = REFUSALS[error.code];
  if (refusal !== undefined) return refusal();
  // Whatever else reading a body ends with, the framework says 400 of it: it is gone who sent it.
  const isCut = "statusCode" in error && error.statusCode === 400;
  return isCut ? new Refusal(400, "request-cut", "The request ended before it was whole.") : null;
}

/**
 * Refuses what is no HTTP at all.
 *
 * @returns The refusal.
 */
export function notHttp(): Refusal {
  return new Refusal(400, "request-malformed", "This is no request that can be read.", {
    headers: CLOSE,
  });
}

/**
 * Refuses a body that is compressed: a small one could become a large one.
 *
 * @returns The refusal.
 */
export function encoded(): Refusal {
  return new Refusal(415, "encoding-unknown", "The body must be sent as it is, not compressed.");
}

/**
 * Refuses what asks for too much in its first line.
 *
 * @returns The refusal.
 */
export function urlTooLong(): Refusal {
  return new Refusal(414, "url-too-long", "What is asked for is longer than what is read.");
}
