import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP service on loopback. */
export interface TestService extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** How many requests it has got. */
  readonly requests: () => number;
}

/** Starts an HTTP service on a free port of loopback. */
export async function startService(listener: RequestListener): Promise<TestService> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${String(port)}/`,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Starts a service that answers every request with one status. */
export function startAnswering(status: number): Promise<TestService> {
  return startService((_request, response) => {
    response.writeHead(status).end("answer\n");
  });
}

/** Finds a port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const service = await startAnswering(200);
  await service[Symbol.asyncDispose]();
  return service.port;
}
