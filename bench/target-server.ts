/**
 * What the benchmarks check: plain `node:http`, in a process of its own.
 *
 * Paths: `/ok` answers at once, `/turns` well for four seconds and then badly for four, `/delay/MS` after so many milliseconds,
 * `/hang` never.
 */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { serve, Worker } from "./child.ts";

/** How many ports the server should listen on; several, so that the client's do not run out. */
interface Listen {
  readonly ports: number;
}

/** What the server takes at once from its listen queue; the kernel may allow less. */
const BACKLOG = 4_096;
const TURN_MS = 4_000;
const BODY = "OK\n";

const answer: RequestListener = (request, response) => {
  const { url = "/" } = request;
  if (url === "/hang") return;
  const delay = /^\/delay\/(\d+)$/u.exec(url)?.[1];
  const reply = (): void => {
    const isWell = url !== "/turns" || Math.floor(Date.now() / TURN_MS) % 2 === 0;
    response.writeHead(isWell ? 200 : 503, {
      "Content-Type": "text/plain",
      "Content-Length": BODY.length,
    });
    response.end(BODY);
  };
  if (delay === undefined) reply();
  else setTimeout(reply, Number(delay));
};

async function listen(): Promise<string> {
  const server = createServer({ requestTimeout: 0, connectionsCheckingInterval: 2 ** 30 }, answer);
  server.keepAliveTimeout = 600_000;
  server.headersTimeout = 0;
  server.listen(0, "127.0.0.1", BACKLOG);
  await once(server, "listening");
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

if (import.meta.main) {
  serve(({ ports }: Listen) => Promise.all(Array.from({ length: ports }, listen)));
}

/** A server under way in another process. */
export interface Target extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40001`, one for each port. */
  readonly origins: readonly string[];
}

/**
 * Starts a target server in a process of its own.
 *
 * @param ports - How many ports it listens on.
 * @returns Where it listens; dispose it to end it.
 */
export async function startTarget(ports = 1): Promise<Target> {
  const worker = new Worker<Listen, string[]>("target-server.ts");
  const origins = await worker.run({ ports });
  return { origins, [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose]() };
}
