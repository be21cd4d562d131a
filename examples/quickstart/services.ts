/**
 * The services of the quickstart: real HTTP servers on loopback, each with a way of its own to be well or unwell.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** `search` is well for so many requests, then unwell for as many. */
const FLAP_REQUESTS = 5;
const REPORTS_DELAY_MS = 3_000;

/** What answers for each service; one without an entry is not started, so that its port refuses. */
const listeners: Readonly<Record<string, () => RequestListener>> = {
  // Healthy, and a redirect for whoever still asks at the old place.
  shop: () => (request, response) => {
    if (request.url === "/moved") response.writeHead(301, { location: "/" });
    response.end("Welcome to the shop.\n");
  },
  // Up, and out of order.
  payments: () => (_request, response) => {
    response.writeHead(500).end("The database is gone.\n");
  },
  // Slower than its timeout allows.
  reports: () => async (_request, response) => {
    await sleep(REPORTS_DELAY_MS, undefined, { ref: false });
    response.end("Here is your report.\n");
  },
  // Well and unwell by turns.
  search: () => {
    let requests = 0;
    return (_request, response) => {
      const isWell = Math.floor(requests / FLAP_REQUESTS) % 2 === 0;
      requests += 1;
      response.writeHead(isWell ? 200 : 503).end();
    };
  },
};

/** The services, running. */
export interface RunningServices extends AsyncDisposable {
  /** The port of each service that was started, by its name. */
  readonly ports: ReadonlyMap<string, number>;
}

/**
 * Starts the services.
 *
 * @param wanted - The port that each service should have; it gets another one when somebody else has that.
 * @returns The services; disposing stops them.
 */
export async function startServices(wanted: ReadonlyMap<string, number>): Promise<RunningServices> {
  await using started = new AsyncDisposableStack();
  const ports = new Map<string, number>();
  for (const [name, listener] of Object.entries(listeners)) {
    const server = createServer(listener());
    started.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    ports.set(name, await listen(server, wanted.get(name) ?? 0));
  }
  const kept = started.move();
  return { ports, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE" && port !== 0) resolve(listen(server, 0));
    else reject(error);
  });
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) resolve(address.port);
  });
  return await promise;
}
