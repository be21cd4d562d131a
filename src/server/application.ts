import { constants } from "node:zlib";
import compress, { type FastifyCompressOptions } from "@fastify/compress";
import fastify, { type FastifyInstance } from "fastify";
import { ROUTES, type RouteName } from "../api/routes.ts";
import { Asking } from "./asking.ts";
import { answerClientError } from "./client-errors.ts";
import type { Changes } from "./changes.ts";
import type { EventStreams } from "./events/event-streams.ts";
import type { ServerLimits } from "./limits.ts";
import { listeningServer, type Listening } from "./listening-server.ts";
import { encoded } from "./malformed.ts";
import type { Outgoing } from "./outgoing.ts";
import { routerPath } from "./paths.ts";
import { endpoint, type Endpoint } from "./pipeline.ts";
import { Reception, type ReceptionOptions } from "./reception.ts";
import { RequestRates } from "./request-rates.ts";

/** What an application is made of. */
export interface ApplicationOptions extends Omit<ReceptionOptions, "rates" | "urlBytes"> {
  readonly listening: Listening;
  readonly limits: ServerLimits;
  readonly streams: EventStreams;
  readonly changes: Changes;
}

/** What is smaller is sent as it is, in bytes. */
const COMPRESSED_FROM_BYTES = 1_024;

const COMPRESSION: FastifyCompressOptions = {
  encodings: ["br", "gzip"],
  threshold: COMPRESSED_FROM_BYTES,
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  // What is larger than a few pieces is compressed beside the event loop.
  syncThreshold: 16 * 1_024,
  globalDecompression: false,
};

/** What is asked all the time, and never long enough to be compressed. */
const SHORT: ReadonlySet<RouteName> = new Set(["status", "live", "ready"]);

/**
 * Makes what answers all requests; it does not listen yet.
 *
 * @param options - What it is made of.
 * @returns The application.
 */
export async function createApplication(options: ApplicationOptions): Promise<FastifyInstance> {
  const { limits, listening, clock } = options;
  const rates = new RequestRates(limits.requestsPerSecond, clock);
  const reception = new Reception({ ...options, rates, urlBytes: limits.urlBytes });
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    return503OnClosing: false,
    // What a parameter may be, its schema says.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: limits.urlBytes },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      reception.refuseUnreadable(request, reply, error);
    },
    serverFactory: (respond) => listeningServer(respond, listening, limits),
  });
  app.decorateRequest("caller", null);
  app.addHook("onRequest", (request, reply, next) => {
    const waiting = reception.letIn(request, reply);
    if (waiting === null) {
      next();
      return;
    }
    void waiting.then(() => {
      next();
    }, next);
  });
  app.setErrorHandler((error, request, reply) => {
    void reception.refuse(request, reply, error);
  });
  readJsonOnly(app);
  await app.register(compress, COMPRESSION);
  for (const name of Object.keys(ROUTES).filter(isRouteName)) {
    serve(endpoint(name, options, limits), app, options, reception);
  }
  return await app;
}

function isRouteName(name: string): name is RouteName {
  return name in ROUTES;
}

// No body at all is as good as an empty one.
function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    "application/json",
    { parseAs: "string" },
    (request, body, done) => {
      const encoding = request.headers["content-encoding"] ?? "identity";
      if (encoding !== "identity") done(encoded());
      else if (body === "") done(null, undefined);
      else void parse(request, body, done);
    },
  );
}

function serve(
  { operation, route, answer }: Endpoint,
  app: FastifyInstance,
  options: ApplicationOptions,
  reception: Reception,
): void {
  app.route({
    method: route.method,
    url: routerPath(route, options.basePath),
    config: { operation },
    ...(SHORT.has(operation) ? { compress: false } : {}),
    handler: (request, reply) => {
      const { params, query, body, caller, raw } = request;
      if (caller === null) throw new Error("nobody was let in");
      const asking = new Asking(caller, { request: raw, response: reply.raw }, options);
      const send = (outgoing: Outgoing | null): Promise<void> | null => {
        if (outgoing !== null) return reception.answer(request, reply, outgoing);
        reply.hijack();
        return null;
      };
      const outgoing = answer({ params, query, body }, asking);
      if (!(outgoing instanceof Promise)) {
        void send(outgoing);
        return;
      }
      const answered = outgoing
        .then(send)
        .catch((error: unknown) => reception.refuse(request, reply, error))
        .then(() => undefined);
      if (route.method !== "GET") options.changes.add(answered);
    },
  });
}
