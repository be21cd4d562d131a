import type { Clock } from "../ports/clock.ts";
import type { HttpAnswer, HttpClient } from "../ports/http.ts";
import type { Transport } from "../ports/transport.ts";
import { roundMs, roundPhases } from "./phases.ts";
import { BODY_LIMIT_BYTES, followRedirects } from "./redirects.ts";

/** What a client works with. */
export interface HttpClientOptions {
  /** Open already; the client does not dispose it. */
  readonly transport: Transport;
  readonly clock: Pick<Clock, "elapsedMs">;
}

/**
 * Makes the client that assertions ask HTTP services with.
 *
 * It keeps no deadline: that is the signal's. A method or a header that cannot be sent is a {@link TypeError}.
 *
 * @param options - Transport and clock.
 * @returns The client.
 */
export function httpClient({ transport, clock }: HttpClientOptions): HttpClient {
  return {
    request: (request) => {
      const startedMs = clock.elapsedMs();
      const follows = request.followRedirects ?? true;
      const asked = { ...request, maxBodyBytes: BODY_LIMIT_BYTES };
      return followRedirects(transport, asked, follows).then(({ url, response, phases }) => {
        const { status, headers, body, isTruncated } = response;
        return {
          url,
          status,
          headers,
          body: decoded(body, isTruncated),
          isTruncated,
          phases: roundPhases(phases),
          durationMs: roundMs(clock.elapsedMs() - startedMs),
        } satisfies HttpAnswer;
      });
    },
  };
}

// What is no UTF-8 becomes U+FFFD, other than a character that our own limit has cut in two, which is left out.
function decoded(body: Uint8Array, isTruncated: boolean): string {
  if (body.length === 0) return "";
  return new TextDecoder().decode(body, { stream: isTruncated });
}
