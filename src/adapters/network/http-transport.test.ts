import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import {
  fixedResolver,
  loopbackTransport,
  rawServer,
  response,
  type RawServer,
} from "../../../test/support/raw-server.ts";
import { TransportClosedError, TransportError } from "../../model/errors.ts";
import type { TransportRequest } from "../../ports/transport.ts";

const NEVER = new AbortController().signal;

function request(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { url: new URL(url), signal: NEVER, maxBodyBytes: 1_000, ...more };
}

/** A server that answers each request and keeps the connection. */
function answering(text = response(200)): Promise<RawServer> {
  return rawServer({ onRequest: (socket) => socket.write(text) });
}

it("HttpTransport gives status, phrase, headers and the size of the body", async () => {
  await using server = await answering(response(404, { Server: "x" }, "hello"));
  await using transport = await loopbackTransport().open();
  const answer = await transport.request(request(server.origin));
  expect(answer).toMatchObject({
    status: 404,
    statusText: "Phrase",
    bodyBytes: 5,
    isTruncated: false,
  });
  expect(answer.header("server")).toBe("x");
  expect(answer.header("location")).toBeNull();
});

it("HttpTransport measures each phase, and only those that took place", async () => {
  await using server = await answering();
  await using transport = await loopbackTransport().open();
  const startedMs = performance.now();
  const { phases } = await transport.request(request(server.origin));
  const { resolveMs, connectMs, tlsMs, firstByteMs, transferMs } = phases;
  expect(tlsMs).toBeNull();
  const parts = [resolveMs, connectMs, firstByteMs, transferMs];
  for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
  expect(connectMs).toBeGreaterThan(0);
  expect(firstByteMs).toBeGreaterThan(0);
  const sumMs = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  expect(sumMs).toBeLessThanOrEqual(performance.now() - startedMs);
});

it("HttpTransport asks for what the URL says", async () => {
  await using server = await answering();
  await using transport = await loopbackTransport().open();
  const port = String(server.port);
  await transport.request(request(`http://web.example:${port}/a b/é?q=ü&x#part`));
  await transport.request(request(`http://[::1]:${port}`));
  expect(server.requests[0]?.split("\r\n")).toEqual([
    "GET /a%20b/%C3%A9?q=%C3%BC&x HTTP/1.1",
    `Host: web.example:${port}`,
    "User-Agent: clockwork/test",
    "Accept: */*",
    "Accept-Encoding: identity",
    "Connection: close",
  ]);
  expect(server.requests[1]).toContain(`GET / HTTP/1.1\r\nHost: [::1]:${port}\r\n`);
});

it.each([
  ["ann:secret", "ann:secret"],
  ["ann", "ann:"],
  [":secret", ":secret"],
  ["a%40b:p%3Aq%25", "a@b:p:q%"],
  ["%C3%A9:100%", "é:100%"],
  ["é:ü", "é:ü"],
])("HttpTransport sends the credentials %s of a URL", async (inUrl, credentials) => {
  await using server = await answering();
  await using transport = await loopbackTransport().open();
  await transport.request(request(`http://${inUrl}@127.0.0.1:${String(server.port)}/`));
  const [, sent] = /\r\nAuthorization: Basic (.*)$/u.exec(server.requests[0] ?? "") ?? [];
  expect(Buffer.from(sent ?? "", "base64").toString("utf8")).toBe(credentials);
  expect(server.requests[0]).not.toContain("@");
});

it("HttpTransport cuts a body at the limit, and closes the connection", async () => {
  await using server = await answering(response(200, {}, "x".repeat(500_000)));
  await using transport = await loopbackTransport({ reuseConnections: true }).open();
  const answer = await transport.request(request(server.origin));
  expect(answer).toMatchObject({ status: 200, bodyBytes: 1_000, isTruncated: true });
  await server.allClosed();
});

it("HttpTransport opens a connection for each request, and closes it", async () => {
  await using server = await answering();
  await using transport = await loopbackTransport().open();
  for (let count = 0; count < 3; count += 1) {
    await transport.request(request(server.origin));
    await server.allClosed();
  }
  expect(server.connections()).toBe(3);
});

it("HttpTransport sends requests over one connection when it may", async () => {
  await using server = await answering();
  await using transport = await loopbackTransport({ reuseConnections: true }).open();
  let connected = 0;
  const onConnected = (): void => {
    connected += 1;
  };
  const first = await transport.request(request(server.origin, { onConnected }));
  const second = await transport.request(request(server.origin, { onConnected }));
  expect(server.connections()).toBe(1);
  expect(connected).toBe(2);
  expect(server.requests[1]).toContain("\r\nConnection: keep-alive");
  expect(first.phases.connectMs).toBeGreaterThan(0);
  expect(second.phases).toMatchObject({ resolveMs: null, connectMs: null, tlsMs: null });
  expect(second.phases.firstByteMs).toBeGreaterThan(0);
  await transport[Symbol.asyncDispose]();
  await server.allClosed();
});

it("HttpTransport keeps a connection for its own origin", async () => {
  await using server = await answering();
  await using transport = await loopbackTransport({ reuseConnections: true }).open();
  for (const host of ["a.example", "b.example", "a.example"]) {
    await transport.request(request(`http://${host}:${String(server.port)}/`));
  }
  expect(server.connections()).toBe(2);
});

