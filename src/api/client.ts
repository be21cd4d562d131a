import type { Client, FollowedEvent, FollowRequest } from "./client-types.ts";
import { followEvents } from "./follow.ts";
import { jsonOrNull, ProblemError, problemErrorFrom } from "./problem-error.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** How a server is reached. */
export interface ClientOptions {
  /** Where it is, with its base path: `https://status.example.org/wm`. */
  readonly url: string;
  /** Asks it: `fetch` of a browser, or one that brings a client certificate along. */
  readonly fetch: typeof globalThis.fetch;
  /** Headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Waits, before it connects again. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** What one request consists of. */
interface Sent {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Makes a client from the contract: one function for each endpoint.
 *
 * @param options - How the server is reached.
 * @returns The client.
 */
export function apiClient(options: ClientOptions): Client {
  return clientWith(options);
}

// The types of names and routes belong together, which the compiler cannot follow through a list.
function clientWith(options: ClientOptions): Client;
function clientWith(options: ClientOptions): unknown {
  const calls = Object.entries<Route>(ROUTES).map(
    ([name, route]) => [name, (sent: Sent = {}) => call(route, sent, options)] as const,
  );
  return {
    ...Object.fromEntries(calls),
    follow: (request: FollowRequest = {}) => following(request, options),
  };
}

function following(
  { project, resource, ...request }: FollowRequest,
  options: ClientOptions,
): AsyncIterable<FollowedEvent> {
  const url =
    project === undefined
      ? urlOf(ROUTES.allEvents, {}, options.url)
      : urlOf(ROUTES.events, { params: { project }, query: { resource } }, options.url);
  return followEvents(request, {
    ...options,
    connect: (headers, signal) =>
      options.fetch(url, { headers: { ...options.headers, ...headers }, signal }),
  });
}

async function call(route: Route, sent: Sent, options: ClientOptions): Promise<unknown> {
  const { method, answer, body } = route;
  const isSent = body !== null;
  const response = await options.fetch(urlOf(route, sent, options.url), {
    method,
    headers: {
      ...options.headers,
      accept: answer.type === "text" ? answer.mediaType : "application/json",
      ...(isSent ? { "content-type": "application/json" } : {}),
    },
    ...(isSent ? { body: JSON.stringify(sent.body ?? {}) } : {}),
    ...(sent.signal === undefined ? {} : { signal: sent.signal }),
  });
  const text = await response.text();
  if (!isAnswer(response, route)) throw problemErrorFrom(response.status, text);
  if (answer.type === "text") return text;
  const { success, data, error } = answer.schema.safeParse(jsonOrNull(text));
  if (success) return data;
  throw new ProblemError(response.status, null, { cause: error });
}

// Some answers come with a status that tells the same to those who do not read them.
function isAnswer({ status, ok, headers }: Response, { otherStatuses = {} }: Route): boolean {
  const isProblem = (headers.get("content-type") ?? "").startsWith("application/problem+json");
  return !isProblem && (ok || otherStatuses[status] !== undefined);
}

function urlOf({ path }: Route, { params = {}, query = {} }: Sent, url: string): string {
  const filled = path.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
    encodeURIComponent(textOf(params[name])),
  );
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(textOf(value))}`],
  );
  const asked = pairs.length === 0 ? "" : `?${pairs.join("&")}`;
  return `${url.replace(/\/+$/u, "")}${filled}${asked}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
