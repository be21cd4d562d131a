import type { Client } from "../api/client-types.ts";
import { apiClient } from "../api/client.ts";

/** How a server of Clockwork is reached. */
export interface CreateClientOptions {
  /** Where it is, with its base path: `https://status.example.org/wm`. */
  readonly url: string;
  /** Asks it; the `fetch` that is there by default. One of your own brings a client certificate along. */
  readonly fetch?: typeof globalThis.fetch;
  /** Headers of each request; none by default. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Makes a client of the HTTP API of Clockwork: one function for each endpoint, by the name of its operation, and `follow` for
 * what happens. What is sent and what is answered has the types of the very contract that the server keeps to, and answers are
 * held to it. It runs in a browser, too.
 *
 * @param options - How the server is reached.
 * @returns The client. Its functions reject with a {@link ProblemError} for what is refused, and with what `fetch` says when no
 *   answer comes.
 * @example
 * import { createClient } from "clockwork/client";
 *
 * const client = createClient({ url: "http://127.0.0.1:5000" });
 * const { resources } = await client.resources({ query: { health: "unhealthy" } });
 */
export function createClient({
  url,
  fetch: ask = fetch,
  headers = {},
}: CreateClientOptions): Client {
  // A browser's own is bound to its window.
  return apiClient({ url, headers, fetch: (...request) => ask(...request), wait });
}

function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
