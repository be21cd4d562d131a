import type { FastifyInstance } from "fastify";
import { createApplication } from "./application.ts";
import { Changes } from "./changes.ts";
import { EventStreams } from "./events/event-streams.ts";
import type { Gate } from "./gate.ts";
import type { Handling } from "./handler.ts";
import { DEFAULT_LIMITS, type ServerLimits } from "./limits.ts";
import type { Listening } from "./listening-server.ts";
import type { ServerLog } from "./server-log.ts";

export type { ServerLog } from "./server-log.ts";

/** What is served, to whom, and how much. */
export interface ServerOptions extends Handling {
  readonly gate: Gate;
  readonly listening: Listening;
  /** Begins with a slash, and ends without one; empty for none. */
  readonly basePath: string;
  readonly limits?: Partial<ServerLimits>;
  readonly log: ServerLog;
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  /** Where: `http://127.0.0.1:5000`, with the base path. */
  readonly url: string;
}

/** How often connections are looked for that have become idle while the server ends, in milliseconds. */
const LOOK_MS = 50;

/**
 * Serves over HTTP until it is disposed: what is under way then ends, within a time.
 *
 * @param options - What, to whom, and how much.
 * @returns The server.
 * @throws {@link Error} When it cannot listen there.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { listening, basePath, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const streams = new EventStreams({ ...options, limits, onError: log.onError });
  const changes = new Changes();
  const app = await createApplication({ ...options, limits, streams, changes });
  const stop = async (): Promise<void> => {
    streams.close();
    await Promise.all([drain(app, limits), changes.end(limits.drainMs)]);
  };
  try {
    await app.listen({ host: listening.host, port: listening.port });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `${originOf(app, listening)}${basePath}`, [Symbol.asyncDispose]: stop };
}

// Whoever waits for an answer gets it, unless it takes too long; whoever waits for nothing is let go.
async function drain(app: FastifyInstance, { drainMs }: ServerLimits): Promise<void> {
  const { server } = app;
  const look = setInterval(() => {
    server.closeIdleConnections();
  }, LOOK_MS);
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, drainMs);
  try {
    await app.close();
  } finally {
    clearInterval(look);
    clearTimeout(cut);
  }
}

function originOf(app: FastifyInstance, { tls }: Listening): string {
  const [first] = app.addresses();
  if (typeof first !== "object") throw new TypeError("a server listens at an address");
  const host = first.family === "IPv6" ? `[${first.address}]` : first.address;
  return `${tls === null ? "http" : "https"}://${host}:${String(first.port)}`;
}