it.each([
  ["says that it closes", response(200, { Connection: "close" })],
  ["sent more than its response", `${response(200, {}, "x")}more`],
  ["told no length", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"],
])("HttpTransport does not keep a connection whose server %s", async (_what, text) => {
  await using server = await answering(text);
  await using transport = await loopbackTransport({ reuseConnections: true }).open();
  for (let count = 0; count < 2; count += 1) {
    expect((await transport.request(request(server.origin))).status).toBe(200);
    await server.allClosed();
  }
  expect(server.connections()).toBe(2);
});

it.each<[string, (socket: Socket) => void]>([
  ["closes it", (socket) => socket.end()],
  ["resets it", (socket) => socket.resetAndDestroy()],
  ["sends half of a response", (socket) => socket.end("HTTP/1.1 200")],
  ["sends garbage", (socket) => socket.end("garbage")],
])("HttpTransport asks anew when a server %s after it was idle", async (_what, misbehave) => {
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
  const { status, phases } = await transport.request(request(server.origin));
  expect(status).toBe(200);
  expect(phases.connectMs).toBeGreaterThan(0);
  expect(server.connections()).toBe(2);
});

it("HttpTransport closes a connection that comes free after it was closed itself", async () => {
  const answers: (() => void)[] = [];
  await using server = await rawServer({
    onRequest: (socket) => {
      answers.push(() => socket.write(response(200)));
    },
  });
  const transport = await loopbackTransport({ reuseConnections: true }).open();
  const answer = transport.request(request(server.origin));
  await expect.poll(() => answers.length).toBe(1);
  await transport[Symbol.asyncDispose]();
  answers[0]?.();
  expect((await answer).status).toBe(200);
  await server.allClosed();
});

it("HttpTransport refuses a request unless it is open", async () => {
  await using server = await answering();
  const transport = loopbackTransport();
  const ask = () => transport.request(request(server.origin));
  await expect(ask()).rejects.toThrow(
    new TransportClosedError("the transport is not open: call open() first"),
  );
  await transport.open();
  await transport.open();
  expect((await ask()).status).toBe(200);
  await transport[Symbol.asyncDispose]();
  await expect(ask()).rejects.toThrow(new TransportClosedError("the transport is closed"));
  await expect(transport.open()).rejects.toThrow(TransportClosedError);
  expect(server.connections()).toBe(1);
});

it("HttpTransport disposes its resolver", async () => {
  let disposals = 0;
  const dispose = async (): Promise<void> => {
    disposals += 1;
  };
  const resolver = { ...fixedResolver("127.0.0.1"), [Symbol.asyncDispose]: dispose };
  await loopbackTransport({ resolver })[Symbol.asyncDispose]();
  expect(disposals).toBe(1);
});

it("HttpTransport rejects with the signal's reason and closes the connection, however far it has come", async () => {
  await using server = await rawServer({
    onRequest: (socket, head) => {
      if (head.includes("/half")) socket.write("HTTP/1.1 200 OK\r\n\r\nhalf");
    },
  });
  await using transport = await loopbackTransport().open();
  for (const path of ["/silent", "/half"]) {
    const controller = new AbortController();
    const { signal } = controller;
    const answer = transport.request(request(server.origin + path, { signal }));
    const before = server.requests.length;
    await expect.poll(() => server.requests.length).toBe(before + 1);
    controller.abort(new Error("enough"));
    await expect(answer).rejects.toThrow(new Error("enough"));
    await server.allClosed();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  }
  const aborted = AbortSignal.abort(new Error("before"));
  await expect(transport.request(request(server.origin, { signal: aborted }))).rejects.toThrow(
    "before",
  );
  expect(server.connections()).toBe(2);
});

it("HttpTransport rejects with the signal's reason while it connects", async () => {
  await using server = await answering();
  await using transport = await loopbackTransport().open();
  const controller = new AbortController();
  const { signal } = controller;
  const answer = transport.request(request(server.origin, { signal }));
  controller.abort(new Error("enough"));
  await expect(answer).rejects.toThrow(new Error("enough"));
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await server.allClosed();
});

it("HttpTransport leaves the signal alone when the exchange is over, however it ended", async () => {
  await using server = await answering();
  await using mute = await rawServer({ onConnection: (socket) => socket.end() });
  const gone = await rawServer();
  await gone[Symbol.asyncDispose]();
  await using transport = await loopbackTransport().open();
  const { signal } = new AbortController();
  expect((await transport.request(request(server.origin, { signal }))).status).toBe(200);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  for (const { origin } of [mute, gone]) {
    await expect(transport.request(request(origin, { signal }))).rejects.toThrow(TransportError);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  }
});

it("HttpTransport hands name and signal to the resolver, and asks nobody when the name is known", async () => {
  await using server = await answering();
  const asked: [hostname: string, isSame: boolean][] = [];
  const known = fixedResolver("127.0.0.1");
  const { signal } = new AbortController();
  await using transport = await loopbackTransport({
    resolver: {
      ...known,
      lookup: (hostname) => (hostname === "known.example" ? known.lookup(hostname) : null),
      resolve: (hostname, given) => {
        asked.push([hostname, given === signal]);
        return known.resolve(hostname, given);
      },
    },
  }).open();
  for (const host of ["known.example", "other.example"]) {
    await transport.request(request(`http://${host}:${String(server.port)}/`, { signal }));
  }
  expect(asked).toEqual([["other.example", true]]);
});

it("HttpTransport tells which address refused", async () => {
  const server = await rawServer();
  await server[Symbol.asyncDispose]();
  const port = String(server.port);
  await using one = await loopbackTransport().open();
  const url = `http://web.example:${port}/`;
  await expect(one.request(request(url))).rejects.toThrow(
    new TransportError(`connection refused (127.0.0.1:${port}, ECONNREFUSED)`),
  );
  const resolver = fixedResolver("127.0.0.1", "127.0.0.2");
  await using two = await loopbackTransport({ resolver }).open();
  await expect(two.request(request(url))).rejects.toThrow(
    `connection refused (127.0.0.1:${port}, ECONNREFUSED); connection refused (127.0.0.2:${port}, ECONNREFUSED)`,
  );
});
