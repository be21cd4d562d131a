import { Readable } from "node:stream";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Route } from "../api/route.ts";
import { ROUTES, type RouteName } from "../api/routes.ts";
import type { Caller } from "./caller.ts";
import type { Gate } from "./gate.ts";
import type { Handling } from "./handler.ts";
import { DEFAULT_LIMITS, type ServerLimits } from "./limits.ts";
import { listeningServer, type Listening } from "./listening-server.ts";
import { outsideOf } from "./outside.ts";
import { answering, type Outgoing } from "./pipeline.ts";
import { Refusal } from "./refusal.ts";
import { refusalOf } from "./refusal-of.ts";

/** What is served, to whom, and how much. */
export interface ServerOptions extends Handling {
  readonly gate: Gate;
  readonly listening: Listening;
  /** Begins with a slash, and ends without one; empty for none. */
  readonly basePath: string;
  readonly limits?: Partial<ServerLimits>;
  readonly log: ServerLog;
}

/** Who hears of what is asked. */
export interface ServerLog {
  /** Told of every answer. */
  readonly onAnswer: (answer: {
    readonly who: string;
    readonly from: string;
    readonly method: string;
    readonly url: string;
    readonly status: number;
    readonly durationMs: number;
  }) => void;
  /** Told of bugs, and of what goes wrong with serving itself. */
  readonly onError: (error: unknown, during: string) => void;
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  /** Where: `http://127.0.0.1:5000`, with the base path. */
  readonly url: string;
}

/**
 * Serves over HTTP until it is disposed: what is under way then ends, within a time.
 *
 * @param options - What, to whom, and how much.
 * @returns The server.
 * @throws {@link Error} When it cannot listen there.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { listening, basePath } = options;
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    serverFactory: (handler) => listeningServer(handler, listening, limits),
  });
  app.setErrorHandler((error, request, reply) => send(reply, outgoingOf(error, request, options)));
  app.setNotFoundHandler((request, reply) => {
    callerOf(request, "reader", options.gate);
    return send(
      reply,
      outgoingOf(new Refusal(404, "not-found", "There is nothing here."), request, options),
    );
  });
  for (const [name, route] of Object.entries(ROUTES))
    addRoute(app, name as RouteName, { route, limits, options });
  const url = await app.listen({ host: listening.host, port: listening.port });
  return {
    url: `${url}${basePath}`,
    [Symbol.asyncDispose]: async () => {
      await app.close();
    },
  };
}

function addRoute(
  app: FastifyInstance,
  name: RouteName,
  {
    route,
    options,
  }: { readonly route: Route; readonly limits: ServerLimits; readonly options: ServerOptions },
): void {
  const answer = answering(name, options);
  app.route({
    method: route.method,
    url: `${options.basePath}${route.path.replaceAll(/\{(\w+)\}/gu, ":$1")}`,
    handler: async (request, reply) => {
      const caller = callerOf(request, route.access, options.gate);
      const { params, query, body } = request;
      const outgoing = await answer({
        sent: { params, query, body },
        caller,
        outside: outsideOf(request.raw, options.basePath),
        signal: new AbortController().signal,
        request: request.raw,
        response: reply.raw,
      });
      if (outgoing === null) return reply.hijack();
      return send(reply, outgoing);
    },
  });
}

function callerOf(request: FastifyRequest, access: Route["access"], gate: Gate): Caller {
  const admitted = gate.admit(request.raw, access);
  if (admitted instanceof Refusal) throw admitted;
  return admitted;
}

function outgoingOf(error: unknown, request: FastifyRequest, { log }: ServerOptions): Outgoing {
  const refusal = refusalOf(error, (bug) => {
    log.onError(bug, `${request.method} ${request.url}`);
  });
  return {
    status: refusal.status,
    headers: { "content-type": "application/problem+json", ...refusal.headers },
    body: JSON.stringify(refusal.problem),
  };
}

function send(reply: FastifyReply, { status, headers, body }: Outgoing): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(typeof body === "string" ? body : Readable.from(body));
}
