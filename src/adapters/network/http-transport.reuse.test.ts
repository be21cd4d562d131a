import type { Socket } from "node:net";
import { expect, it } from "vitest";
import {
  fixedResolver,
  loopbackTransport,
  rawServer,
  response,
  type RawServer,
} from "../../../test/support/raw-server.ts";
import { TransportError } from "../../model/errors.ts";
import type { Resolver } from "../../ports/resolver.ts";
import type { TransportRequest } from "../../ports/transport.ts";

const NEVER = new AbortController().signal;

function request(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { url: new URL(url), signal: NEVER, maxBodyBytes: 1_000, ...more };
}

function answering(): Promise<RawServer> {
  return rawServer({ onRequest: (socket) => socket.write(response(200)) });
}

it.each<[string, (socket: Socket) => void]>([
  ["closes it", (socket) => socket.end()],
  ["resets it", (socket) => socket.resetAndDestroy()],
  ["sends half of a response", (socket) => socket.end("HTTP/1.1 200")],
])("HttpTransport says once that it is connected when a server %s", async (_what, misbehave) => {
  let requests = 0;
  await using server = await rawServer({
    onRequest: (socket) => {
      requests += 1;
      if (requests === 2) misbehave(socket);
      else socket.write(response(200));
    },
  });
  await using transport = await loopbackTransport({ reuseConnections: true }).open();
  await transport.request(request(server.origin));
  let connected = 0;
  const onConnected = (): void => {
    connected += 1;
  };
  expect((await transport.request(request(server.origin, { onConnected }))).status).toBe(200);
  expect([connected, server.connections()]).toEqual([1, 2]);
});

it("HttpTransport says that an idle connection stands once something comes over it", async () => {
  const sockets: Socket[] = [];
  await using server = await rawServer({ onRequest: (socket) => sockets.push(socket) });
  await using transport = await loopbackTransport({ reuseConnections: true }).open();
  let connected = 0;
  const onConnected = (): void => {
    connected += 1;
  };
  for (const expected of [1, 2]) {
    const answer = transport.request(request(server.origin, { onConnected }));
    await expect.poll(() => sockets.length).toBe(expected);
    // A new connection stands before anything comes over it.
    expect(connected).toBe(1);
    sockets.at(-1)?.write("HTTP/1.1 200 Fine\r\n");
    await expect.poll(() => connected).toBe(expected);
    sockets.at(-1)?.write("Content-Length: 0\r\n\r\n");
    await answer;
  }
  expect([connected, server.connections()]).toEqual([2, 1]);
});

it("HttpTransport keeps no more idle connections than it may", async () => {
  await using server = await answering();
  const options = { reuseConnections: true, idleLimit: 2 };
  await using transport = await loopbackTransport(options).open();
  for (const host of ["a", "b", "c", "b", "c"]) {
    await transport.request(request(`http://${host}.example:${String(server.port)}/`));
  }
  expect(server.connections()).toBe(3);
  await transport.request(request(`http://a.example:${String(server.port)}/`));
  expect(server.connections()).toBe(4);
});

/** A resolver that runs out of files as often as it is told. */
function exhaustedResolver(times: number): Resolver & { readonly asked: () => number } {
  const fixed = fixedResolver("127.0.0.1");
  let asked = 0;
  return {
    ...fixed,
    lookup: () => null,
    resolve: async (hostname, signal) => {
      asked += 1;
      if (asked > 1 && asked <= 1 + times) {
        throw new TransportError("no files", { blame: "ourselves", isExhaustion: true });
      }
      return await fixed.resolve(hostname, signal);
    },
    asked: () => asked,
  };
}

it("HttpTransport closes its idle connections when files run out, and tries once more", async () => {
  await using server = await answering();
  const port = String(server.port);
  for (const times of [1, 2]) {
    const resolver = exhaustedResolver(times);
    await using transport = await loopbackTransport({ resolver, reuseConnections: true }).open();
    await transport.request(request(`http://a.example:${port}/`));
    const answer = transport.request(request(`http://b.example:${port}/`));
    if (times === 1) expect((await answer).status).toBe(200);
    else await expect(answer).rejects.toThrow("no files");
    expect(resolver.asked()).toBe(3);
    const before = server.connections();
    await transport.request(request(`http://a.example:${port}/`));
    expect(server.connections()).toBe(before + 1);
  }
});

it("HttpTransport asks once when files run out and it keeps no connections", async () => {
  const resolver = exhaustedResolver(9);
  await using server = await answering();
  await using transport = await loopbackTransport({ resolver }).open();
  await transport.request(request(server.origin));
  await expect(transport.request(request(server.origin))).rejects.toThrow("no files");
  expect(resolver.asked()).toBe(2);
});
