import type { IncomingMessage, ServerResponse } from "node:http";
import type { Route } from "../api/route.ts";
import { ROUTES, type RouteName } from "../api/routes.ts";
import type { Caller } from "./caller.ts";
import { Special, TAKEN, type Handler, type Handling } from "./handler.ts";
import { HANDLERS } from "./handlers.ts";
import type { Outside } from "./outside.ts";
import { readAsked, type Sent } from "./read-asked.ts";

/** One request on its way to its handler. */
export interface Incoming {
  readonly sent: Sent;
  readonly caller: Caller;
  readonly outside: Outside;
  readonly signal: AbortSignal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What is sent back. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
}

/**
 * Answers a request of a route: reads what is asked, asks the handler, and writes its answer down.
 *
 * @param name - The route's.
 * @param handling - What handlers work with.
 * @returns What answers; null where the handler has taken the response over.
 * @throws {@link Refusal} When it is refused.
 */
export function answering(
  name: RouteName,
  handling: Handling,
): (incoming: Incoming) => Promise<Outgoing | null> {
  return answeringRoute(ROUTES[name], handlerOf(name), handling);
}

// The types of routes and handlers belong together by their name, which the compiler cannot follow through a union.
function handlerOf(name: RouteName): Handler<Route> {
  const handlers: Readonly<Record<RouteName, unknown>> = HANDLERS;
  return handlers[name] as Handler<Route>;
}

function answeringRoute(
  route: Route,
  handle: Handler<Route>,
  handling: Handling,
): (incoming: Incoming) => Promise<Outgoing | null> {
  const { answer, status: usual = 200 } = route;
  const isText = answer.type === "text";
  const type = isText ? answer.mediaType : "application/json; charset=utf-8";
  return async ({ sent, caller, outside, signal, request, response }) => {
    const asked = readAsked(route, sent);
    const requested = {
      caller,
      outside,
      signal,
      headers: request.headers,
      take: () => ({ request, response }),
    };
    const given = await handle(asked, requested, handling);
    if (given === TAKEN) return null;
    const { value, status, headers } =
      given instanceof Special ? given : { value: given, status: null, headers: {} };
    const isWritten = isText || headers["content-type"] !== undefined || isPieces(value);
    return {
      status: status ?? usual,
      headers: { "content-type": type, ...headers },
      body: isWritten ? (value as string | AsyncIterable<string>) : JSON.stringify(value),
    };
  };
}

function isPieces(value: unknown): value is AsyncIterable<string> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
