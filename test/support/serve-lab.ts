import { request as requestPlain, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as requestTls, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import type { UpRun } from "./up-lab.ts";

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** What the text holds, as JSON. */
  readonly body: unknown;
}

/** A served API. */
export interface Api {
  /** Without a slash at its end. */
  readonly url: string;
  readonly get: (path: string) => Promise<ApiAnswer>;
  readonly post: (path: string, body?: unknown) => Promise<ApiAnswer>;
  readonly del: (path: string) => Promise<ApiAnswer>;
  /** Opens a request that goes on: its response, whose body is still to come. */
  readonly open: (path: string, headers?: OutgoingHttpHeaders) => Promise<IncomingMessage>;
}

/** Waits until it is told where the API is served, and gives what asks it. */
export async function apiOf(up: Pick<UpRun, "until">, tls: RequestOptions = {}): Promise<Api> {
  const [, url = ""] = await up.until(/Serving (https?:\/\/\S+)/u);
  return apiAt(url, tls);
}

/** What asks an API; each request takes a connection of its own. */
export function apiAt(url: string, tls: RequestOptions = {}): Api {
  const send = (
    path: string,
    { method, given = {} }: { readonly method: string; readonly given?: OutgoingHttpHeaders },
    body?: unknown,
  ): Promise<IncomingMessage> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = url.startsWith("https:") ? requestTls : requestPlain;
    const sent = body === undefined ? null : JSON.stringify(body);
    const type = sent === null ? {} : { "content-type": "application/json" };
    const headers = { ...type, ...given };
    request(`${url}${path}`, { agent: false, ...tls, method, headers })
      .on("response", resolve)
      .on("error", reject)
      .end(sent);
    return promise;
  };
  const ask = async (path: string, method: string, body?: unknown): Promise<ApiAnswer> => {
    const response = await send(path, { method }, body);
    const told = await text(response);
    const isJson = response.headers["content-type"]?.includes("json") === true;
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: told,
      body: isJson ? (JSON.parse(told) as unknown) : null,
    };
  };
  return {
    url,
    get: (path) => ask(path, "GET"),
    post: (path, body = {}) => ask(path, "POST", body),
    del: (path) => ask(path, "DELETE"),
    open: (path, given = {}) => send(path, { method: "GET", given }),
  };
}
